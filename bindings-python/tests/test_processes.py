"""Threads, forks, signals and memory."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cspm
import pytest
from support import interruptible, scan_threads


def test_threads_scan_at_once(report: cspm.Report) -> None:
    def scan(_: int) -> str:
        return cspm.scan(cspm.sample()).to_string("json")

    with ThreadPoolExecutor(8) as pool:
        texts = set(pool.map(scan, range(32)))
    assert texts == {report.to_string("json")}


def test_objects_are_shared_by_threads(report: cspm.Report) -> None:
    rules, snapshot = cspm.Rules(services=["s3"]), cspm.sample()

    def look(_: int) -> list[str]:
        again = cspm.scan(snapshot, rules)
        return [f.id for f in report.findings] + [f.id for f in again.findings]

    with ThreadPoolExecutor(8) as pool:
        assert len({tuple(ids) for ids in pool.map(look, range(16))}) == 1


def scans_in_a_child() -> None:
    pid = os.fork()
    if pid == 0:
        try:
            ok = cspm.scan(cspm.sample()).summary["pass"] > 0
        except BaseException:
            ok = False
        os._exit(0 if ok else 1)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            assert status == 0
            return
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError("the child hangs")


def test_a_fork_after_a_scan_scans(report: cspm.Report) -> None:
    for _ in range(5):
        cspm.scan(cspm.sample())
        scans_in_a_child()


def test_a_fork_before_any_scan_scans() -> None:
    program = "import sys; sys.path.insert(0, sys.argv[1]); import test_processes; test_processes.scans_in_a_child()"
    subprocess.run([sys.executable, "-c", program, str(Path(__file__).parent)], check=True, timeout=60)


def count(_: int) -> int:
    return len(cspm.scan(cspm.sample()).findings)


def test_a_pool_of_forked_processes(report: cspm.Report) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert pool.map(count, range(8)) == [len(report.findings)] * 8


INTERRUPTED = """
import os, sys, threading, time
from pathlib import Path
import cspm

what = sys.argv[1]
os.chdir(sys.argv[2])

class Slow(cspm.Collector):
    def collect(self, wanted):
        for n in range(100_000):
            if what == "collector":
                time.sleep(0.05)
            yield {"uid": f"acme:{n}", "kind": "acme_server"}

@cspm.rule(id="acme_slow", kind="acme_server", title="Slow")
def slow(resource):
    if what == "rule":
        time.sleep(0.05)
    return True

def listener(event):
    if what == "listener":
        time.sleep(0.05)

def started():
    time.sleep(0.7)
    print("started", flush=True)

threading.Thread(target=started, daemon=True).start()
try:
    if what == "evaluate":
        @cspm.rule(id="acme_very_slow", kind="acme_server", title="Slow")
        def slow(resource):
            time.sleep(0.05)
            return True
        resources = [{"uid": f"acme:{n}", "kind": "acme_server"} for n in range(1000)]
        cspm.evaluate(resources, cspm.Rules(builtin=False, extra=[slow]))
    else:
        on_event = listener if what == "listener" else None
        cspm.scan(Slow(), cspm.Rules(builtin=False, extra=[slow]), on_event=on_event, graph="graph.json")
except KeyboardInterrupt:
    began = time.monotonic()
    tasks = [(task / "comm").read_text().strip() for task in Path("/proc/self/task").iterdir()]
    print("interrupted", sum("cspm" in task for task in tasks), len(os.listdir(".")), flush=True)
else:
    print("not interrupted", flush=True)
"""


@pytest.mark.parametrize("what", ["collector", "rule", "listener", "evaluate"])
def test_ctrl_c_ends_a_scan_and_leaves_nothing(what: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", INTERRUPTED, what, str(tmp_path)]
    with interruptible(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        assert program.stdout.readline() == "started\n"
        began = time.monotonic()
        program.send_signal(signal.SIGINT)
        out, _ = program.communicate(timeout=30)
    assert out == "interrupted 0 0\n"
    assert time.monotonic() - began < 3
    assert program.returncode == 0


def test_a_token_cancels_from_another_thread() -> None:
    class Endless(cspm.Collector):
        def collect(self, wanted: cspm.Wanted) -> Iterator[Any]:
            n = 0
            while True:
                n += 1
                time.sleep(0.001)
                yield {"uid": f"acme:{n}", "kind": "acme_server"}

    cancel = cspm.CancellationToken()
    threading.Timer(0.3, cancel.cancel).start()
    report = cspm.scan(Endless(), cancel=cancel)
    assert report.coverage["cancelled"] is True
    assert repr(cancel) == "CancellationToken(cancelled=True)"
    assert not scan_threads()


def resident() -> int:
    """The memory of this process in KiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


@pytest.mark.slow
def test_repeated_scans_do_not_grow() -> None:
    def scans(times: int) -> None:
        for _ in range(times):
            report = cspm.scan(cspm.sample(), on_event=lambda event: None)
            assert len(list(report.findings[:50])) == 50

    scans(200)
    before = resident()
    scans(1000)
    after = resident()
    print(f"{before} KiB before 1,000 scans, {after} KiB after")
    assert after - before < 16 * 1024, (before, after)
    assert not scan_threads()
