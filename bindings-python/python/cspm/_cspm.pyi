# ruff: noqa: A002, E501
# The docstrings are written by scripts/stubs.py, from those of the wheel; the types are checked against it by stubtest.
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from os import PathLike
from typing import Any, ClassVar, Literal, TypeAlias, final

from ._collector import Collector
from ._rows import Rows
from ._rule import Rule
from ._unread import Unread
from .types import (
    AppliedException,
    Call,
    Coverage,
    Exception_,
    Format,
    Framework,
    GapRow,
    Identity,
    Kind,
    Origin,
    Reason,
    Remediation,
    Scores,
    Severity,
    StatusName,
    Summary,
    UnreadField,
)

_Path: TypeAlias = str | PathLike[str]
_Source: TypeAlias = Aws | Kubernetes | Manifests | Snapshot | Collector
_Event: TypeAlias = (
    PlannedEvent | ProgressEvent | ResourceEvent | FindingEvent | DeniedEvent | ThrottledEvent | FailedEvent | DoneEvent
)

__all__ = [
    "Aws",
    "CancellationToken",
    "DeniedEvent",
    "DoneEvent",
    "FailedEvent",
    "Finding",
    "FindingEvent",
    "Inventory",
    "Kubernetes",
    "Manifests",
    "Plan",
    "PlannedEvent",
    "ProgressEvent",
    "Report",
    "Resource",
    "ResourceEvent",
    "RuleInfo",
    "Rules",
    "Run",
    "Snapshot",
    "ThrottledEvent",
    "Wanted",
    "__version__",
    "kinds",
    "main",
    "plan",
    "sample",
    "start_evaluate",
    "start_scan",
]
__version__: str

@final
class Aws:
    """An AWS account as a source of resources.

    It holds options only: a session is made in each scan, and ends with it. Without credentials the default chain of AWS is
    used (environment, profile, container, instance); without regions those that are enabled for the account. Credentials stay
    in memory, and are never printed.
    """
    def __new__(
        cls,
        *,
        regions: Sequence[str] | None = None,
        profile: str | None = None,
        role_arn: str | None = None,
        external_id: str | None = None,
        session_name: str | None = None,
        access_key_id: str | None = None,
        secret_access_key: str | None = None,
        session_token: str | None = None,
        endpoint_url: str | None = None,
        timeout: float | None = None,
        connect_timeout: float | None = None,
        call_timeout: float | None = None,
        max_attempts: int | None = None,
        concurrency: int | None = None,
        rate_share: float | None = None,
    ) -> Aws: ...

@final
class Kubernetes:
    """A cluster of Kubernetes as a source of resources.

    It holds options only: the cluster is reached in each scan. Without any, the current context of the kubeconfig is used, or,
    in a pod, the cluster that the pod is in.
    """
    def __new__(
        cls,
        *,
        kubeconfig: _Path | None = None,
        context: str | None = None,
        namespaces: Sequence[str] | None = None,
        cluster_name: str | None = None,
        in_cluster: bool = False,
        page_size: int | None = None,
        concurrency: int | None = None,
        timeout: float | None = None,
    ) -> Kubernetes: ...

@final
class Manifests:
    """Objects of Kubernetes that are written in YAML or JSON: files, and folders with all that is in them; `-` is the standard
    input.

    They are judged as of `kubernetes_version`, e.g. `"1.37"`; without it, what depends on the version is unknown. What is
    written is judged as if the cluster had no more that could change it, such as a limit range, and messages say so; what the
    manifests name and do not hold, such as a secret, is unknown. `complete` says that they are all that the cluster will have:
    what they name and do not hold is then missing. `partial` says that they are a part of it, of which nothing is assumed.
    """
    def __new__(
        cls,
        paths: _Path | Iterable[_Path],
        *,
        kubernetes_version: str | None = None,
        cluster_name: str | None = None,
        namespace: str | None = None,
        complete: bool = False,
        partial: bool = False,
    ) -> Manifests: ...

