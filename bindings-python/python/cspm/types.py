"""The shapes of dicts, for type checkers; they are exactly the JSON of reports."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

StatusName = Literal["pass", "fail", "unknown"]
"""The name of a status."""
Severity = Literal["informational", "low", "medium", "high", "critical"]
"""How bad a failure is, the least first."""
Format = Literal["json", "ocsf", "asff", "sarif", "junit", "csv", "markdown", "html"]
"""A form of report."""
Reason = Literal[
    "access_denied",
    "throttled",
    "timed_out",
    "credentials_expired",
    "not_opted_in",
    "failed",
    "not_exposed",
    "not_selected",
    "not_written",
    "skipped",
    "not_given",
    "cancelled",
    "conflicting",
    "rule_error",
]
"""Why something was not read."""


class _Remediation(TypedDict):
    text: str


class Remediation(_Remediation, total=False):
    """How to mend what a rule found."""

    cli: str
    terraform: str
    console: str


class _UnreadField(TypedDict):
    field: str
    call: str
    reason: Reason


class UnreadField(_UnreadField, total=False):
    """A field that was not read."""

    detail: str


class AppliedException(TypedDict):
    """What a finding says of the waiver that covers it."""

    owner: str
    reason: str
    expires: str


class _Exception(TypedDict):
    owner: str
    reason: str
    expires: str


class Exception_(_Exception, total=False):  # noqa: N801, as Exception is a name of Python
    """A reviewed waiver: which findings, who answers for it, why, and until when."""

    rule: str
    resource: str
    account: str
    region: str
    tags: dict[str, str]


Summary = TypedDict(
    "Summary",
    {
        "pass": int,
        "fail": int,
        "unknown": int,
        "excepted": int,
        "fail_by_severity": dict[Severity, int],
        "rules": int,
        "not_applicable": list[str],
        "resources": int,
        "resources_by_kind": dict[str, int],
        "unused_exceptions": list[Exception_],
        "expired_exceptions": list[Exception_],
    },
)
"""The counts of a report."""


class _CallCounts(TypedDict):
    account: str
    region: str
    call: str
    done: int
    denied: int
    throttled: int
    failed: int
    skipped: int


class CallCounts(_CallCounts, total=False):
    """How the calls of one account, region and operation ended."""

    reasons: dict[Reason, int]
    detail: str


class Failure(TypedDict):
    """A failure that concerns no single call."""

    of: str
    error: str


class Coverage(TypedDict):
    """What a scan could and could not read."""

    calls: list[CallCounts]
    failures: list[Failure]
    cancelled: bool
    verdicts_given: int
    verdicts_unknown: int
    share: float
    """The share of verdicts that could be given, from 0 to 1."""
    read: int
    """What was read of what the rules need: calls that were answered, documents, pages of lists."""
    unread: int
    """What was not read of it. What was not selected or is not enabled is not among it."""
    read_share: float
    """The share of what was read, from 0 to 1."""
    unmatched: list[str]
    """What was selected by name and selects nothing for the sources: `framework cis_aws_7.0`."""
    repeated: int


Score = TypedDict(
    "Score",
    {"score": float | None, "unknown_share": float, "pass": int, "fail": int, "unknown": int, "excepted": int},
)
"""Verdicts counted, and the weighted share of passes in percent."""


class Scores(TypedDict):
    """The scores of a scan, as a whole and by what users are asked about."""

    total: Score
    providers: dict[str, Score]
    accounts: dict[str, Score]
    services: dict[str, Score]
    frameworks: dict[str, Score]


class Identity(TypedDict):
    """Who a collector is to its provider."""

    provider: str
    account: str
    principal: str


class Call(TypedDict):
    """A call of a plan."""

    provider: str
    service: str
    operation: str
    permission: str
    per: str
    fills: list[str]


class GapRow(TypedDict):
    """A list that could not be made."""

    kind: str
    provider: str
    account: str
    region: str
    reason: Reason
    call: str
    detail: str


class _Missing(TypedDict):
    table: str
    what: Literal["values", "list", "kind"]
    reason: Reason
    call: str
    detail: str


class Missing(_Missing, total=False):
    """What a query looked at and nobody read: values of a column, a list, or all of a kind that nobody asked for."""

    column: str
    count: int
    account: str
    region: str


class Origin(TypedDict):
    """Where a resource is written."""

    file: str
    line: int


class _Control(TypedDict):
    id: str
    title: str
    status: Literal["automated", "partial", "manual", "not_covered"]
    rules: list[str]


class Control(_Control, total=False):
    """One demand of a framework."""

    level: int
    note: str


class Framework(TypedDict):
    """The controls of a published benchmark or standard, and the rules that answer them."""

    id: str
    title: str
    version: str
    provider: str
    source: str
    controls: list[Control]


class Kind(TypedDict):
    """A kind of resource."""

    name: str
    provider: str
    service: str
    scope: Literal["account", "region"]
    native: bool
    call: str
    permission: str
    schema: dict[str, Any]
