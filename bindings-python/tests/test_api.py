"""Every line of the API by example."""

import inspect
import json
from pathlib import Path
from typing import Any

import cspm
import pytest

BUCKET = "aws_s3_bucket"


def test_collectors_take_their_options(tmp_path: Path) -> None:
    cspm.Aws(regions=["us-east-1", "eu-west-1"])
    cspm.Aws(profile="audit", role_arn="arn:aws:iam::123456789012:role/Audit", external_id="x1")
    aws = cspm.Aws(
        access_key_id="AKIAEXAMPLE",
        secret_access_key="hunter2",
        session_token=None,
        endpoint_url="http://127.0.0.1:5000",
        regions=None,
    )
    assert "hunter2" not in repr(aws)
    assert repr(aws).startswith("Aws(") or repr(aws).startswith("Aws {")
    cspm.Kubernetes(kubeconfig=None, context="prod")
    cspm.Manifests(["deploy/"], kubernetes_version=None)
    assert repr(cspm.Snapshot("inventory.json")) == 'Snapshot("inventory.json")'
    cspm.Snapshot("s3://bucket/key", aws=aws)


def test_rules_say_what_they_are() -> None:
    rules = cspm.Rules()
    assert len(rules) == len(list(rules)) > 100
    for r in rules:
        assert r.id
        assert r.title
        assert r.severity in ("informational", "low", "medium", "high", "critical")
        assert r.kind.startswith(r.provider)
        assert r.service
        assert r.expression
        assert r.rationale
        assert r.remediation["text"]
        assert r.id in rules
    one = rules["aws_s3_bucket_public_access_blocked"]
    assert one.frameworks["cis_aws_7.0"]
    assert one.equivalents["prowler"]
    assert one == cspm.Rules(ids=[one.id])[one.id]
    assert one.embedded_in == []
    assert all(rule.kinds == [rule.kind, *rule.embedded_in] for rule in rules)
    assert any("kubernetes_deployment" in rule.embedded_in for rule in rules)
    with pytest.raises(KeyError):
        rules["no_such_rule"]
    assert "cis_aws_7.0" in [framework["id"] for framework in rules.frameworks]
    assert one.to_dict()["id"] == one.id


def test_rules_are_selected(tmp_path: Path) -> None:
    rules = cspm.Rules(
        ids=["aws_s3_bucket_public_access_blocked"],
        frameworks=["cis_aws_7.0"],
        severities=["high", "critical"],
        services=["s3"],
        paths=[],
    )
    assert [r.id for r in rules] == ["aws_s3_bucket_public_access_blocked"]
    assert len(cspm.Rules(builtin=False)) == 0


def test_exceptions_cover_findings(tmp_path: Path, report: cspm.Report) -> None:
    failed = next(f for f in report.findings if f.status == "fail")
    waiver: cspm.types.Exception_ = {
        "rule": failed.rule_id,
        "resource": failed.resource.uid,
        "owner": "web@example.com",
        "reason": "The company's website.",
        "expires": "2099-01-31",
    }
    path = tmp_path / "exceptions.yaml"
    path.write_text(json.dumps({"exceptions": [waiver]}))
    for exceptions in (path, [waiver]):
        excepted = cspm.scan(cspm.sample(), cspm.Rules(exceptions=exceptions))
        assert excepted.summary["excepted"] == 1
        finding = next(f for f in excepted.findings if f.id == failed.id)
        assert finding.exception == {key: waiver[key] for key in ("owner", "reason", "expires")}  # type: ignore[literal-required]
        assert not finding.is_open_failure
    assert cspm.evaluate(report.inventory, exceptions=[waiver]).summary["excepted"] == 1


