//! OCSF 1.5.0: an array of Compliance Findings (class 2003), the newest version that `py-ocsf-models` reads.
//! <https://schema.ocsf.io/1.5.0/classes/compliance_finding>
//!
//! The verdict is `compliance.status_id`: 1 pass, 3 fail, 0 unknown. The severity is the rule's, except that a pass is
//! informational; `compliance.checks` has the rule's in any case. What an exception covers has the status Suppressed.

use std::io::{self, Write};

use cspm_core::{Finding, Report, Severity, Status};
use serde_json::{Value, json};

use crate::standing::Standing;
use crate::{VERSION, stream, text};

/// The version of the schema.
const SCHEMA: &str = "1.5.0";

pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    stream::rows(out, report.findings().map(|finding| event(&finding)))?;
    out.write_all(b"\n")
}

fn event(finding: &Finding) -> Value {
    let (rule, resource) = (&finding.rule, &finding.resource);
    let time = resource.collected_at.as_millisecond();
    let (status_id, status) = match Standing::of(finding) {
        Standing::Excepted => (3, "Suppressed"),
        _ => (1, "New"),
    };
    let shown = if finding.status == Status::Pass { Severity::Informational } else { rule.severity };
    let (severity_id, severity) = severity(shown);
    let mut event = json!({
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2003,
        "class_name": "Compliance Finding",
        "type_uid": 200_301,
        "type_name": "Compliance Finding: Create",
        "time": time,
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "status_code": finding.status.as_str(),
        "message": finding.message,
        "metadata": {
            "version": SCHEMA,
            "event_code": rule.id,
            "product": {"name": "cspm", "vendor_name": "cspm", "version": VERSION},
        },
        "finding_info": {
            "uid": finding.id,
            "title": rule.title,
            "desc": finding.message,
            "created_time": time,
            "types": [rule.service],
            "analytic": {"uid": rule.id, "name": rule.title, "type_id": 1, "type": "Rule"},
        },
        "compliance": compliance(finding),
        "resources": [{
            "uid": resource.uid,
            "name": resource.name,
            "type": resource.kind,
            "region": resource.region,
            "group": {"name": rule.service},
            "labels": resource.tags.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>(),
        }],
        "remediation": {"desc": text::remediation(rule), "references": rule.references},
    });
    if !finding.evidence.is_empty() {
        event["evidences"] = json!([{"data": text::evidence(&finding.evidence)}]);
    }
    match &*resource.provider {
        "kubernetes" => event["unmapped"]["cluster"] = json!(resource.account),
        _ => {
            event["metadata"]["profiles"] = json!(["cloud"]);
            event["cloud"] = cloud(finding);
        }
    }
    if finding.status == Status::Unknown {
        event["status_detail"] = text::unread(&finding.unread).into();
        let unread = finding.unread.iter().map(
            |u| json!({"field": u.field, "call": u.unread.call, "reason": u.unread.reason, "detail": u.unread.detail}),
        );
        event["unmapped"]["unread"] = unread.collect();
    }
    if let Some(exception) = &finding.exception {
        event["comment"] = text::exception(finding).into();
        event["unmapped"]["exception"] = json!(**exception);
    }
    event
}

fn compliance(finding: &Finding) -> Value {
    let rule = &finding.rule;
    let (status_id, status) = match finding.status {
        Status::Pass => (1, "Pass"),
        Status::Fail => (3, "Fail"),
        Status::Unknown => (0, "Unknown"),
    };
    let standards: Vec<_> = rule.frameworks.keys().collect();
    let (severity_id, severity) = severity(rule.severity);
    let mut compliance = json!({
        "control": rule.title,
        "requirements": text::controls(rule).collect::<Vec<_>>(),
        "standards": standards,
        "status_id": status_id,
        "status": status,
        "checks": [{
            "uid": rule.id,
            "name": rule.title,
            "desc": rule.rationale,
            "severity_id": severity_id,
            "severity": severity,
            "standards": standards,
            "status_id": status_id,
            "status": status,
        }],
    });
    if finding.status == Status::Unknown {
        let details = finding.unread.iter().map(|u| format!("{}: {}", u.field, u.unread));
        compliance["status_details"] = details.collect();
    }
    compliance
}

fn cloud(finding: &Finding) -> Value {
    let resource = &finding.resource;
    let mut cloud = json!({"provider": resource.provider, "region": resource.region});
    if !resource.account.is_empty() {
        let (type_id, kind) = match &*resource.provider {
            "aws" => (10, "AWS Account"),
            "gcp" => (5, "GCP Account"),
            _ => (99, "Other"),
        };
        cloud["account"] = json!({"uid": resource.account, "name": resource.account, "type_id": type_id, "type": kind});
    }
    cloud
}

fn severity(severity: Severity) -> (u8, &'static str) {
    match severity {
        Severity::Informational => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}
