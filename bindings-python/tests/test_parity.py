"""The scenarios that Rust, Python and Node all run, in Python: tests/parity/README.md says what a scenario is."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import cspm
import pytest

SCENARIOS = Path(__file__).resolve().parents[2] / "tests" / "parity" / "scenarios"
FOLDERS = sorted(folder for folder in SCENARIOS.iterdir())
SEVERITIES = ["informational", "low", "medium", "high", "critical"]
NOW = re.compile(r'"collected_at":"[^"]*"')

KEYS = {
    "scenario": {"description", "input", "rules", "options", "steps", "undated", "formats", "queries", "save_as"},
    "input": {
        *("snapshot", "text", "name", "max_bytes", "manifests", "kubernetes_version", "cluster_name", "resources"),
        "collector",
    },
    "rules": {"builtin", "ids", "frameworks", "severities", "services", "paths", "exceptions", "host"},
    "options": {"drop_inventory", "collect_everything"},
}


class Cmdb(cspm.Collector):
    """Gives the resources of the scenario, one by one."""

    name = "cmdb"
    provider = "acme"

    def __init__(self, resources: list[Any]) -> None:
        self.resources = resources

    def collect(self, wanted: cspm.Wanted) -> Any:
        yield from self.resources


@cspm.rule(id="acme_server_prefix", kind="acme_server", severity="low", title="Servers carry the team's prefix")
def prefix(resource: cspm.Resource) -> bool:
    return resource["name"].startswith("acme-")


@cspm.rule(id="acme_server_owner", kind="acme_server", severity="high", title="Servers have an owner")
def owner(resource: cspm.Resource) -> bool:
    return resource["owner"] is not None


@cspm.rule(id="acme_server_broken", kind="acme_server", severity="medium", title="Servers are judged by a broken rule")
def broken(resource: cspm.Resource) -> bool:
    raise ValueError("boom")


HOST = {rule.id: rule for rule in (prefix, owner, broken)}


def read(text: str) -> dict[str, Any]:
    """Read a scenario; a key that nobody knows is an error."""
    scenario = json.loads(text)
    parts = {"scenario": scenario, **{part: scenario.get(part, {}) for part in ("input", "rules", "options")}}
    for part, given in parts.items():
        if unknown := set(given) - KEYS[part]:
            raise ValueError(f"{part} has the unknown keys {unknown}")
    if unknown := set(scenario["steps"]) - set(Run.STEPS):
        raise ValueError(f"the steps {unknown} are unknown")
    return scenario


def untagged(value: Any) -> Any:
    """Take `{"$int": "9007199254740993"}` for that number, which not every language's JSON can hold."""
    if isinstance(value, dict):
        return int(value["$int"]) if "$int" in value else {name: untagged(part) for name, part in value.items()}
    return [untagged(part) for part in value] if isinstance(value, list) else value


