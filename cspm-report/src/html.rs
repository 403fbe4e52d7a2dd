//! HTML: one page that needs nothing else and asks nobody for anything.
//!
//! The report is data in the page (a script element that is no script), and the page's own script shows it with
//! `textContent` alone, so that no name can become markup. A content security policy names that script and the style by
//! their hashes and forbids everything else.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cspm_core::{Finding, Report, Resource, RuleMeta};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::standing::Standing;
use crate::stream::Members;
use crate::{VERSION, text};

const STYLE: &str = include_str!("html/style.css");
const BODY: &str = include_str!("html/body.html");
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("html/dom.js"),
    include_str!("html/overview.js"),
    include_str!("html/filters.js"),
    include_str!("html/detail.js"),
    include_str!("html/findings.js"),
    include_str!("html/coverage.js"),
    include_str!("html/start.js"),
    "})();\n",
);

pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    writeln!(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<meta name=\"referrer\" content=\"no-referrer\">\n<title>Cloud security posture</title>")?;
    writeln!(out, "<style>{STYLE}</style>\n</head>\n{BODY}<script type=\"application/json\" id=\"data\">")?;
    write_data(report, &mut InScript(out))?;
    writeln!(out, "</script>\n<script>{SCRIPT}</script>\n</body>\n</html>")
}

/// The source expression of an inline script or style: <https://www.w3.org/TR/CSP3/#framework-directive-source-list>
fn hash(content: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(content)))
}

fn write_data(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let index: HashMap<&str, usize> =
        report.rules().iter().enumerate().map(|(n, rule)| (&*rule.meta().id, n)).collect();
    let mut data = Members::begin(out)?;
    data.member("version", VERSION)?;
    data.member("collected_at", format!("{:.0}", report.collected_at))?;
    data.member("identities", &report.identities)?;
    data.member("summary", &report.summary)?;
    data.member("scores", &report.scores)?;
    data.member("coverage", &report.coverage)?;
    data.rows("rules", report.rules().iter().map(|rule| rule_of(rule.meta())))?;
    let resources = resources(report);
    data.rows("resources", resources.all.iter().map(|resource| resource_of(resource)))?;
    let rows = report.findings().map(|finding| {
        let place = resources.places.get(&Arc::as_ptr(&finding.resource)).copied();
        Row::of(&finding, index.get(&*finding.rule.id).copied(), place)
    });
    data.rows("findings", rows)?;
    data.end()
}

/// The resources that findings are about, each once, and where each is.
struct Resources<'a> {
    all: Vec<&'a Arc<Resource>>,
    places: HashMap<*const Resource, usize>,
}

fn resources(report: &Report) -> Resources<'_> {
    let mut resources = Resources { all: Vec::new(), places: HashMap::new() };
    for (_, _, resource) in report.statuses() {
        resources.places.entry(Arc::as_ptr(resource)).or_insert_with(|| {
            resources.all.push(resource);
            resources.all.len() - 1
        });
    }
    resources
}

fn resource_of(resource: &Resource) -> impl Serialize {
    let Resource { uid, name, kind, account, region, tags, .. } = resource;
    (uid, name, kind, account, region, tags)
}

fn rule_of(rule: &RuleMeta) -> Value {
    json!({
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "service": rule.service,
        "rationale": rule.rationale,
        "remediation": rule.remediation,
        "references": rule.references,
        "frameworks": rule.frameworks,
        "equivalents": rule.equivalents,
        "expression": rule.expression,
    })
}

/// A finding as the page's script reads it, by position.
#[derive(Serialize)]
struct Row(Option<usize>, Option<usize>, &'static str, String, Value, Vec<[String; 4]>, Option<String>, String);

impl Row {
    fn of(finding: &Finding, rule: Option<usize>, resource: Option<usize>) -> Self {
        let standing = match Standing::of(finding) {
            Standing::Pass => "pass",
            Standing::Fail => "fail",
            Standing::Unknown => "unknown",
            Standing::Excepted => "excepted",
        };
        let unread = finding
            .unread
            .iter()
            .map(|u| [&*u.field, &*u.unread.call, u.unread.reason.as_str(), &*u.unread.detail].map(str::to_owned));
        let exception = finding.exception.as_ref().map(|_| text::exception(finding));
        let evidence = Value::Object(text::evidence(&finding.evidence));
        Self(
            rule,
            resource,
            standing,
            finding.message.clone(),
            evidence,
            unread.collect(),
            exception,
            finding.id.clone(),
        )
    }
}

/// Writes JSON so that no part of it can end the script element: `<`, `>` and `&` occur in JSON only within strings,
/// where an escape means the same. The same is done for the two line ends that JSON allows and scripts once did not.
struct InScript<'a>(&'a mut dyn Write);

impl Write for InScript<'_> {
    /// A character never comes in two parts: JSON is written text by text.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'<' | b'>' | b'&' | 0xe2)) {
            let (before, from) = rest.split_at(at);
            self.0.write_all(before)?;
            let (escape, length) = match from {
                [b'<', ..] => ("\\u003c", 1),
                [b'>', ..] => ("\\u003e", 1),
                [b'&', ..] => ("\\u0026", 1),
                [0xe2, 0x80, 0xa8, ..] => ("\\u2028", 3),
                [0xe2, 0x80, 0xa9, ..] => ("\\u2029", 3),
                _ => ("", 0),
            };
            match length {
                0 => self.0.write_all(&from[..1])?,
                _ => self.0.write_all(escape.as_bytes())?,
            }
            rest = &from[length.max(1)..];
        }
        self.0.write_all(rest)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_script_element() {
        let text = "</script><!-- & \u{2028}\u{2029} \u{2027} â";
        let mut bytes = Vec::new();
        serde_json::to_writer(InScript(&mut bytes), text).expect("write to memory");
        let written = String::from_utf8(bytes).expect("still UTF-8");
        assert_eq!(written, "\"\\u003c/script\\u003e\\u003c!-- \\u0026 \\u2028\\u2029 \u{2027} â\"");
        assert_eq!(serde_json::from_str::<String>(&written).expect("still JSON"), text);
    }
}
