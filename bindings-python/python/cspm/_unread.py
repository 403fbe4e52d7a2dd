"""What was not read, as a value."""

from __future__ import annotations

from typing import NoReturn

from ._errors import UnreadError


class Unread:
    """A part of a resource that was not read, in the place of its value.

    It is not empty, not false and equal to nothing: whatever takes it for a value raises `UnreadError`, so that nobody
    judges by what is not known. Look at `reason`, or ask `isinstance(value, cspm.Unread)`.
    """

    __slots__ = {  # noqa: RUF023, in the order of the arguments
        "reason": "Why, see `cspm.types.Reason`.",
        "call": "The call that would have read it; empty where none is known.",
        "detail": "What the provider said.",
        "field": "Where it is.",
    }

    def __init__(self, reason: str, call: str = "", detail: str = "", field: str = "") -> None:
        """Say why (see `cspm.types.Reason`), which call would have read it, what the provider said, and where it is."""
        self.reason = reason
        self.call = call
        self.detail = detail
        self.field = field

    def error(self) -> UnreadError:
        """Make the error that whatever takes it for a value raises."""
        return UnreadError(self.field, self.reason, self.call, self.detail)

    def _refuse(self, *_: object) -> NoReturn:
        raise self.error()

    def __eq__(self, other: object) -> bool:
        """Compare with another `Unread`; anything else is not known to be equal or not."""
        if isinstance(other, Unread):
            return (self.reason, self.call, self.detail) == (other.reason, other.call, other.detail)
        raise self.error()

    def __repr__(self) -> str:
        """Show the parts that are there."""
        parts = [f"{name}={value!r}" for name in ("call", "detail", "field") if (value := getattr(self, name))]
        return f"Unread({', '.join([repr(self.reason), *parts])})"

    def __bool__(self) -> NoReturn:
        """Raise: it is neither true nor false."""
        self._refuse()

    def __hash__(self) -> int:
        """Raise: it is in no set and no dict."""
        self._refuse()

    def __len__(self) -> NoReturn:
        """Raise: its length is not known."""
        self._refuse()

    def __iter__(self) -> NoReturn:
        """Raise: its items are not known."""
        self._refuse()

    def __getitem__(self, key: object) -> NoReturn:
        """Raise: what is below it is not known."""
        self._refuse()

    def __contains__(self, item: object) -> NoReturn:
        """Raise: what is in it is not known."""
        self._refuse()

    def __getattr__(self, name: str) -> NoReturn:
        """Raise for the methods of a value, such as `startswith`."""
        if name.startswith("__"):
            # What Python itself asks for, such as a way to copy it, is not there.
            raise AttributeError(name)
        self._refuse()

    __str__ = __repr__
    __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __int__ = __float__ = __index__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
