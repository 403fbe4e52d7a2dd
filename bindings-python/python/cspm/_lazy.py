"""Sequences whose items are made when they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

T = TypeVar("T")

_BATCH = 256


class Lazy(Sequence[T]):
    """A sequence that holds no items: they are made when they are looked at, and in batches where one goes over
    them."""

    __slots__ = ("_make", "_positions")

    def __init__(self, make: Callable[[int, int, int], list[T]], count: int, start: int = 0) -> None:
        """Take what makes the items at `start`, `step` and `count`, and which there are."""
        self._make = make
        self._positions = range(start, start + count)

    def __len__(self) -> int:
        """How many items there are; none is made for it."""
        return len(self._positions)

    @overload
    def __getitem__(self, index: int, /) -> T: ...
    @overload
    def __getitem__(self, index: slice, /) -> Lazy[T]: ...
    def __getitem__(self, index: int | slice, /) -> T | Lazy[T]:
        """Make the item at a position, or a sequence of those in a slice."""
        if isinstance(index, slice):
            part = type(self)(self._make, 0)
            part._positions = self._positions[index]
            return part
        return self._make(self._positions[index], 1, 1)[0]

    def __iter__(self) -> Iterator[T]:
        """Go over the items."""
        return self._over(self._positions)

    def __reversed__(self) -> Iterator[T]:
        """Go over the items from the last."""
        return self._over(self._positions[::-1])

    def _over(self, positions: range) -> Iterator[T]:
        for at in range(0, len(positions), _BATCH):
            some = positions[at : at + _BATCH]
            yield from self._make(some.start, some.step, len(some))

    def __repr__(self) -> str:
        """Show the first items."""
        some = ", ".join(repr(item) for item in self[:3])
        return f"<{len(self)} items: [{some}{', ...' if len(self) > 3 else ''}]>"
