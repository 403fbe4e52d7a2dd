"""A scan leaves other threads, and an event loop, their time."""

import asyncio
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import big
import cspm
import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return big.snapshot(tmp_path_factory.mktemp("large") / "large.json", 100_000)


def waited() -> float:
    """The seconds for which this thread was ready to run and had no processor."""
    return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9


def pace(while_running: Callable[[], object]) -> tuple[float, float]:
    """How fast a thread counts before and while something runs, in counts a second.

    What other programs take of the processors is left out: only what this process holds it up with counts.
    """
    counts: list[tuple[float, float, int]] = []
    stop = threading.Event()

    def counting() -> None:
        n = 0
        while not stop.is_set():
            for _ in range(20_000):
                n += 1
            counts.append((time.perf_counter(), waited(), n))

    thread = threading.Thread(target=counting)
    thread.start()
    time.sleep(0.5)
    began = time.perf_counter()
    while_running()
    ended = time.perf_counter()
    stop.set()
    thread.join()
    before = [count for count in counts if count[0] < began]
    during = [count for count in counts if began <= count[0] <= ended]

    def of(some: list[tuple[float, float, int]]) -> float:
        (began, waited, first), (ended, waited_more, last) = some[0], some[-1]
        return (last - first) / (ended - began - (waited_more - waited))

    return of(before), of(during)


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="it needs a processor for each of two threads")
def test_a_counting_thread_keeps_its_pace(large: Path) -> None:
    shares = []
    for _ in range(3):
        before, during = pace(lambda: cspm.scan(cspm.Snapshot(large)))
        shares.append(during / before)
        if shares[-1] >= 0.7:
            break
    print("a counting thread keeps", [f"{share:.0%}" for share in shares], "of its pace")
    # The machine may be busy with something else: the best of three says what the scan takes.
    assert max(shares) >= 0.7, shares


async def test_an_event_loop_goes_on(large: Path) -> None:
    found = []
    for _ in range(3):
        ticks: list[float] = []

        async def ticking(ticks: list[float] = ticks) -> None:
            while True:
                before = time.perf_counter()
                await asyncio.sleep(0.001)
                ticks.append(time.perf_counter() - before - 0.001)

        ticker = asyncio.create_task(ticking())
        report = await cspm.scan_async(cspm.Snapshot(large))
        ticker.cancel()
        assert report.summary["resources"] == 100_000
        ticks.sort()
        found.append(ticks[int(len(ticks) * 0.99)] * 1000)
        median, longest = ticks[len(ticks) // 2] * 1000, ticks[-1] * 1000
        print(f"{len(ticks)} ticks: p50 {median:.2f} ms, p99 {found[-1]:.2f} ms, max {longest:.1f} ms")
        if found[-1] <= 20:
            break
    assert min(found) <= 20, found


async def test_an_event_loop_goes_on_with_every_event(large: Path) -> None:
    ticks: list[float] = []

    async def ticking() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            ticks.append(time.perf_counter() - before - 0.001)

    ticker = asyncio.create_task(ticking())
    events = 0
    rules = cspm.Rules(services=["s3"])
    async for _ in cspm.stream(cspm.Snapshot(large), rules):
        events += 1
    ticker.cancel()
    ticks.sort()
    print(f"{events} events, {len(ticks)} ticks: p99 {ticks[int(len(ticks) * 0.99)] * 1000:.2f} ms")
    assert events > 100_000
    assert ticks[int(len(ticks) * 0.99)] <= 0.05


def test_findings_are_made_only_when_looked_at(large: Path) -> None:
    report = cspm.scan(cspm.Snapshot(large), cspm.Rules(services=["s3", "iam"]))
    began = time.perf_counter()
    findings = report.findings
    assert len(findings) > 10_000
    last = findings[-1]
    assert last.id
    assert time.perf_counter() - began < 0.05
    assert len(report.inventory) == 100_000