@final
class Snapshot:
    """An inventory in a file, as a source of resources. It needs no call.

    The file is a path, or `s3://bucket/key`, which is read with the credentials of `aws` (without it, those of the default
    chain). It is read when a scan begins, and refused where it has more than `max_bytes`, decompressed, or more than
    `max_values`, of which a list or dict counts as three; one GiB and 60 million unless given.
    """
    def __new__(
        cls, path: _Path, *, aws: Aws | None = None, max_bytes: int | None = None, max_values: int | None = None
    ) -> Snapshot: ...
    @staticmethod
    def from_bytes(
        data: bytes, *, name: str = "in memory", max_bytes: int | None = None, max_values: int | None = None
    ) -> Snapshot:
        """A snapshot in memory, in any form that a file may have; errors call it `name`."""

@final
class CancellationToken:
    """Cancels the scans that it is given to, from any thread. A cancelled scan ends soon, with a report of what it has, whose
    `coverage["cancelled"]` is true.
    """
    def __new__(cls) -> CancellationToken: ...
    def cancel(self) -> None:
        """Cancels; again changes nothing."""
    @property
    def cancelled(self) -> bool:
        """Whether it was cancelled."""

@final
class Wanted:
    """What a scan asks of a collector."""
    @property
    def kinds(self) -> list[str]:
        """The kinds that are wanted, of those that the collector has declared."""
    def wants(self, kind: str) -> bool:
        """Whether resources of the kind are wanted."""

@final
class Rules:
    """A choice of rules: the built-in catalog, files and folders of your own (`paths`), rules in Python (`extra`).

    Each selection narrows the choice, several values of one selection widen it. Rules in Python are always in. Everything is
    checked here: against the built-in kinds, and those of `kinds` (names with JSON Schemas).
    """
    def __new__(
        cls,
        *,
        ids: Sequence[str] | None = None,
        frameworks: Sequence[str] | None = None,
        severities: Sequence[Severity] | None = None,
        services: Sequence[str] | None = None,
        paths: _Path | Iterable[_Path] | None = None,
        exceptions: _Path | Sequence[Exception_] | None = None,
        extra: Iterable[Rule] | None = None,
        builtin: bool = True,
        kinds: Mapping[str, Mapping[str, Any] | None] | None = None,
    ) -> Rules: ...
    @property
    def frameworks(self) -> list[Framework]:
        """The frameworks, with their controls and the rules that answer them."""
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[RuleInfo]: ...
    def __getitem__(self, id: str, /) -> RuleInfo: ...
    def __contains__(self, id: str, /) -> bool: ...

