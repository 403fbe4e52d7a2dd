"""Rules in Python, and what goes wrong in them."""

from collections.abc import Callable
from typing import Any

import cspm
import pytest

KIND = "acme_server"


def judged(function: Callable[[cspm.Resource], Any], data: Any, kind: str = KIND, **about: Any) -> cspm.Report:
    rule = cspm.rule(id="acme_rule", kind=kind, severity="high", title="Servers are fine", **about)(function)
    resource = {"uid": "acme:1", "kind": kind, "name": "one", "data": data}
    return cspm.evaluate([resource], cspm.Rules(builtin=False, extra=[rule]))


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (True, "pass"),
        (False, "fail"),
        ("pass", "pass"),
        ("fail", "fail"),
        (cspm.Status.PASS, "pass"),
        (cspm.Status.FAIL, "fail"),
        (cspm.Status.UNKNOWN, "unknown"),
        (cspm.Verdict("fail"), "fail"),
        (cspm.Verdict(cspm.Status.PASS), "pass"),
        (cspm.Verdict("pass", unread=[cspm.Unread("throttled", "a:B", field="disk")]), "unknown"),
    ],
)
def test_answers(answer: Any, status: str) -> None:
    (finding,) = judged(lambda _: answer, {}).findings
    assert finding.status == status
    assert bool(finding.unread) == (status == "unknown")


def test_a_verdict_says_more() -> None:
    verdict = cspm.Verdict("fail", message="one is old", evidence={"age": 7, "parts": list(range(30))})
    (finding,) = judged(lambda _: verdict, {}).findings
    assert finding.message == "one is old"
    assert finding.evidence["age"] == 7
    assert len(finding.evidence["parts"]) == 21, "long ones are cut"


def test_the_evidence_is_what_was_read() -> None:
    def both(resource: cspm.Resource) -> bool:
        return resource["disk.encrypted"] and resource.get("cpus", 1) > 2 and resource["name"] == "one"

    (finding,) = judged(both, {"disk": {"encrypted": True}, "cpus": 4, "other": 1}).findings
    assert finding.status == "pass"
    assert finding.evidence == {"disk.encrypted": True, "cpus": 4, "name": "one"}


def test_a_field_that_was_not_read_makes_the_verdict_unknown() -> None:
    data = {"disk": {"encrypted": cspm.Unread("access_denied", "acme:GetDisk", "no")}}
    for look in (lambda r: r["disk.encrypted"], lambda r: not r["disk"]["encrypted"]):
        report = judged(look, data)
        (finding,) = report.findings
        assert finding.status == "unknown"
        row = {"field": "disk.encrypted", "call": "acme:GetDisk", "reason": "access_denied", "detail": "no"}
        assert finding.unread == [row]
        assert report.coverage["failures"] == [], "that is no fault of the rule"


def test_tags_that_were_not_read_are_not_known() -> None:
    unread = cspm.Unread("access_denied", "s3:GetBucketTagging")
    (finding,) = judged(lambda r: "owner" in r.tags, {"tags": unread}, kind="aws_s3_bucket").findings
    assert finding.unread == [{"field": "tags", "call": "s3:GetBucketTagging", "reason": "access_denied"}]
    assert finding.resource.tags == {}


def test_a_list_that_could_not_be_made_is_unknown_without_being_asked() -> None:
    def never(resource: cspm.Resource) -> bool:
        raise AssertionError("asked")

    (finding,) = judged(never, cspm.Unread("throttled", "acme:List")).findings
    assert finding.status == "unknown"
    assert finding.unread == [{"field": KIND, "call": "acme:List", "reason": "throttled"}]


@pytest.mark.parametrize("answer", [None, "maybe", 1, [], cspm.Verdict("maybe")])  # type: ignore[arg-type]
def test_an_answer_that_is_none_is_a_fault(answer: Any) -> None:
    report = judged(lambda _: answer, {})
    (finding,) = report.findings
    assert finding.status == "unknown"
    assert finding.unread[0]["reason"] == "rule_error"
    (failure,) = report.coverage["failures"]
    assert failure["of"] == "the rule acme_rule"