class Run:
    """A scenario, and what came of it: values, which languages may write differently, and texts, which they may not."""

    def __init__(self, scenario: dict[str, Any]) -> None:
        self.scenario = scenario
        self.input = scenario.get("input", {})
        self.values: dict[str, Any] = {}
        self.texts: dict[str, bytes] = {}
        self._report: cspm.Report | None = None
        try:
            for step in scenario["steps"]:
                self.STEPS[step](self)
        except cspm.CspmError as error:
            said = {"code": error.kind, "message": str(error)}
            place = {name: getattr(error, name, None) for name in ("path", "line", "column")}
            self.values["error"] = said | {name: part for name, part in place.items() if part is not None}

    def rules(self) -> cspm.Rules:
        given = dict(self.scenario.get("rules", {}))
        extra = [HOST[name] for name in given.pop("host", [])]
        return cspm.Rules(extra=extra, **given)

    def sources(self) -> list[Any]:
        given, sources = self.input, []
        if "snapshot" in given:
            sources.append(cspm.Snapshot(given["snapshot"], max_bytes=given.get("max_bytes")))
        if "text" in given:
            data = given["text"].encode()
            sources.append(cspm.Snapshot.from_bytes(data, name=given["name"], max_bytes=given.get("max_bytes")))
        if "manifests" in given:
            options = {name: given.get(name) for name in ("kubernetes_version", "cluster_name")}
            sources.append(cspm.Manifests(given["manifests"], **options))
        if given.get("collector"):
            sources.append(Cmdb(untagged(given["resources"])))
        return sources

    @property
    def report(self) -> cspm.Report:
        if self._report is None:
            if "resources" in self.input and not self.input.get("collector"):
                self._report = cspm.evaluate(untagged(self.input["resources"]), self.rules())
            else:
                self._report = cspm.scan(self.sources(), self.rules(), **self.scenario.get("options", {}))
        return self._report

    def lines(self, report: cspm.Report) -> bytes:
        lines = []
        for finding in report.findings:
            line = finding.to_json()
            assert said_by(finding) == json.loads(line), "the members of a finding say what its JSON says"
            assert json.loads(line) == finding.to_dict()
            lines.append(NOW.sub('"collected_at":""', line) if self.scenario.get("undated") else line)
        return "".join(line + "\n" for line in lines).encode()

    def step_rules(self) -> None:
        names = ["id", "title", "severity", "kind", "service", "provider", "frameworks", "equivalents", "expression"]
        self.values["rules"] = [{name: getattr(rule, name) for name in names} for rule in self.rules()]

    def step_rule_ids(self) -> None:
        self.values["rule_ids"] = [rule.id for rule in self.rules()]

    def step_plan(self) -> None:
        plan = cspm.plan(self.sources(), self.rules())
        self.values["plan"] = {
            "calls": plan.calls,
            "iam_policy": plan.iam_policy(),
            "cluster_role": plan.cluster_role(),
        }

    def step_findings(self) -> None:
        self.texts["findings.jsonl"] = self.lines(self.report)

    def step_summary(self) -> None:
        self.values["summary"] = self.report.summary

    def step_coverage(self) -> None:
        self.values["coverage"] = self.report.coverage

    def step_scores(self) -> None:
        self.values["scores"] = self.report.scores

    def step_open_failures(self) -> None:
        self.values["open_failures"] = {name: self.report.open_failures(name) for name in SEVERITIES}

    def step_inventory(self) -> None:
        inventory = self.report.inventory
        by_kind = {kind: [one.to_dict() for one in inventory.of_kind(kind)] for kind in inventory.kinds}
        all_of_them = [one for resources in by_kind.values() for one in resources]
        assert len(inventory) == len(all_of_them)
        assert all(inventory.get(one["uid"]).to_dict() == one for one in all_of_them)
        self.values["inventory"] = {
            "kinds": inventory.kinds,
            "resources": by_kind,
            "gaps": inventory.gaps,
            "counts": inventory.counts,
        }

    def step_faults(self) -> None:
        verdicts = [
            {"rule_id": finding.rule_id, "uid": finding.resource.uid, "status": finding.status}
            for finding in self.report.findings
            if any(unread["reason"] == "rule_error" for unread in finding.unread)
        ]
        failures = sorted({failure["of"] for failure in self.report.coverage["failures"]})
        self.values["faults"] = {"verdicts": verdicts, "failures": failures}

    def step_events(self) -> None:
        async def count() -> Counter[str]:
            return Counter([event.type async for event in cspm.stream(self.sources(), self.rules(), **options)])

        options = self.scenario.get("options", {})
        counts = asyncio.run(count())
        self.values["events"] = {name: n for name, n in counts.items() if name != "progress"}

    def step_formats(self) -> None:
        for name in self.scenario["formats"]:
            self.texts[f"report.{name}"] = self.report.to_string(name).encode()
            with tempfile.TemporaryDirectory() as folder:
                self.report.write(Path(folder) / "report", format=name)
                assert (Path(folder) / "report").read_bytes() == self.texts[f"report.{name}"]

    def step_sql(self) -> None:
        answers = [self.report.inventory.sql(query) for query in self.scenario["queries"]]
        self.values["rows"] = [{"columns": rows.columns, "rows": list(rows), "unread": rows.unread} for rows in answers]

    def step_save(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / self.scenario["save_as"]
            self.report.inventory.save(path)
            self.texts["again.jsonl"] = self.lines(cspm.scan(cspm.Snapshot(path), self.rules()))
            if path.suffix == ".json":
                self.texts[path.name] = path.read_bytes()

    STEPS = {name.removeprefix("step_"): step for name, step in vars().items() if name.startswith("step_")}  # noqa: RUF012


def said_by(finding: cspm.Finding) -> dict[str, Any]:
    """Make of a finding's members what its JSON is."""
    names = [
        "id",
        "rule_id",
        "status",
        "severity",
        "title",
        "message",
        "evidence",
        "unread",
        "remediation",
        "frameworks",
    ]
    about = ["uid", "kind", "provider", "account", "region", "name", "tags"]
    said = {name: getattr(finding, name) for name in [*names, "frameworks"]}
    said["resource"] = {name: getattr(finding.resource, name) for name in about}
    if finding.resource.origin is not None:
        said["resource"]["origin"] = finding.resource.origin
    if finding.exception is not None:
        said["exception"] = finding.exception
    # Of a time there is no one text.
    return said | {"collected_at": finding.to_dict()["collected_at"]}


def hashed(text: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(text).hexdigest(), "lines": text.count(b"\n"), "bytes": len(text)}


def leave_copy(folder: Path, texts: dict[str, bytes]) -> None:
    """Leave the texts where scripts/parity.sh holds those of the three languages against each other."""
    if out := os.environ.get("CSPM_PARITY_OUT"):
        here = Path(out) / "python" / folder.name
        here.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (here / name).write_bytes(text)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_scenario(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    run = Run(read((folder / "scenario.json").read_text()))
    leave_copy(folder, run.texts)
    expected = {path.name: path.read_bytes() for path in (folder / "expected").iterdir()}
    values, hashes = (json.loads(expected.pop(f"{name}.json", "{}")) for name in ("values", "hashes"))
    assert run.values == values
    assert {name: text for name, text in run.texts.items() if name not in hashes} == expected
    assert {name: hashed(text) for name, text in run.texts.items() if name in hashes} == hashes


def test_every_scenario_is_run() -> None:
    assert len(FOLDERS) == len(list(SCENARIOS.glob("*/scenario.json"))) >= 25


@pytest.mark.parametrize("part", ["scenario", "input", "rules", "options", "steps"])
def test_what_a_scenario_does_not_know_is_an_error(part: str) -> None:
    scenario: dict[str, Any] = {"description": "", "steps": []}
    wrong = {"scenario": {"no_such_key": 1}, "steps": {"steps": ["no_such_step"]}}
    scenario |= wrong.get(part, {part: {"no_such_key": 1}})
    with pytest.raises(ValueError, match="unknown"):
        read(json.dumps(scenario))
