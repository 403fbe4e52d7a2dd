"""A program that uses everything, for type checkers; the tests run it too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, assert_never

import cspm
from cspm.types import Call, Coverage, Reason, Severity, StatusName, Summary, UnreadField


@cspm.rule(
    id="acme_bucket_name",
    kind="aws_s3_bucket",
    severity="low",
    title="Buckets carry the team's prefix",
    reads=["name"],
    remediation={"text": "Rename it."},
)
def acme_bucket_name(resource: cspm.Resource) -> bool:
    name: str = resource["name"]
    return name.startswith("acme-")


@cspm.rule(id="acme_server_named", kind="acme_server", title="Servers are named")
def acme_server_named(resource: cspm.Resource) -> cspm.Verdict:
    return cspm.Verdict(cspm.Status.PASS if resource.get("name") else "fail", evidence={"name": resource.name})


class Cmdb(cspm.Collector):
    name = "cmdb"
    provider = "acme"
    kinds = ("acme_server",)

    def connect(self) -> None:
        pass

    def collect(self, wanted: cspm.Wanted) -> Iterator[dict[str, Any] | cspm.Gap]:
        if wanted.wants("acme_server"):
            yield {"uid": "acme:1", "kind": "acme_server", "name": "one", "data": {"disk": cspm.Unread("throttled")}}
        yield cspm.Gap("acme_server", reason="access_denied")


class Later(cspm.Collector):
    async def collect(self, wanted: cspm.Wanted) -> AsyncIterator[dict[str, Any]]:
        yield {"uid": "acme:2", "kind": "acme_server"}


def told(event: cspm.Event) -> str:
    if event.type == "planned":
        return f"{len(event.plan.calls)} calls, {event.rules} rules"
    if event.type == "progress":
        left: float | None = event.left
        counts = f"{event.calls_done} of {event.calls_expected}, {event.resources}, {event.findings}"
        return f"{counts}, {event.elapsed}, {left}"
    if event.type == "resource":
        return event.resource.uid
    if event.type == "finding":
        return event.finding.message
    if event.type == "denied" or event.type == "failed":
        reason: Reason = event.reason
        return f"{event.account} {event.region} {event.call} {reason} {event.detail}"
    if event.type == "throttled":
        return f"{event.account} {event.region} {event.call} {event.wait}"
    if event.type == "done":
        return repr(event.report)
    assert_never(event)


def told_by_class(event: cspm.Event) -> str:
    match event:
        case cspm.PlannedEvent():
            return str(event.rules)
        case cspm.ResourceEvent():
            return event.resource.name
        case cspm.FindingEvent():
            return event.finding.id
        case cspm.DeniedEvent() | cspm.FailedEvent():
            return event.call
        case cspm.ThrottledEvent():
            return str(event.wait)
        case cspm.ProgressEvent():
            return str(event.elapsed)
        case cspm.DoneEvent():
            return str(event.report.open_failures("high"))


def show(report: cspm.Report) -> None:
    findings: Sequence[cspm.Finding] = report.findings
    for f in findings[:10]:
        status: StatusName = f.status
        severity: Severity = f.severity
        unread: list[UnreadField] = f.unread
        words = [f.id, f.rule_id, status, severity, f.title, f.message, f.resource.uid, f.remediation["text"]]
        assert all(words)
        assert len(unread) >= 0
        assert f.to_dict() and f.to_json() and f.evidence is not None and f.frameworks is not None
        assert f.exception is None or f.exception["owner"]
    summary: Summary = report.summary
    coverage: Coverage = report.coverage
    assert summary["pass"] >= 0 and coverage["verdicts_given"] >= 0
    assert report.scores["total"]["score"] is not None
    assert report.started_at.year >= 2026


def look(inventory: cspm.Inventory) -> None:
    buckets = inventory.of_kind("aws_s3_bucket")
    first: cspm.Resource | None = inventory.get(buckets[0].uid)
    assert first is not None
    assert isinstance(first.data, dict)
    rows = inventory.sql("select name, region from aws_s3_bucket", time_limit=5.0)
    names: list[Any] = [row["name"] for row in rows]
    assert len(names) == len(rows.to_pandas()) == len(rows.to_polars())
    assert inventory.kinds and inventory.counts and inventory.gaps is not None


async def later(rules: cspm.Rules) -> None:
    report = await cspm.scan_async(cspm.sample(), rules)
    assert report.summary["rules"] > 0
    async for event in cspm.stream([cspm.sample(), Later()], rules, progress_only=True):
        if isinstance(event, cspm.DoneEvent):
            assert told(event)


def main() -> None:
    aws = cspm.Aws(regions=["us-east-1"], profile="audit")
    k8s = cspm.Kubernetes(context="prod")
    files = cspm.Manifests([Path("deploy")], kubernetes_version="1.37")
    plan = cspm.plan([aws, files, cspm.Snapshot("s3://bucket/key", aws=aws)], cspm.Rules(services=["s3"]))
    calls: list[Call] = plan.calls
    assert calls and plan.iam_policy() and plan.cluster_role() and k8s
    rules = cspm.Rules(severities=["high", "low"], extra=[acme_bucket_name, acme_server_named])
    assert [rule.id for rule in rules if rule.expression is None] == ["acme_bucket_name", "acme_server_named"]
    token = cspm.CancellationToken()
    report = cspm.scan([cspm.sample(), Cmdb()], rules, on_event=told, cancel=token)
    cspm.scan(cspm.sample(), on_event=told_by_class)
    show(report)
    look(report.inventory)
    show(cspm.evaluate(report.inventory, rules))
    try:
        cspm.Rules(paths=["no-such-folder"])
    except cspm.CspmError as error:
        assert error.kind and error.attempted
    try:
        cspm.evaluate([{"uid": "x"}])
    except cspm.FormatError as error:
        assert error.help is None or error.cause
    asyncio.run(later(rules))


if __name__ == "__main__":
    main()
