"""What was not read counts, and a selection that selects nothing is an error."""

from pathlib import Path

import cspm
import pytest

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: good}\nspec: {containers: [{name: a, image: b}]}\n"
RULES = cspm.Rules(ids=["kubernetes_pod_not_privileged"])


def manifests(folder: Path, more: str = "") -> cspm.Manifests:
    (folder / "all.yaml").write_text(POD + more)
    return cspm.Manifests([folder])


def test_a_selection_that_selects_nothing(tmp_path: Path) -> None:
    rules = cspm.Rules(frameworks=["cis_aws_7.0"])
    with pytest.raises(cspm.ConfigError, match=r"cis_aws_7\.0"):
        cspm.scan(manifests(tmp_path), rules)
    with pytest.raises(cspm.ConfigError, match=r"cis_aws_7\.0"):
        cspm.plan(manifests(tmp_path), rules)
    with pytest.raises(cspm.ConfigError, match=r"cis_aws_7\.0"):
        cspm.evaluate([{"uid": "x", "kind": "kubernetes_pod", "data": {}}], rules)
    part = cspm.Rules(ids=["kubernetes_pod_not_privileged", "aws_s3_bucket_not_public"])
    assert cspm.scan(manifests(tmp_path), part).coverage["unmatched"] == ["rule aws_s3_bucket_not_public"]


def test_a_document_that_was_not_read(tmp_path: Path) -> None:
    good = cspm.scan(manifests(tmp_path), RULES)
    assert (good.coverage["read"], good.coverage["unread"], good.is_complete) == (1, 0, True)
    report = cspm.scan(manifests(tmp_path, "---\na: {b\n"), RULES)
    assert (report.coverage["read"], report.coverage["unread"]) == (1, 1)
    assert (report.coverage["read_share"], report.coverage["share"], report.coverage_share) == (0.5, 1.0, 1.0)
    assert not report.is_complete
    assert report.coverage["failures"][0]["of"] == f"manifests {tmp_path}"


def test_a_scan_begins_when_it_begins(report: cspm.Report) -> None:
    assert report.started_at > report.collected_at


def test_a_time_limit_is_a_number_of_seconds() -> None:
    assert cspm.scan(cspm.sample(), timeout=60).summary["fail"] > 0
    for wrong in (0, -1, float("nan")):
        with pytest.raises(cspm.ConfigError, match="seconds"):
            cspm.scan(cspm.sample(), timeout=wrong)
