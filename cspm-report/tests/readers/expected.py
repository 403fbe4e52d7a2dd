"""What the other formats must say: the JSON report of the same scan."""

import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
findings = report["findings"]
assert findings, "there is nothing to count"


def excepted(finding):
    return finding["status"] == "fail" and "exception" in finding
