//! The report as text for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use comfy_table::{ContentArrangement, Table, presets};
use cspm_report::plain::printable;

use crate::{Coverage, Error, Finding, Report, Score, Severity, Status};

/// How many failures are shown one by one; the formats for programs have all.
const SHOWN: usize = 50;

/// An error that others hold too.
pub(super) fn shared(error: &Error) -> Error {
    let copy = Error::new(error.kind(), error.attempted());
    match (std::error::Error::source(error), error.help()) {
        (Some(source), Some(help)) => copy.with_source(source.to_string()).with_help(help),
        (Some(source), None) => copy.with_source(source.to_string()),
        (None, Some(help)) => copy.with_help(help),
        (None, None) => copy,
    }
}

/// A table in the width of the terminal.
pub(super) fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header);
    table
}

pub(super) fn report(report: &Report) -> String {
    let mut text = String::new();
    failures(report, &mut text);
    unknowns(report, &mut text);
    scores(report, &mut text);
    coverage(&report.coverage, &mut text);
    totals(report, &mut text);
    text
}

fn failures(report: &Report, text: &mut String) {
    let mut open: Vec<Finding> = report.findings().filter(Finding::is_open_failure).collect();
    if open.is_empty() {
        return;
    }
    open.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
    let mut rows = table(["severity", "rule", "account", "region", "what is wrong"]);
    for finding in open.iter().take(SHOWN) {
        let Finding { rule, resource, message, .. } = finding;
        rows.add_row(
            [finding.severity().as_str(), &rule.id, &resource.account, &resource.region, message].map(printable),
        );
    }
    let _ = writeln!(text, "Failures\n{rows}");
    if open.len() > SHOWN {
        let _ = writeln!(text, "... and {} more; --format html or json has all of them", open.len() - SHOWN);
    }
    text.push('\n');
}

fn unknowns(report: &Report, text: &mut String) {
    let mut why: BTreeMap<String, u64> = BTreeMap::new();
    for finding in report.findings().filter(|finding| finding.status == Status::Unknown) {
        for unread in &finding.unread {
            *why.entry(unread.unread.to_string()).or_default() += 1;
        }
    }
    if why.is_empty() {
        return;
    }
    let mut rows = table(["verdicts", "not read"]);
    for (unread, count) in why {
        rows.add_row([count.to_string(), printable(&unread)]);
    }
    let _ = writeln!(text, "Unknown, because something was not read\n{rows}\n");
}

fn scores(report: &Report, text: &mut String) {
    let mut rows = table(["", "score", "pass", "fail", "unknown", "excepted", "unknown share"]);
    let mut row = |name: String, score: &Score| {
        let percent = score.score().map_or("-".to_owned(), |score| format!("{score:.1} %"));
        let Score { pass, fail, unknown, excepted, .. } = score;
        let counts = [pass, fail, unknown, excepted].map(ToString::to_string);
        let unknown_share = format!("{:.1} %", score.unknown_share());
        rows.add_row([vec![name, percent], counts.to_vec(), vec![unknown_share]].concat());
    };
    row("total".to_owned(), &report.scores.total);
    for (name, score) in &report.scores.accounts {
        row(format!("account {}", printable(name)), score);
    }
    for (name, score) in &report.scores.services {
        row(format!("service {}", printable(name)), score);
    }
    for (name, score) in &report.scores.frameworks {
        row(format!("framework {}", printable(name)), score);
    }
    let _ = writeln!(text, "Scores (passes by weight of severity; what is unknown is in neither)\n{rows}\n");
}

fn coverage(coverage: &Coverage, text: &mut String) {
    let mut rows = table(["account", "region", "call", "done", "denied", "throttled", "failed", "skipped", "detail"]);
    let mut calls = (0, 0);
    for (key, counts) in &coverage.calls {
        let bad = counts.denied + counts.throttled + counts.failed + counts.skipped;
        calls = (calls.0 + counts.done, calls.1 + bad);
        if bad > 0 {
            let numbers = [counts.done, counts.denied, counts.throttled, counts.failed, counts.skipped];
            let mut cells: Vec<String> =
                [&key.account, &key.region, &key.call].iter().map(|text| printable(text)).collect();
            cells.extend(numbers.iter().map(ToString::to_string));
            cells.push(printable(counts.detail.as_deref().unwrap_or_default()));
            rows.add_row(cells);
        }
    }
    let _ = writeln!(
        text,
        "Coverage: {:.1} % of the verdicts could be given, {:.1} % was read; {} calls answered, {} not",
        coverage.share() * 100.0,
        coverage.read_share() * 100.0,
        calls.0,
        calls.1
    );
    if calls.1 > 0 {
        let _ = writeln!(text, "{rows}");
    }
    if coverage.repeated > 0 {
        let _ =
            writeln!(text, "{} resources came again, with the same content: each is judged once", coverage.repeated);
    }
    for failure in &coverage.failures {
        let _ = writeln!(text, "{}: {}", printable(&failure.of), printable(&failure.error));
    }
    for part in &coverage.unmatched {
        let _ = writeln!(text, "The {} selects nothing for these sources.", printable(part));
    }
    if coverage.cancelled {
        let _ = writeln!(text, "The scan was cancelled before its end.");
    }
    text.push('\n');
}

/// What is to be said in any case, and is not a verdict: what was not read, and what was selected in vain.
pub(super) fn not_read(coverage: &Coverage) -> Vec<String> {
    let mut lines = Vec::new();
    if !coverage.is_complete() {
        let all = coverage.read + coverage.unread;
        let mut line = format!("not read: {} of {all} ({:.1} % read)", coverage.unread, coverage.read_share() * 100.0);
        if let Some(failure) = coverage.failures.first() {
            let others = match coverage.failures.len() - 1 {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            let _ = write!(line, "; {}: {}{others}", failure.of, failure.error);
        }
        if coverage.cancelled {
            line.push_str("; the scan was cancelled");
        }
        lines.push(line);
    }
    lines.extend(coverage.unmatched.iter().map(|part| format!("the {part} selects nothing for these sources")));
    lines.iter().map(|line| printable(line)).collect()
}

fn totals(report: &Report, text: &mut String) {
    let summary = &report.summary;
    let by_severity = Severity::ALL.iter().rev().filter_map(|severity| {
        let count = summary.fail_by_severity.get(severity).copied().unwrap_or_default();
        (count > 0).then(|| format!("{count} {severity}"))
    });
    let by_severity: Vec<_> = by_severity.collect();
    let detail = if by_severity.is_empty() { String::new() } else { format!(" ({})", by_severity.join(", ")) };
    let _ = writeln!(
        text,
        "{} resources, {} rules ({} without a resource): {} pass, {} fail{detail}, {} unknown, {} excepted",
        summary.resources,
        summary.rules,
        summary.not_applicable.len(),
        summary.pass,
        summary.fail,
        summary.unknown,
        summary.excepted,
    );
    for (what, exceptions) in [("unused", &summary.unused_exceptions), ("expired", &summary.expired_exceptions)] {
        for exception in exceptions {
            let _ =
                writeln!(text, "{what} exception of {}: {}", printable(&exception.owner), printable(&exception.reason));
        }
    }
}
