"""The OASIS schema and sarif-tools take the log."""

import json
import pathlib

from expected import excepted, findings, folder
from jsonschema import Draft4Validator, FormatChecker
from sarif import loader

KIND = {"pass": "pass", "fail": "fail", "unknown": "open"}
LEVEL = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "informational": "note"}

path = folder / "report.sarif"
log = json.loads(path.read_text(encoding="utf-8"))
schema = json.loads((pathlib.Path(__file__).parent / "sarif-2.1.0.schema.json").read_text(encoding="utf-8"))
errors = list(Draft4Validator(schema, format_checker=FormatChecker()).iter_errors(log))
assert not errors, [f"{list(error.path)}: {error.message[:200]}" for error in errors[:5]]

run = log["runs"][0]
rules = run["tool"]["driver"]["rules"]
assert len(run["results"]) == len(findings)
for result, finding in zip(run["results"], findings):
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding["rule_id"]
    assert result["kind"] == KIND[finding["status"]]
    assert result["level"] == (LEVEL[finding["severity"]] if finding["status"] == "fail" else "none")
    assert result["partialFingerprints"] == {"cspmFindingId/v1": finding["id"]}
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == finding["resource"]["uid"]
    assert ("suppressions" in result) == excepted(finding)

# sarif-tools sorts by level: what is not a failure has none.
sarif = loader.load_sarif_file(str(path))
levels = [record["Severity"] for record in sarif.get_records()]
assert levels == [LEVEL[f["severity"]] if f["status"] == "fail" else "none" for f in findings]
print("ok", len(findings))