def test_a_plan_calls_nothing() -> None:
    aws = cspm.Aws(regions=["us-east-1"], access_key_id="a", secret_access_key="b")
    plan = cspm.plan([aws], cspm.Rules(services=["s3"]))
    calls = {call["permission"]: call for call in plan.calls}
    assert calls["s3:GetBucketPolicy"]["per"] == BUCKET
    assert calls["s3:GetBucketPolicy"]["service"] == "s3"
    assert calls["s3:GetBucketPolicy"]["operation"] == "GetBucketPolicy"
    (statement,) = plan.iam_policy()["Statement"]
    assert "s3:GetBucketPolicy" in statement["Action"]
    assert plan.cluster_role()["rules"] == []
    assert plan == cspm.plan(aws, cspm.Rules(services=["s3"]))
    for files in (cspm.Manifests("deploy/"), cspm.Snapshot("inventory.json"), cspm.sample()):
        assert cspm.plan(files).calls == []
    assert cspm.plan([cspm.Manifests("deploy/"), aws], cspm.Rules(services=["s3"])) == plan
    assert cspm.scan(cspm.sample()).plan.calls == []


def test_a_scan_tells_of_its_events() -> None:
    events: list[cspm.Event] = []
    report = cspm.scan([cspm.sample()], cspm.Rules(), on_event=events.append)
    types = {event.type for event in events}
    assert types >= {"planned", "resource", "finding", "done"}
    assert events[0].type == "planned"
    done = events[-1]
    assert isinstance(done, cspm.DoneEvent)
    assert done.report.summary == report.summary
    assert sum(event.type == "resource" for event in events) == len(report.inventory)
    assert sum(event.type == "finding" for event in events) == len(report.findings)
    assert all(repr(event).startswith(type(event).__name__) for event in events)
    few: list[cspm.Event] = []
    cspm.scan([cspm.sample()], on_event=few.append, progress_only=True)
    assert {event.type for event in few} <= {"planned", "progress", "done"}


def test_findings_have_what_they_need(report: cspm.Report) -> None:
    for f in report.findings:
        assert len(f.id) == 32
        assert f.rule_id
        assert f.status in ("pass", "fail", "unknown")
        assert f.severity
        assert f.title
        assert f.message
        assert f.resource.uid
        assert f.resource.kind
        assert f.resource.name
        assert isinstance(f.resource.account, str)
        assert f.resource.region
        assert isinstance(f.evidence, dict)
        assert f.remediation["text"]
        assert isinstance(f.frameworks, dict)
        assert bool(f.unread) == (f.status == "unknown")
        for unread in f.unread:
            assert {"field", "call", "reason"} <= unread.keys()


def test_a_report_is_summed_up(report: cspm.Report) -> None:
    statuses = [f.status for f in report.findings]
    assert report.summary["pass"] == statuses.count("pass")
    assert report.summary["fail"] == statuses.count("fail")
    assert report.summary["unknown"] == statuses.count("unknown")
    assert report.coverage["cancelled"] is False
    assert report.coverage["calls"]
    assert 0 < report.coverage_share < 1
    total = report.scores["total"]["score"]
    assert total is not None
    assert 0 < total < 100
    assert report.open_failures() == report.summary["fail"]
    assert report.open_failures("critical") == report.summary["fail_by_severity"]["critical"]
    assert [status for status, _, _ in report.statuses()] == statuses
    assert len(report.rules) == report.summary["rules"]
    assert report.started_at.tzinfo is not None
    assert report.plan.calls is not None
    assert report.identities == []


FORMATS: tuple[cspm.types.Format, ...] = ("json", "ocsf", "asff", "sarif", "junit", "csv", "markdown", "html")


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_is_written(report: cspm.Report, tmp_path: Path, name: cspm.types.Format) -> None:
    text = report.to_string(name)
    assert text
    path = tmp_path / "out"
    report.write(path, format=name)
    assert path.read_bytes().decode() == text
    assert list(tmp_path.iterdir()) == [path]


def test_the_name_of_a_file_says_its_format(report: cspm.Report, tmp_path: Path) -> None:
    report.write(str(tmp_path / "out.html"))
    assert (tmp_path / "out.html").read_text().lower().startswith("<!doctype html>")
    with pytest.raises(cspm.ConfigError, match="format="):
        report.write(tmp_path / "out")


