"""botocore's model of Security Hub takes every batch, and the documented lengths hold."""

import json
import re

import botocore.session
from botocore.validate import ParamValidator
from expected import excepted, findings, folder

STATUS = {"pass": "PASSED", "fail": "FAILED", "unknown": "NOT_AVAILABLE"}
LONGEST = {"Id": 512, "ProductArn": 2048, "GeneratorId": 512, "Title": 256, "Description": 1024, "Region": 16}

rows = json.loads((folder / "report.asff.json").read_text(encoding="utf-8"))
assert len(rows) == len(findings)
model = botocore.session.get_session().get_service_model("securityhub")
request = model.operation_model("BatchImportFindings").input_shape


def check(value, shape, path):
    """Enumerations and patterns, which botocore leaves to the service."""
    if shape.type_name == "structure":
        for name, member in value.items():
            check(member, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for item in value:
            check(item, shape.member, path)
    elif shape.type_name == "map":
        for key, member in value.items():
            check(key, shape.key, path)
            check(member, shape.value, f"{path}.{key}")
    elif shape.type_name == "string":
        assert not shape.enum or value in shape.enum, (path, value)
        assert re.fullmatch(shape.metadata.get("pattern", "(?s).*"), value), (path, value)


for start in range(0, len(rows), 100):
    batch = {"Findings": rows[start : start + 100]}
    errors = ParamValidator().validate(batch, request)
    assert not errors.has_errors(), errors.generate_report()
    check(batch, request, "")
assert len({row["Id"] for row in rows}) == len(rows)
uids = {}
for row, finding in zip(rows, findings):
    assert row["Compliance"]["Status"] == STATUS[finding["status"]]
    assert row["Severity"]["Original"] == finding["severity"]
    assert (row["Workflow"]["Status"] == "SUPPRESSED") == excepted(finding)
    for name, longest in LONGEST.items():
        assert len(row[name]) <= longest, (name, len(row[name]))
    assert re.fullmatch(r"[0-9]{12}", row["AwsAccountId"])
    assert re.fullmatch(r"Software and Configuration Checks(/[^/]+){1,2}", row["Types"][0])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row["CreatedAt"])
    resource, uid = row["Resources"][0]["Id"], finding["resource"]["uid"]
    assert len(resource) <= 512 and uids.setdefault(resource, uid) == uid, "long ids stay apart"
    assert all(len(value) <= 2048 for value in row["ProductFields"].values())
    assert len(row["ProductFields"]) <= 50 and len(row["Remediation"]["Recommendation"]["Text"]) <= 512
    assert len(json.dumps(row)) < 240_000
print("ok", len(rows))
