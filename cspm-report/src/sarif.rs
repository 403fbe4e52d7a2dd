//! SARIF 2.1.0. <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
//!
//! The kind of a result (3.27.9) is `fail`, `pass`, or `open` for what is unknown: the specification has it for rules
//! that were evaluated with too little information to decide. The level (3.27.10) is `none` unless the kind is `fail`. A failure that an
//! exception covers is suppressed (3.35). Calls that were not answered are notifications of the invocation (3.58).

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Write};

use cspm_core::{Coverage, Finding, Report, RuleMeta, Severity, Status};
use serde_json::{Value, json};

use crate::stream::Members;
use crate::{VERSION, markdown, text};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let rules = report.rules();
    let index: HashMap<&str, usize> = rules.iter().enumerate().map(|(n, rule)| (&*rule.meta().id, n)).collect();
    let driver = json!({
        "name": "cspm",
        "version": VERSION,
        "semanticVersion": VERSION,
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": rules.iter().map(|rule| descriptor(rule.meta())).collect::<Vec<_>>(),
    });
    write!(out, "{{\"$schema\": \"{SCHEMA}\",\n\"version\": \"2.1.0\",\n\"runs\": [")?;
    let mut run = Members::begin(out)?;
    run.member("tool", json!({"driver": driver}))?;
    run.member("invocations", [invocation(report)])?;
    run.member("properties", json!({"summary": report.summary, "scores": report.scores}))?;
    run.rows("results", report.findings().map(|finding| result(&finding, index.get(&*finding.rule.id).copied())))?;
    run.end()?;
    out.write_all(b"]}\n")
}

fn descriptor(rule: &RuleMeta) -> Value {
    let mut tags: BTreeSet<&str> = BTreeSet::from(["security", &rule.provider, &rule.service]);
    tags.extend(rule.frameworks.keys().map(String::as_str));
    let mut descriptor = json!({
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "help": {"text": plain_help(rule), "markdown": markdown::help(rule)},
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {
            "tags": tags,
            "severity": rule.severity,
            "kind": rule.kind,
            "frameworks": rule.frameworks,
            "equivalents": rule.equivalents,
        },
    });
    if !rule.rationale.is_empty() {
        descriptor["fullDescription"] = json!({"text": rule.rationale});
    }
    if let Some(reference) = text::web_reference(rule) {
        descriptor["helpUri"] = reference.into();
    }
    if !rule.aliases.is_empty() {
        descriptor["deprecatedIds"] = rule.aliases.iter().collect::<BTreeSet<_>>().into_iter().cloned().collect();
    }
    // A score as of CVSS, by which code-scanning pages sort.
    if let Some(score) = security_severity(rule.severity) {
        descriptor["properties"]["security-severity"] = score.into();
    }
    descriptor
}

fn plain_help(rule: &RuleMeta) -> String {
    let help = format!("{}\n\n{}", rule.rationale.trim(), text::remediation(rule));
    if help.trim().is_empty() { rule.title.clone() } else { help.trim().to_owned() }
}

fn result(finding: &Finding, index: Option<usize>) -> Value {
    let (rule, resource) = (&finding.rule, &finding.resource);
    let (kind, level) = match finding.status {
        Status::Pass => ("pass", "none"),
        Status::Fail => ("fail", level(rule.severity)),
        Status::Unknown => ("open", "none"),
    };
    let mut result = json!({
        "ruleId": rule.id,
        "kind": kind,
        "level": level,
        "message": {"text": finding.message},
        "locations": [location(finding)],
        "partialFingerprints": {"cspmFindingId/v1": finding.id},
        "properties": {
            "status": finding.status,
            "severity": rule.severity,
            "provider": resource.provider,
            "account": resource.account,
            "region": resource.region,
            "resourceKind": resource.kind,
            "evidence": text::evidence(&finding.evidence),
        },
    });
    if let Some(index) = index {
        result["ruleIndex"] = index.into();
    }
    if !finding.unread.is_empty() {
        let unread = finding.unread.iter();
        let unread = unread.map(|u| json!({"field": u.field, "call": u.unread.call, "reason": u.unread.reason}));
        result["properties"]["unread"] = unread.collect();
    }
    // An unknown verdict stays in sight even where an exception would cover a failure.
    if finding.status == Status::Fail && finding.exception.is_some() {
        let justification = text::exception(finding);
        result["suppressions"] = json!([{"kind": "external", "status": "accepted", "justification": justification}]);
    }
    result
}

/// The resource, and where a file has it: the line of the first field that the verdict rests on and the file says. A field of
/// an item of a list says more than one that the verdict could have rested on instead.
fn location(finding: &Finding) -> Value {
    let resource = &finding.resource;
    let mut location = json!({"logicalLocations": [{
        "fullyQualifiedName": resource.uid,
        "name": resource.name,
        "kind": "resource",
    }]});
    if let Some(origin) = &resource.origin {
        let (items, others): (Vec<_>, Vec<_>) =
            finding.evidence.iter().map(|evidence| &*evidence.field).partition(|field| field.contains('['));
        let mut lines = items.into_iter().chain(others).map(|field| origin.line_of(field));
        let line = lines.find(|line| *line != origin.line).unwrap_or(origin.line);
        location["physicalLocation"] =
            json!({"artifactLocation": {"uri": uri(&origin.file)}, "region": {"startLine": line.max(1)}});
    }
    location
}

/// The name of a file as a URI reference, which stays relative where the name is.
fn uri(file: &str) -> String {
    let scheme = if file.starts_with('/') { "file://" } else { "" };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/');
    let escaped = file.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") });
    std::iter::once(scheme.to_owned()).chain(escaped).collect()
}

fn invocation(report: &Report) -> Value {
    let coverage = &report.coverage;
    json!({
        "executionSuccessful": coverage.failures.is_empty() && !coverage.cancelled,
        "startTimeUtc": format!("{:.3}", report.collected_at),
        "toolExecutionNotifications": notifications(coverage),
        "properties": {
            "verdictsGiven": coverage.verdicts_given,
            "verdictsUnknown": coverage.verdicts_unknown,
            "readShare": coverage.read_share(),
            "identities": report.identities,
        },
    })
}

fn notifications(coverage: &Coverage) -> Vec<Value> {
    let failures = coverage
        .failures
        .iter()
        .map(|f| json!({"level": "error", "message": {"text": format!("{}: {}", f.of, f.error)}}));
    let calls = coverage.calls.iter().filter(|(_, counts)| !counts.reasons.is_empty()).map(|(key, counts)| {
        let reasons: Vec<_> = counts.reasons.iter().map(|(reason, n)| format!("{reason} {n}")).collect();
        let place = format!("{} in {}", key.account, key.region);
        let said = counts.detail.as_deref().map(|detail| format!(": {detail}")).unwrap_or_default();
        let text = format!("{} of {place} was not answered ({}){said}", key.call, reasons.join(", "));
        json!({"level": "warning", "message": {"text": text}, "descriptor": {"id": "call-not-answered"}})
    });
    let unmatched = coverage.unmatched.iter().map(|part| {
        let text = format!("the {part} selects nothing for these sources");
        json!({"level": "note", "message": {"text": text}, "descriptor": {"id": "nothing-selected"}})
    });
    failures.chain(calls).chain(unmatched).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Informational => "note",
    }
}

fn security_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.5"),
        Severity::Informational => None,
    }
}