def test_an_inventory_is_looked_into(report: cspm.Report, tmp_path: Path) -> None:
    inv = report.inventory
    assert len(inv) == report.summary["resources"]
    buckets = inv.of_kind(BUCKET)
    uid = buckets[0].uid
    found = inv.get(uid)
    assert found == buckets[0]
    assert uid in inv
    assert inv.get("nothing") is None
    assert BUCKET in inv.kinds
    assert inv.counts[BUCKET] == len(buckets)
    assert len(inv.of_kind("nothing")) == 0
    assert [r.uid for r in inv] == [inv.get(r.uid).uid for r in inv]  # type: ignore[union-attr]
    assert all(gap["kind"] and gap["reason"] for gap in inv.gaps)
    for name in ("snap.json", "snap.json.zst"):
        inv.save(tmp_path / name)
        again = cspm.scan(cspm.Snapshot(tmp_path / name))
        assert again.summary == report.summary
        assert again.to_string("json") == report.to_string("json")
    data = (tmp_path / "snap.json").read_bytes()
    assert cspm.scan(cspm.Snapshot.from_bytes(data)).summary == report.summary


def test_resources_of_the_caller_are_judged() -> None:
    resources: list[dict[str, Any]] = [{"uid": "b", "kind": BUCKET, "data": {"name": "b", "block_public_acls": True}}]
    report = cspm.evaluate(resources, cspm.Rules(ids=["aws_s3_bucket_public_access_blocked"]))
    (finding,) = report.findings
    # What a caller does not give of a kind with a model is not known.
    assert finding.status == "unknown"
    assert {unread["reason"] for unread in finding.unread} == {"not_given"}


def test_a_rule_in_python() -> None:
    @cspm.rule(id="acme_bucket_name", kind=BUCKET, severity="low", title="Buckets carry the team's prefix")
    def acme_bucket_name(resource: cspm.Resource) -> bool:
        return bool(resource["name"].startswith("meadow-"))

    report = cspm.scan(cspm.sample(), cspm.Rules(builtin=False, extra=[acme_bucket_name]))
    assert report.summary["pass"] + report.summary["fail"] == len(report.findings) > 0
    assert report.findings[0].evidence.keys() == {"name"}


def test_a_collector_in_python() -> None:
    class Cmdb(cspm.Collector):
        def collect(self, wanted: cspm.Wanted) -> Any:
            yield {"uid": "acme:1", "kind": "acme_server", "name": "one", "data": {"encrypted": True}}

    report = cspm.scan(Cmdb())
    (server,) = report.inventory
    assert (server.uid, server.kind, server.name, server.provider) == ("acme:1", "acme_server", "one", "acme")


def test_a_graph_is_written(tmp_path: Path) -> None:
    cspm.scan(cspm.sample(), graph=tmp_path / "graph.json")
    assert (tmp_path / "graph.json").stat().st_size > 1000


def test_an_inventory_can_be_dropped(report: cspm.Report) -> None:
    dropped = cspm.scan(cspm.sample(), drop_inventory=True)
    assert len(dropped.inventory) == 0
    assert dropped.summary == report.summary


def test_manifests_are_judged(root: Path) -> None:
    report = cspm.scan(cspm.Manifests(root / "examples/manifests", kubernetes_version="1.37"))
    assert report.summary["fail"] > 0
    written = next(f.resource for f in report.findings if f.resource.origin)
    assert written.origin
    assert written.origin["line"] >= 1
    assert cspm.scan(cspm.Manifests(root / "examples/manifests"), collect_everything=True).summary["resources"] > 0


def test_the_package_says_its_version_and_kinds() -> None:
    assert cspm.__version__.count(".") == 2
    kinds = {kind["name"]: kind for kind in cspm.kinds()}
    assert kinds[BUCKET]["provider"] == "aws"
    assert "properties" in kinds[BUCKET]["schema"]
    assert kinds[BUCKET]["permission"] == "s3:ListAllMyBuckets"
    assert kinds["kubernetes_pod"]["native"]


def test_everything_public_is_documented() -> None:
    for name in cspm.__all__:
        what = getattr(cspm, name)
        if not isinstance(what, type) and not callable(what):
            continue
        assert what.__doc__, name
        if isinstance(what, type):
            for of, member in vars(what).items():
                is_code = callable(member) or isinstance(member, property) or inspect.isgetsetdescriptor(member)
                if is_code and not of.startswith("_"):
                    assert getattr(member, "__doc__", None), f"{name}.{of}"
