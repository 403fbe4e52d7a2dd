"""Scans on an event loop."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from typing import Any

import cspm
import pytest
from support import scan_threads, scan_threads_left


class Endless(cspm.Collector):
    """Servers without end."""

    def collect(self, wanted: cspm.Wanted) -> Iterator[Any]:
        n = 0
        while True:
            n += 1
            if n % 100 == 0:
                time.sleep(0.001)
            yield {"uid": f"acme:{n}", "kind": "acme_server"}


async def test_a_scan_is_awaited(report: cspm.Report) -> None:
    again = await cspm.scan_async([cspm.sample()])
    assert again.summary == report.summary


async def test_a_scan_tells_a_listener() -> None:
    types: list[str] = []

    async def listener(event: cspm.Event) -> None:
        await asyncio.sleep(0)
        types.append(event.type)

    await cspm.scan_async(cspm.sample(), on_event=listener)
    assert types[0] == "planned"
    assert types[-1] == "done"
    with pytest.raises(ZeroDivisionError):
        await cspm.scan_async(cspm.sample(), on_event=lambda _: 1 / 0)
    assert not scan_threads_left()


async def test_a_stream_gives_typed_events(report: cspm.Report) -> None:
    count, done = 0, None
    async for event in cspm.stream([cspm.sample()], cspm.Rules()):
        count += event.type == "finding"
        if event.type == "done":
            done = event.report
    assert count == len(report.findings)
    assert done
    assert done.summary == report.summary


async def test_a_scan_that_cannot_begin_raises() -> None:
    with pytest.raises(cspm.FileError):
        await cspm.scan_async(cspm.Snapshot("no-such-file.json"))
    with pytest.raises(cspm.FileError):
        async for _ in cspm.stream(cspm.Snapshot("no-such-file.json")):
            pass


async def test_several_scans_at_once(report: cspm.Report) -> None:
    reports = await asyncio.gather(*(cspm.scan_async(cspm.sample()) for _ in range(8)))
    assert all(again.summary == report.summary for again in reports)


async def test_cancelling_the_task_ends_the_scan() -> None:
    task = asyncio.create_task(cspm.scan_async(Endless()))
    await asyncio.sleep(0.2)
    assert scan_threads()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not scan_threads_left()


async def test_a_time_limit_ends_the_scan() -> None:
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(cspm.scan_async(Endless()), 0.2)
    assert not scan_threads_left()


async def test_leaving_a_stream_ends_the_scan() -> None:
    async with contextlib.aclosing(cspm.stream(Endless())) as events:
        async for event in events:
            if event.type == "resource":
                break
        assert scan_threads()
    assert not scan_threads_left()


async def test_a_stream_that_nobody_holds_ends_the_scan() -> None:
    events = cspm.stream(Endless())
    assert (await anext(events)).type == "planned"
    del events
    for _ in range(200):
        await asyncio.sleep(0.02)
        if not scan_threads():
            return
    raise AssertionError(scan_threads())


async def test_the_scan_waits_for_who_takes_the_events() -> None:
    produced = 0

    class Counted(cspm.Collector):
        def collect(self, wanted: cspm.Wanted) -> Iterator[Any]:
            nonlocal produced
            for n in range(100_000):
                produced = n
                yield {"uid": f"acme:{n}", "kind": "acme_server"}

    async with contextlib.aclosing(cspm.stream(Counted())) as events:
        await anext(events)
        await asyncio.sleep(0.5)
        assert produced < 10_000


async def test_a_token_gives_a_report_of_what_there_is() -> None:
    cancel = cspm.CancellationToken()
    asyncio.get_running_loop().call_later(0.3, cancel.cancel)
    report = await cspm.scan_async(Endless(), cancel=cancel)
    assert report.coverage["cancelled"] is True
    assert report.summary["resources"] > 100
