"""What tests ask of processes."""

import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def scan_threads() -> list[str]:
    """The threads of scans that this process has."""
    names = (task / "comm" for task in Path("/proc/self/task").iterdir())
    return [name for name in (path.read_text().strip() for path in names if path.exists()) if "cspm" in name]


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
