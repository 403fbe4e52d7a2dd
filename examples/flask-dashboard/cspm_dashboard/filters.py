"""Parameters of queries, checked."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request

from .errors import ApiError

STATUSES = ("fail", "unknown", "pass")
SEVERITIES = ("critical", "high", "medium", "low", "informational")
LARGEST_PAGE = 500
LONGEST_TEXT = 200
Name = TypeVar("Name", bound=str)


@dataclass(frozen=True)
class Filter:
    """Which findings are wanted."""

    statuses: tuple[str, ...] = STATUSES
    severities: tuple[str, ...] = SEVERITIES
    text: str = ""
    offset: int = 0
    limit: int = 50


def only(*known: str) -> None:
    """Refuses parameters that do not exist: a misspelt filter must not give everything."""
    for name in request.args:
        if name not in known:
            raise ApiError(400, f"there is no parameter {name[:40]!r}; there are: {', '.join(known) or 'none'}")


def of_scan() -> Filter:
    """The filter of `GET /api/scan`: what needs attention, where nothing is said."""
    only("status", "severity")
    return Filter(_choice("status", STATUSES) or ("fail", "unknown"), _choice("severity", SEVERITIES) or SEVERITIES)


def of_page() -> Filter:
    """The filter of a page of findings."""
    only("status", "severity", "q", "offset", "limit")
    text = request.args.get("q", "").strip()
    if len(text) > LONGEST_TEXT:
        raise ApiError(400, f"q must have no more than {LONGEST_TEXT} characters")
    return Filter(
        _choice("status", STATUSES) or STATUSES,
        _choice("severity", SEVERITIES) or SEVERITIES,
        text,
        _whole("offset", 0, range(10**9)),
        _whole("limit", 50, range(1, LARGEST_PAGE + 1)),
    )


def one_of(name: str, allowed: Mapping[Name, Any]) -> Name:
    """A parameter that must be there and be one of these."""
    value = request.args.get(name, "")
    for known in allowed:
        if value == known:
            return known
    raise ApiError(400, f"{name} must be one of: {', '.join(allowed)}")


def _choice(name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    values = [v.strip() for given in request.args.getlist(name) for v in given.split(",") if v.strip()]
    if any(value not in allowed for value in values):
        raise ApiError(400, f"{name} must be of: {', '.join(allowed)}")
    return tuple(values)


def _whole(name: str, default: int, allowed: Container[int]) -> int:
    value = request.args.get(name, "").strip()
    # isdecimal alone also takes the digits of other scripts.
    n = default if not value else int(value) if value.isascii() and value.isdecimal() and len(value) < 12 else -1
    if n not in allowed:
        raise ApiError(400, f"{name} is not a number in range")
    return n
