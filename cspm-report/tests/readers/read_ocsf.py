"""py-ocsf-models takes every event, and gives back what was written."""

import json

from expected import excepted, findings, folder
from py_ocsf_models import OCSF_VERSION
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from py_ocsf_models.objects.cloud import Cloud

STATUS = {"pass": "Pass", "fail": "Fail", "unknown": "Unknown"}

events = json.loads((folder / "report.ocsf.json").read_text(encoding="utf-8"))
assert len(events) == len(findings)
for event, finding in zip(events, findings):
    model = ComplianceFinding.model_validate(event)
    assert model.metadata.version == OCSF_VERSION
    assert model.class_uid * 100 + model.activity_id == model.type_uid
    assert model.category_uid == model.class_uid // 1000
    assert model.compliance.status_id.name == STATUS[finding["status"]] == event["compliance"]["status"]
    assert model.status_id.name == ("Suppressed" if excepted(finding) else "New") == event["status"]
    severity = "informational" if finding["status"] == "pass" else finding["severity"]
    assert model.severity_id.name.lower() == severity == event["severity"].lower()
    assert model.compliance.checks[0].severity.lower() == finding["severity"]
    assert model.finding_info.uid == finding["id"]
    assert model.resources[0].uid == finding["resource"]["uid"]
    assert model.finding_info.analytic.uid == finding["rule_id"]
    if finding["resource"]["provider"] == "aws":
        cloud = Cloud.model_validate(event["cloud"])
        assert (cloud.provider, cloud.region) == ("aws", finding["resource"]["region"])
        assert (cloud.account.uid if cloud.account else "") == finding["resource"]["account"]
    if finding["status"] == "unknown":
        assert event["unmapped"]["unread"][0]["reason"] == finding["unread"][0]["reason"]
print("ok", len(events))
