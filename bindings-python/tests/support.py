"""What tests ask of processes."""

import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def scan_threads() -> list[str]:
    """The threads of scans that this process has."""
    names = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):
            names.append((task / "comm").read_text().strip())
    return [name for name in names if "cspm" in name]


def scan_threads_left() -> list[str]:
    """The same when all scans are over: the kernel lists a thread for a moment after it was joined."""
    until = time.monotonic() + 1
    while (left := scan_threads()) and time.monotonic() < until:
        time.sleep(0.01)
    return left


@contextmanager
def interruptible(command: Sequence[str | Path], **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """A program that hears Ctrl-C even where these tests run in the background, where programs begin deaf to it."""

    def hear() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with subprocess.Popen(command, preexec_fn=hear, **options) as program:
        try:
            yield program
        finally:
            program.kill()
