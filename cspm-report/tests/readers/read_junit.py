"""junitparser finds a failure for each failure and no pass for what is unknown."""

import xml.etree.ElementTree

import junitparser
from expected import excepted, findings, folder

path = folder / "report.xml"
xml.etree.ElementTree.parse(path)
suites = junitparser.JUnitXml.fromfile(str(path))
cases = [case for suite in suites for case in suite]
assert len(cases) == len(findings)
for case, finding in zip(cases, findings):
    kinds = [type(result).__name__ for result in case.result]
    if finding["status"] == "pass":
        assert kinds == [], kinds
    elif finding["status"] == "unknown" or excepted(finding):
        assert kinds == ["Skipped"], kinds
        word = "unknown" if finding["status"] == "unknown" else "excepted"
        assert case.result[0].message.startswith(word + ": ")
    else:
        assert kinds == ["Failure"], kinds
        assert case.result[0].type == finding["severity"]
    legal = "".join("\ufffd" if c < " " and c not in "\t\n\r" else c for c in finding["resource"]["uid"])
    assert case.name == legal, (case.name, legal)

stated = [(suite.name, suite.tests, suite.failures, suite.skipped) for suite in suites]
suites.update_statistics()
counted = [(suite.name, suite.tests, suite.failures, suite.skipped) for suite in suites]
assert stated == counted
print("ok", len(cases))
