"""Rules in Python."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

from ._errors import ConfigError

if TYPE_CHECKING:
    from ._cspm import Resource
    from ._unread import Unread


class Status(str, Enum):  # noqa: UP042, which Python 3.10 does not have
    """What a rule says of a resource."""

    PASS = "pass"
    """It is as the rule wants it."""
    FAIL = "fail"
    """It is not."""
    UNKNOWN = "unknown"
    """Something that the answer depends on was not read."""

    def __str__(self) -> str:
        """Show the name as it is written in reports."""
        return self.value


@dataclass(frozen=True)
class Verdict:
    """A rule's answer, with more than pass or fail. With something in `unread` it is unknown."""

    status: Status | Literal["pass", "fail", "unknown"]
    message: str | None = None
    """A text of its own, instead of the rule's message."""
    evidence: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The fields that it rests on, with their values; without any, those that the function read."""
    unread: Sequence[Unread] = ()
    """What was needed and not read, each with its `field`."""


Answer = bool | Status | Literal["pass", "fail", "unknown"] | Verdict
"""What the function of a rule returns."""


class Rule:
    """A function as a rule, which stays callable; `cspm.rule` makes it."""

    def __init__(self, function: Callable[[Resource], Answer], described: dict[str, Any]) -> None:
        """Take the function and what is said of it."""
        functools.update_wrapper(self, function)
        self.function = function
        self.id: str = described["id"]
        self._about = described

    def __call__(self, resource: Resource) -> Answer:
        """Judge a resource."""
        return self.function(resource)

    def _described(self) -> dict[str, Any]:
        return self._about

    def __repr__(self) -> str:
        """Show the id."""
        return f"<Rule {self.id}>"


def rule(
    *,
    id: str,  # noqa: A002, as everywhere else
    kind: str,
    title: str,
    severity: Literal["informational", "low", "medium", "high", "critical"] = "medium",
    message: str = "",
    rationale: str = "",
    remediation: str | Mapping[str, str] = "",
    service: str = "",
    provider: str = "",
    frameworks: Mapping[str, Iterable[str]] | None = None,
    equivalents: Mapping[str, Iterable[str]] | None = None,
    references: Iterable[str] = (),
    reads: Iterable[str] | None = None,
) -> Callable[[Callable[[Resource], Answer]], Rule]:
    """Make a rule of a function that takes a resource and returns True (pass), False (fail), a status, or a `Verdict`.

    With `reads`, the fields that it looks at, a scan makes only the calls that fill those; without, everything of the
    kind is collected. A field that was not read makes the verdict unknown where the function looks at it. So does an
    exception, whose traceback is then in the coverage of the report. The function may be called from any thread.
    """
    for name, text in (("id", id), ("kind", kind), ("title", title)):
        if not text:
            raise ConfigError(f"cannot make a rule without {name}")
    described: dict[str, Any] = {
        "id": id,
        "kind": kind,
        "title": title,
        "severity": severity,
        "message": message,
        "rationale": rationale,
        "remediation": {"text": remediation} if isinstance(remediation, str) else dict(remediation),
        "service": service,
        "provider": provider,
        "frameworks": {name: list(controls) for name, controls in (frameworks or {}).items()},
        "equivalents": {tool: list(names) for tool, names in (equivalents or {}).items()},
        "references": list(references),
        "reads": None if reads is None else list(reads),
    }
    return lambda function: Rule(function, described)
