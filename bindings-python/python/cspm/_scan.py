"""Scans and evaluations, as Python waits for them."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from ._cspm import (
    Aws,
    CancellationToken,
    DeniedEvent,
    DoneEvent,
    FailedEvent,
    FindingEvent,
    Inventory,
    Kubernetes,
    Manifests,
    PlannedEvent,
    ProgressEvent,
    Report,
    Resource,
    ResourceEvent,
    Rules,
    Run,
    Snapshot,
    ThrottledEvent,
    start_evaluate,
    start_scan,
)

if TYPE_CHECKING:
    from ._collector import Collector
    from .types import Exception_

    Source = Aws | Kubernetes | Manifests | Snapshot | Collector
    Sources = Source | Iterable[Source]

Event = (
    PlannedEvent | ProgressEvent | ResourceEvent | FindingEvent | DeniedEvent | ThrottledEvent | FailedEvent | DoneEvent
)
"""Something that happened in a scan; `type` says what."""

# Between two waits Python looks whether somebody has pressed Ctrl-C.
_TICK = 0.05


def scan(
    collectors: Sources,
    rules: Rules | None = None,
    *,
    on_event: Callable[[Event], object] | None = None,
    progress_only: bool = False,
    drop_inventory: bool = False,
    collect_everything: bool = False,
    graph: str | PathLike[str] | None = None,
    timeout: float | None = None,
    cancel: CancellationToken | None = None,
) -> Report:
    """Collect from one or several sources, judge by the rules (all that are built in, unless given), and report.

    Other threads of Python run meanwhile; Ctrl-C ends the scan. `on_event` is told of each event, or with
    `progress_only` not of each resource and finding; what it raises ends the scan. `drop_inventory` keeps no resources,
    `collect_everything` collects more than the rules need, `graph` is a file for the graph of resources, `timeout` is
    how many seconds the sources may take (what is not read by then is unknown), and `cancel` cancels from another
    thread.
    """
    run = start_scan(
        collectors,
        rules,
        events=on_event is not None,
        progress_only=progress_only,
        drop_inventory=drop_inventory,
        collect_everything=collect_everything,
        graph=graph,
        timeout=timeout,
        cancel=cancel,
    )
    return _wait(run, on_event)


def evaluate(
    resources: Inventory | Resource | Mapping[str, Any] | Iterable[Resource | Mapping[str, Any]],
    rules: Rules | None = None,
    *,
    exceptions: str | PathLike[str] | Iterable[Exception_] | None = None,
) -> Report:
    """Judge resources that the caller already has, as dicts of which only `uid` and `kind` must be there. Nothing is
    called.

    `exceptions`, the path of a file or dicts, are taken instead of those of the rules; an empty list is for none.
    """
    return _wait(start_evaluate(resources, rules, exceptions=exceptions), None)


def _wait(run: Run, on_event: Callable[[Event], object] | None) -> Report:
    try:
        while not run.over:
            run.wait(_TICK)
            for event in run.take():
                if on_event is not None:
                    on_event(event)
        done = run.done()
        if on_event is not None:
            on_event(done)
        return done.report
    except BaseException:
        run.stop()
        # A rule of the caller may take its time: pressing Ctrl-C again leaves it alone.
        while not run.over:
            run.wait(_TICK)
        run.join()
        raise


async def scan_async(
    collectors: Sources,
    rules: Rules | None = None,
    *,
    on_event: Callable[[Event], object | Awaitable[object]] | None = None,
    progress_only: bool = False,
    drop_inventory: bool = False,
    collect_everything: bool = False,
    graph: str | PathLike[str] | None = None,
    timeout: float | None = None,
    cancel: CancellationToken | None = None,
) -> Report:
    """As `scan`, without holding up the event loop. Cancelling the task ends the scan, and waits for its end."""
    run = start_scan(
        collectors,
        rules,
        events=on_event is not None,
        progress_only=progress_only,
        drop_inventory=drop_inventory,
        collect_everything=collect_everything,
        graph=graph,
        timeout=timeout,
        cancel=cancel,
    )
    try:
        while not run.over:
            await _ready(run)
            for event in run.take():
                if on_event is not None:
                    await _told(on_event(event))
        done = run.done()
        if on_event is not None:
            await _told(on_event(done))
        return done.report
    finally:
        await _end(run)


async def stream(
    collectors: Sources,
    rules: Rules | None = None,
    *,
    progress_only: bool = False,
    drop_inventory: bool = False,
    collect_everything: bool = False,
    graph: str | PathLike[str] | None = None,
    timeout: float | None = None,
    cancel: CancellationToken | None = None,
) -> AsyncGenerator[Event, None]:
    """Scan as a stream of events; the last is a `DoneEvent` with the report. Leaving it early ends the scan.

    The scan waits for whoever takes the events. Raises where the scan could not begin.
    """
    run = start_scan(
        collectors,
        rules,
        events=True,
        progress_only=progress_only,
        drop_inventory=drop_inventory,
        collect_everything=collect_everything,
        graph=graph,
        timeout=timeout,
        cancel=cancel,
    )
    try:
        while not run.over:
            await _ready(run)
            for event in run.take():
                yield event
        yield run.done()
    finally:
        await _end(run)


async def _told(answer: object) -> None:
    if inspect.isawaitable(answer):
        await answer


async def _ready(run: Run) -> None:
    """Wait until there is something to take; others have their turn in any case."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not ready.done():
            ready.set_result(None)

    run.notify(lambda: loop.call_soon_threadsafe(wake))
    await ready


async def _end(run: Run) -> None:
    """End the run where it is not over, and wait for its thread, whoever cancels the waiting."""
    cancelled: asyncio.CancelledError | None = None
    if not run.over:
        run.stop()
    while not run.over:
        try:
            await _ready(run)
            run.take()
        except asyncio.CancelledError as error:
            cancelled = error
    run.join()
    if cancelled is not None:
        raise cancelled
