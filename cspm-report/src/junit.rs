//! JUnit XML: a suite for each rule, a test for each resource.
//!
//! A failure is a failure. What is unknown, and a failure that an exception covers, is skipped with a message that says
//! so: neither counts as passed.

use std::fmt;
use std::io::{self, Write};

use cspm_core::{Finding, Report, RuleMeta, Status};

use crate::standing::Standing;
use crate::text;

/// How many tests of a suite there are, and how they ended.
#[derive(Clone, Copy, Default)]
struct Counts {
    tests: u64,
    failures: u64,
    skipped: u64,
}

pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let suites = count(report);
    let mut all = Counts::default();
    for suite in &suites {
        all.tests += suite.tests;
        all.failures += suite.failures;
        all.skipped += suite.skipped;
    }
    let began = report.collected_at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cspm\" {all} time=\"0\">")?;
    let mut findings = report.findings();
    for suite in suites {
        for number in 0..suite.tests {
            let Some(finding) = findings.next() else { break };
            if number == 0 {
                begin_suite(&finding.rule, suite, &began, out)?;
            }
            write_case(&finding, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// The counts of each rule that has findings, in their order. Only failures are made for it, and only where there are
/// exceptions.
fn count(report: &Report) -> Vec<Counts> {
    let mut suites: Vec<(&str, Counts)> = Vec::new();
    for (position, (status, rule, _)) in report.statuses().enumerate() {
        let id = &*rule.meta().id;
        if suites.last().is_none_or(|(last, _)| *last != id) {
            suites.push((id, Counts::default()));
        }
        let Some((_, counts)) = suites.last_mut() else { continue };
        counts.tests += 1;
        let excepted =
            || report.summary.excepted > 0 && report.finding(position).is_some_and(|f| f.exception.is_some());
        match status {
            Status::Pass => {}
            Status::Fail if !excepted() => counts.failures += 1,
            Status::Fail | Status::Unknown => counts.skipped += 1,
        }
    }
    suites.into_iter().map(|(_, counts)| counts).collect()
}

fn begin_suite(rule: &RuleMeta, counts: Counts, began: &str, out: &mut dyn Write) -> io::Result<()> {
    let (id, severity) = (Xml(&rule.id), rule.severity);
    writeln!(out, "  <testsuite name=\"{id}\" {counts} time=\"0\" timestamp=\"{began}\">")?;
    let title = Xml(&rule.title);
    writeln!(out, "    <properties>")?;
    writeln!(out, "      <property name=\"title\" value=\"{title}\"/>")?;
    writeln!(out, "      <property name=\"severity\" value=\"{severity}\"/>")?;
    writeln!(out, "    </properties>")
}

fn write_case(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let (rule, message) = (&finding.rule, Xml(&finding.message));
    let (service, id, name) = (Xml(&rule.service), Xml(&rule.id), Xml(&finding.resource.uid));
    write!(out, "    <testcase classname=\"{service}.{id}\" name=\"{name}\" time=\"0\"")?;
    match Standing::of(finding) {
        Standing::Pass => return writeln!(out, "/>"),
        Standing::Fail => {
            let evidence = serde_json::to_string(&text::evidence(&finding.evidence))?;
            let detail = format!("{}\n\nEvidence: {evidence}\n\n{}", finding.message, text::remediation(rule));
            let (severity, detail) = (rule.severity, Xml(&detail));
            writeln!(out, ">\n      <failure type=\"{severity}\" message=\"{message}\">{detail}</failure>")?;
        }
        Standing::Unknown => {
            let unread = text::unread(&finding.unread);
            let unread = Xml(&unread);
            writeln!(out, ">\n      <skipped type=\"unknown\" message=\"unknown: {message}\">{unread}</skipped>")?;
        }
        Standing::Excepted => {
            let why = text::exception(finding);
            let why = Xml(&why);
            writeln!(out, ">\n      <skipped type=\"excepted\" message=\"excepted: {why}\">{message}</skipped>")?;
        }
    }
    writeln!(out, "    </testcase>")
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tests, failures, skipped } = self;
        write!(f, "tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"")
    }
}

/// A text as XML takes it, in attributes and between tags.
struct Xml<'a>(&'a str);

impl fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        for c in self.0.chars() {
            match c {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                '"' => f.write_str("&quot;")?,
                // A parser reads these in an attribute as spaces, unless they are written so.
                '\t' | '\n' | '\r' => write!(f, "&#{};", u32::from(c))?,
                // No escape makes these legal: https://www.w3.org/TR/xml/#charsets
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => f.write_char(char::REPLACEMENT_CHARACTER)?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Xml;

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(Xml("a]]>\u{1}\n\"&").to_string(), "a]]&gt;\u{fffd}&#10;&quot;&amp;");
    }
}
