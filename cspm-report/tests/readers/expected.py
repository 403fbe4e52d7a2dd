"""What the other formats must say: the JSON report of the same scan."""

import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
findings = report["findings"]
assert len(findings) > 100, "the sample is not there"
assert {f["status"] for f in findings} == {"pass", "fail", "unknown"}


def excepted(finding):
    return finding["status"] == "fail" and "exception" in finding
