"""Findings are made when they are looked at."""

import json
from collections.abc import Sequence

import cspm
import pytest


def test_findings_are_a_sequence(report: cspm.Report) -> None:
    findings = report.findings
    assert isinstance(findings, Sequence)
    everything = list(findings)
    assert len(everything) == len(findings)
    assert findings[-1] == everything[-1]
    assert list(findings[10:2:-3]) == everything[10:2:-3]
    assert list(findings[5:][2:4]) == everything[7:9]
    assert list(reversed(findings)) == everything[::-1]
    assert findings.index(everything[3]) == 3
    assert everything[7] in findings
    with pytest.raises(IndexError):
        findings[len(findings)]
    assert list(findings[len(findings) :]) == []


def test_a_finding_is_the_line_of_the_report(report: cspm.Report) -> None:
    whole = json.loads(report.to_string("json"))
    lines = [line.rstrip(",") for line in report.to_string("json").splitlines() if line.startswith('{"id":')]
    assert len(lines) == len(report.findings) == len(whole["findings"])
    for finding, line in zip(report.findings, lines):
        assert finding.to_json() == line
        assert json.dumps(finding.to_dict(), ensure_ascii=False, separators=(",", ":")) == line


def test_a_finding_is_as_old_as_its_resource(report: cspm.Report) -> None:
    assert all(finding.collected_at == finding.resource.collected_at for finding in report.findings)


def test_findings_are_compared_by_value(report: cspm.Report) -> None:
    a, b = report.findings[0], report.findings[0]
    assert a is not b
    assert a == b
    assert hash(a) == hash(b)
    assert a != report.findings[1]
    assert len({*report.findings}) == len(report.findings)
    assert repr(a).startswith("<Finding ")
