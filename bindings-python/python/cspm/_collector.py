"""Collectors in Python."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._cspm import Wanted
    from .types import Reason


@dataclass(frozen=True)
class Gap:
    """A list that could not be made: what is not collected because of it is not known to be absent."""

    kind: str
    """The kind that was listed."""
    reason: Reason = "failed"
    """Why."""
    call: str = ""
    """The call that would have listed it."""
    detail: str = ""
    """What the provider said."""
    account: str = ""
    """The account of the list."""
    region: str = "global"
    """The region of the list; `global` for one of the whole account."""
    provider: str = ""
    """The provider; that of the collector, or else of the kind, unless given."""


class Collector(ABC):
    """The base of collectors in Python: a source of resources of your own.

    `collect` yields resources (dicts of which only `uid` and `kind` must be there, with what is known in `data`, where
    a part may be `cspm.Unread`), and a `cspm.Gap` for a list that could not be made. It runs on a thread of its own.
    What it raises is in the coverage of the report with its traceback, its kinds are then not known, and the scan goes
    on.
    """

    name: str = ""
    """What errors and coverage call it; the name of the class unless given."""
    provider: str | None = None
    """The provider of its resources; that of their kind unless given, whose name begins with it."""
    kinds: Mapping[str, Mapping[str, Any] | None] | Iterable[str] = ()
    """The kinds that it can collect, by name, with a JSON Schema of their data or without. Without any it is asked for
    nothing in particular, and yields what it has."""

    def connect(self) -> None:  # noqa: B027, who needs nothing to connect to leaves it out
        """Make sure that collecting can begin; raise where it cannot."""

    @abstractmethod
    def collect(self, wanted: Wanted) -> Iterable[Mapping[str, Any] | Gap] | AsyncIterator[Mapping[str, Any] | Gap]:
        """Yield what is wanted. A generator is closed when the scan is cancelled."""


def items(collector: Collector, wanted: Wanted) -> Iterator[Mapping[str, Any] | Gap]:
    """Go over what a collector yields, also where its generator is an asynchronous one."""
    collected = collector.collect(wanted)
    if isinstance(collected, AsyncIterator):
        yield from _from_async(collected)
    else:
        yield from collected


def _from_async(collected: AsyncIterator[Mapping[str, Any] | Gap]) -> Iterator[Mapping[str, Any] | Gap]:
    loop = asyncio.new_event_loop()

    async def following() -> Mapping[str, Any] | Gap:
        return await anext(collected)

    try:
        while True:
            try:
                item = loop.run_until_complete(following())
            except StopAsyncIteration:
                return
            yield item
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