def test_an_exception_is_unknown_with_its_traceback_in_the_coverage() -> None:
    @cspm.rule(id="acme_rule", kind=KIND, title="Servers are fine")
    def broken(resource: cspm.Resource) -> bool:
        raise ZeroDivisionError(f"by {resource['n'] % 5}\nand more")

    resources = [{"uid": f"acme:{n}", "kind": KIND, "data": {"n": n}} for n in range(10)]
    rules = cspm.Rules(builtin=False, extra=[broken])
    for _ in range(2):
        report = cspm.evaluate(resources, rules)
        assert {f.status for f in report.findings} == {"unknown"}
        assert report.findings[0].unread[0] == {
            "field": "rule",
            "call": "",
            "reason": "rule_error",
            "detail": "ZeroDivisionError: by 0",
        }
        failures = [failure["error"] for failure in report.coverage["failures"]]
        # The first different ones, of this scan alone.
        assert len(failures) == 4
        assert sum("Traceback" in failure and "in broken" in failure for failure in failures) == 3


def test_the_function_stays_callable() -> None:
    @cspm.rule(id="acme_rule", kind=KIND, title="Servers are fine")
    def fine(resource: cspm.Resource) -> bool:
        """Say so."""
        return True

    assert fine(cspm.Resource.from_dict({"uid": "x", "kind": KIND})) is True
    assert fine.__doc__ == "Say so."
    assert fine.id == "acme_rule"
    assert repr(fine) == "<Rule acme_rule>"


def test_what_is_said_of_a_rule() -> None:
    @cspm.rule(
        id="acme_buckets",
        kind="aws_s3_bucket",
        severity="critical",
        title="Buckets are fine",
        message="Bucket {resource.name} is not.",
        rationale="It matters.",
        remediation={"text": "Mend it.", "cli": "mend"},
        frameworks={"acme": ["1.1"]},
        equivalents={"prowler": ("s3_fine",)},
        references=["https://example.com"],
        reads=["name"],
    )
    def acme_buckets(resource: cspm.Resource) -> bool:
        return False

    rules = cspm.Rules(ids=["aws_s3_bucket_public_access_blocked"], extra=[acme_buckets])
    about = rules["acme_buckets"]
    assert (about.severity, about.provider, about.service) == ("critical", "aws", "s3")
    assert about.remediation == {"text": "Mend it.", "cli": "mend"}
    assert about.frameworks == {"acme": ["1.1"]}
    assert about.equivalents == {"prowler": ["s3_fine"]}
    report = cspm.scan(cspm.sample(), rules)
    finding = next(f for f in report.findings if f.rule_id == "acme_buckets")
    assert finding.message == f"Bucket {finding.resource.name} is not."
    with pytest.raises(cspm.RuleError, match="two rules"):
        cspm.Rules(extra=[acme_buckets, acme_buckets])


def test_the_plan_is_of_what_a_rule_reads() -> None:
    aws = cspm.Aws(regions=["us-east-1"], access_key_id="a", secret_access_key="b")

    def permissions(reads: list[str] | None) -> set[str]:
        rule = cspm.rule(id="acme_rule", kind="aws_s3_bucket", title="Fine", reads=reads)(lambda _: True)
        plan = cspm.plan(aws, cspm.Rules(builtin=False, extra=[rule]))
        return {call["permission"] for call in plan.calls}

    assert "s3:GetBucketPolicy" in permissions(None)
    assert "s3:GetBucketPolicy" not in permissions(["name"])
    with pytest.raises(cspm.RuleError, match="no_such"):
        permissions(["no_such"])


def test_a_rule_without_a_name_is_refused() -> None:
    with pytest.raises(cspm.ConfigError, match="id"):
        cspm.rule(id="", kind=KIND, title="Fine")


def test_a_rule_is_not_called_after_the_scan_is_cancelled() -> None:
    cancel, calls = cspm.CancellationToken(), 0

    @cspm.rule(id="acme_rule", kind="aws_s3_bucket", title="Fine")
    def fine(resource: cspm.Resource) -> bool:
        nonlocal calls
        calls += 1
        cancel.cancel()
        return True

    report = cspm.scan(cspm.sample(), cspm.Rules(builtin=False, extra=[fine]), cancel=cancel)
    assert calls == 1
    assert cancel.cancelled
    assert report.coverage["cancelled"] is True
    assert report.summary["pass"] <= 1