@final
class RuleInfo:
    """What is said of a rule, apart from how it judges."""
    @property
    def id(self) -> str:
        """Never changes; a rename leaves an alias."""
    @property
    def title(self) -> str:
        """The state that the rule wants, in a few words."""
    @property
    def severity(self) -> Severity:
        """How bad a failure is."""
    @property
    def kind(self) -> str:
        """The kind of resource that it judges."""
    @property
    def kinds(self) -> list[str]:
        """Every kind that it judges: workloads hold a pod template, which rules of pods judge too."""
    @property
    def embedded_in(self) -> list[str]:
        """The kinds among those that hold one of the rule's kind in them."""
    @property
    def service(self) -> str:
        """The service, e.g. `s3`."""
    @property
    def provider(self) -> str:
        """The provider, e.g. `aws`."""
    @property
    def frameworks(self) -> dict[str, list[str]]:
        """The controls that it answers, by framework."""
    @property
    def equivalents(self) -> dict[str, list[str]]:
        """The names of the same check in other tools: `prowler`, `security_hub`, `aws_config`."""
    @property
    def expression(self) -> str | None:
        """The CEL expression; `None` for rules in code."""
    @property
    def message(self) -> str:
        """What a failure says."""
    @property
    def rationale(self) -> str:
        """Why it matters."""
    @property
    def remediation(self) -> Remediation:
        """How to mend it: `text`, and where there are any `cli`, `terraform` and `console`."""
    @property
    def references(self) -> list[str]:
        """Where to read more."""
    @property
    def aliases(self) -> list[str]:
        """Former ids."""
    @property
    def deprecated(self) -> str | None:
        """Why it should no longer be used, where that is so."""
    def to_dict(self) -> dict[str, Any]:
        """All of this as a dict of JSON."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Plan:
    """The calls that the selected rules need, derived without making any."""
    @property
    def calls(self) -> list[Call]:
        """The calls, in the order of provider, service and operation."""
    def iam_policy(self) -> dict[str, Any]:
        """The IAM policy document that allows exactly the AWS calls of the plan."""
    def cluster_role(self) -> dict[str, Any]:
        """The ClusterRole that allows exactly the Kubernetes calls of the plan."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Resource:
    """One object of a provider: where it is, what it is called, and its data.

    `resource["name"]` looks in the data, and then in the fields that every resource has; `resource["a.b"]` looks below `a`. What
    was not read raises `UnreadError`, so that nothing is taken for empty that is not known.
    """
    @staticmethod
    def from_dict(given: Mapping[str, Any]) -> Resource:
        """The resource that a dict describes, of which only `uid` and `kind` must be there."""
    @property
    def uid(self) -> str:
        """Unique over all providers: the ARN; for Kubernetes `k8s://CLUSTER/NAMESPACE/KIND/NAME`."""
    @property
    def kind(self) -> str:
        """The name of its kind, e.g. `aws_s3_bucket`."""
    @property
    def provider(self) -> str:
        """The provider, e.g. `aws`."""
    @property
    def account(self) -> str:
        """The account, subscription or cluster."""
    @property
    def region(self) -> str:
        """The region; `global` where there is none."""
    @property
    def name(self) -> str:
        """What people call it."""
    @property
    def tags(self) -> dict[str, str]:
        """Its tags or labels."""
    @property
    def collected_at(self) -> datetime:
        """When it was collected: the present of every rule that judges it."""
    @property
    def origin(self) -> Origin | None:
        """The file and line where it is written, if it comes from a file that people write."""
    @property
    def data(self) -> dict[str, Any] | Unread | None:
        """What is known of it, with an `Unread` for each part that was not read; an `Unread` as a whole where its list could not
        be made.
        """
    @property
    def unread(self) -> list[UnreadField]:
        """The parts of the data that were not read, with the call and the reason."""
    def __getitem__(self, path: str, /) -> Any: ...
    def __contains__(self, path: str, /) -> bool: ...
    def get(self, path: str, default: Any = None) -> Any:
        """The value at a path, or `default` where there is none. What was not read raises `UnreadError`."""
    def to_dict(self) -> dict[str, Any]:
        """The resource as a dict of JSON, with what was not read in `unread`; `evaluate` takes it back."""
    def to_json(self) -> str:
        """The same as JSON."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Finding:
    """A rule's answer for a resource: `pass`, `fail`, or `unknown` where a field that it depends on was not read."""
    @property
    def id(self) -> str:
        """Stable from scan to scan."""
    @property
    def rule_id(self) -> str:
        """The id of the rule."""
    @property
    def status(self) -> StatusName:
        """`pass`, `fail` or `unknown`."""
    @property
    def severity(self) -> Severity:
        """The severity of the rule."""
    @property
    def title(self) -> str:
        """The state that the rule wants, in a few words."""
    @property
    def message(self) -> str:
        """The answer in a sentence."""
    @property
    def resource(self) -> Resource:
        """The resource that was judged."""
    @property
    def evidence(self) -> dict[str, Any]:
        """The fields that the answer rests on, with their values; long ones are cut."""
    @property
    def unread(self) -> list[UnreadField]:
        """The fields that were needed and not read, with the call and the reason; empty unless the status is `unknown`."""
    @property
    def remediation(self) -> Remediation:
        """How to mend it: `text`, and where there are any `cli`, `terraform` and `console`."""
    @property
    def frameworks(self) -> dict[str, list[str]]:
        """The controls that the rule answers, by framework."""
    @property
    def exception(self) -> AppliedException | None:
        """The reviewed waiver that covers it: `owner`, `reason` and `expires`."""
    @property
    def collected_at(self) -> datetime:
        """When the resource was collected: the present of the answer."""
    @property
    def is_open_failure(self) -> bool:
        """Whether it is a failure that no exception covers."""
    def to_dict(self) -> dict[str, Any]:
        """The finding as a dict of JSON, as the format `json` has it."""
    def to_json(self) -> str:
        """The same as JSON, in a line."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Inventory:
    """All resources of a scan, in the order of kind and uid, with look-up by uid and by kind. It never changes."""
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Resource]: ...
    def __contains__(self, uid: str, /) -> bool: ...
    def _resources_at(self, start: int, step: int, count: int) -> list[Resource]:
        """The resources at some positions."""
    def get(self, uid: str) -> Resource | None:
        """The resource with this uid, if there is one."""
    def of_kind(self, kind: str) -> Sequence[Resource]:
        """The resources of a kind, in the order of their uids, each made when it is looked at."""
    @property
    def kinds(self) -> list[str]:
        """The kinds of which there are resources."""
    @property
    def counts(self) -> dict[str, int]:
        """How many resources there are of each kind, those included of which a list could not be made."""
    @property
    def gaps(self) -> list[GapRow]:
        """Every list that could not be made, with the call and the reason."""
    def sql(
        self,
        query: str,
        *,
        time_limit: float | None = None,
        max_rows: int | None = None,
        max_memory: int | None = None,
    ) -> Rows:
        """The rows that one `select` statement gives, in SQLite's SQL: a table for each kind, with its fields as columns. It reads
        only. What was not read is `None`, and in `unread` of the rows. `time_limit` is in seconds, 10 unless given; more than
        `max_rows` rows (100,000) or `max_memory` bytes (512 MiB) are an error.
        """
    def save(self, path: _Path) -> None:
        """Writes a snapshot, which is there whole or not at all; compressed where the name ends in `.zst`."""

@final
class Report:
    """The result of a scan: findings in a fixed order, with scores and coverage."""
    @property
    def findings(self) -> Sequence[Finding]:
        """The findings, in the order of rule id and resource uid, each made when it is looked at."""
    def _findings_at(self, start: int, step: int, count: int) -> list[Finding]:
        """The findings at some positions."""
    @property
    def summary(self) -> Summary:
        """The counts."""
    @property
    def coverage(self) -> Coverage:
        """What could and could not be read."""
    @property
    def coverage_share(self) -> float:
        """The share of verdicts that could be given, from 0 to 1. What was read has a share of its own, `coverage["read_share"]`."""
    @property
    def is_complete(self) -> bool:
        """Whether everything that the rules need was read and nothing failed."""
    @property
    def scores(self) -> Scores:
        """The scores: weighted shares of passes in percent, with the share of what is unknown beside them."""
    @property
    def identities(self) -> list[Identity]:
        """Who the collectors were to their providers."""
    @property
    def plan(self) -> Plan:
        """The calls that the scan set out to make."""
    @property
    def started_at(self) -> datetime:
        """When the scan or the evaluation began. No format has it, so that a snapshot gives the same bytes each time."""
    @property
    def collected_at(self) -> datetime:
        """The present of the report: when the latest of its resources was collected, or the scan began where it has none."""
    @property
    def rules(self) -> list[RuleInfo]:
        """The rules, in the order of their ids."""
    @property
    def inventory(self) -> Inventory:
        """All resources of the scan; empty where the scan was told not to keep them."""
    def statuses(self) -> list[tuple[StatusName, str, str]]:
        """The status, rule id and resource uid of each finding, in the order of the findings, without making them."""
    def open_failures(self, at_least: Severity = "informational") -> int:
        """How many failures of at least this severity no exception covers."""
    def write(self, path: _Path, format: Format | None = None) -> None:
        """Writes the report to a file, which is there whole or not at all. Without a format the name says it: `report.html`."""
    def to_string(self, format: Format) -> str:
        """The report as a text: json, ocsf, asff, sarif, junit, csv, markdown or html."""

@final
class PlannedEvent:
    """The scan begins: the calls that it will make, and how many rules it has."""

    type: ClassVar[Literal["planned"]]
    @property
    def plan(self) -> Plan:
        """The calls."""
    @property
    def rules(self) -> int:
        """The number of rules."""

@final
class ProgressEvent:
    """How far the scan is. Comes at most ten times a second."""

    type: ClassVar[Literal["progress"]]
    @property
    def calls_done(self) -> int:
        """Calls that have ended."""
    @property
    def calls_expected(self) -> int:
        """Calls known of so far, those that have ended included; grows as lists arrive."""
    @property
    def resources(self) -> int:
        """Resources collected."""
    @property
    def findings(self) -> int:
        """Verdicts given."""
    @property
    def elapsed(self) -> float:
        """The seconds since the scan began."""
    @property
    def left(self) -> float | None:
        """An estimate of the seconds left, from the pace so far; `None` until there is one."""

@final
class ResourceEvent:
    """A resource was collected."""

    type: ClassVar[Literal["resource"]]
    @property
    def resource(self) -> Resource:
        """The resource."""

@final
class FindingEvent:
    """A verdict was given."""

    type: ClassVar[Literal["finding"]]
    @property
    def finding(self) -> Finding:
        """The finding."""

@final
class DeniedEvent:
    """A call was refused for lack of a permission."""

    type: ClassVar[Literal["denied"]]
    @property
    def account(self) -> str:
        """The account; empty where no single call failed."""
    @property
    def region(self) -> str:
        """The region."""
    @property
    def call(self) -> str:
        """The call, as `service:Operation`, or what failed."""
    @property
    def reason(self) -> Reason:
        """Why."""
    @property
    def detail(self) -> str:
        """What the provider said."""

@final
class ThrottledEvent:
    """The provider asked to slow down."""

    type: ClassVar[Literal["throttled"]]
    @property
    def account(self) -> str:
        """The account."""
    @property
    def region(self) -> str:
        """The region."""
    @property
    def call(self) -> str:
        """The call, as `service:Operation`."""
    @property
    def reason(self) -> Reason:
        """Why: `throttled`."""
    @property
    def detail(self) -> str:
        """What the provider said; empty where that is not known."""
    @property
    def wait(self) -> float:
        """The seconds until the next try."""

@final
class FailedEvent:
    """A call was not answered for another reason, or a collector or sink failed."""

    type: ClassVar[Literal["failed"]]
    @property
    def account(self) -> str:
        """The account; empty where no single call failed."""
    @property
    def region(self) -> str:
        """The region."""
    @property
    def call(self) -> str:
        """The call, as `service:Operation`, or what failed."""
    @property
    def reason(self) -> Reason:
        """Why."""
    @property
    def detail(self) -> str:
        """What the provider said."""

@final
class DoneEvent:
    """The scan is over. The last event."""

    type: ClassVar[Literal["done"]]
    @property
    def report(self) -> Report:
        """The result."""

@final
class Run:
    """A scan or evaluation that runs."""
    def wait(self, seconds: float) -> None:
        """Waits until there is something to take or the work is over, for so many seconds at most."""
    def notify(self, wake: Callable[[], object]) -> None:
        """Calls `wake` once, from any thread, when there is something to take or the work is over."""
    def take(self) -> list[_Event]:
        """The events that wait, some hundred at most."""
    @property
    def over(self) -> bool:
        """Whether the work is over and all events are taken."""
    def stop(self) -> None:
        """Ends the work at once; its result is not wanted."""
    def join(self) -> None:
        """Waits for the end of the thread."""
    def result(self) -> Report:
        """The report, when the work is over. Raises what ended it otherwise."""
    def done(self) -> DoneEvent:
        """The last event, when the work is over."""

def kinds() -> list[Kind]:
    """The kinds of resources that rules can be written for, with the JSON Schema of their data."""

def main(args: Sequence[str]) -> int:
    """Runs the command line with these arguments, the program's name first, and gives the exit status."""

def plan(collectors: _Source | Iterable[_Source], rules: Rules | None = None) -> Plan:
    """The calls that a scan of these collectors with these rules would make, and the permissions that they need. Nothing is called
    and no exec plugin is run; files need no call.
    """

def sample() -> Snapshot:
    """The sample that comes with the library: a small company's AWS account, recorded by our own collectors."""

def start_evaluate(
    resources: Inventory | Resource | Mapping[str, Any] | Iterable[Resource | Mapping[str, Any]],
    rules: Rules | None = None,
    *,
    exceptions: _Path | Iterable[Exception_] | None = None,
) -> Run:
    """Begins to judge resources (dicts, `Resource`s, or an `Inventory`) on a thread of its own."""

def start_scan(
    collectors: _Source | Iterable[_Source],
    rules: Rules | None = None,
    *,
    events: bool = False,
    progress_only: bool = False,
    drop_inventory: bool = False,
    collect_everything: bool = False,
    graph: _Path | None = None,
    timeout: float | None = None,
    cancel: CancellationToken | None = None,
) -> Run:
    """Begins a scan on a thread of its own."""
