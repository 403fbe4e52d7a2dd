//! Markdown (GitHub's): summary, what needs attention with the worst first, and how to mend it.
//!
//! Passes are counted, not listed. Names and messages are escaped so that they show as they are, and cut to a length
//! that people read. Names lead nowhere and call nobody: what GitHub would take for a mention, a reference or an address is
//! broken where the reader does not see it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use cspm_core::{CallCounts, Coverage, Finding, Reason, Report, RuleMeta, Score, Severity, Status};

use crate::standing::Standing;
use crate::{plain, text};

/// The most characters of a name or message.
const LONGEST: usize = 300;

pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    overview(report, out)?;
    let mut to_mend = BTreeSet::new();
    for severity in Severity::ALL.into_iter().rev() {
        let title = format!("{}{}", severity.as_str()[..1].to_uppercase(), &severity.as_str()[1..]);
        let open = |f: &Finding| {
            let open = f.is_open_failure();
            if open {
                to_mend.insert(f.rule.id.clone());
            }
            open
        };
        section(report, &format!("Failed: {title}"), (Status::Fail, Some(severity)), out, open)?;
    }
    section(report, "Unknown", (Status::Unknown, None), out, |_| true)?;
    section(report, "Excepted", (Status::Fail, None), out, |f| f.exception.is_some())?;
    not_answered(&report.coverage, out)?;
    if !to_mend.is_empty() {
        writeln!(out, "\n## Remediation")?;
    }
    for rule in report.rules().iter().map(|rule| rule.meta()).filter(|rule| to_mend.contains(&rule.id)) {
        writeln!(out, "\n### {}\n\n`{}`\n\n{}", escape(&rule.title), rule.id, help(rule))?;
    }
    Ok(())
}

fn overview(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (summary, coverage) = (&report.summary, &report.coverage);
    writeln!(out, "# Cloud security posture\n")?;
    writeln!(out, "Scan of {:.0}: {} rules, {} resources.", report.collected_at, summary.rules, summary.resources)?;
    writeln!(out, "\n| score | unknown share | failed | unknown | excepted | passed |")?;
    writeln!(out, "| ---: | ---: | ---: | ---: | ---: | ---: |")?;
    let (score, unknown) = shares(&report.scores.total);
    let (fail, pass) = (summary.fail, summary.pass);
    writeln!(out, "| **{score}** | {unknown} | {fail} | {} | {} | {pass} |", summary.unknown, summary.excepted)?;
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let (given, read) = (percent(coverage.share()), percent(coverage.read_share()));
    writeln!(out, "\n{given} of the verdicts could be given, and {read} of what the rules need was read.")?;
    for part in &coverage.unmatched {
        writeln!(out, "\nThe {} selects nothing for these sources.", escape(part))?;
    }
    if coverage.cancelled {
        writeln!(out, "\n**The scan was cancelled before its end.**")?;
    }
    if !report.scores.frameworks.is_empty() {
        writeln!(out, "\n| framework | score | unknown share | failed | unknown | passed |")?;
        writeln!(out, "| --- | ---: | ---: | ---: | ---: | ---: |")?;
        for (framework, s) in &report.scores.frameworks {
            let (score, unknown) = shares(s);
            writeln!(out, "| {} | {score} | {unknown} | {} | {} | {} |", escape(framework), s.fail, s.unknown, s.pass)?;
        }
    }
    Ok(())
}

fn shares(score: &Score) -> (String, String) {
    (score.score().map_or("–".into(), |score| format!("{score:.1}")), format!("{:.1} %", score.unknown_share()))
}

/// A table of the findings of a status (and severity) that `listed` picks; nothing where it picks none.
fn section(
    report: &Report,
    title: &str,
    (wanted, severity): (Status, Option<Severity>),
    out: &mut dyn Write,
    mut listed: impl FnMut(&Finding) -> bool,
) -> io::Result<()> {
    let mut begun = false;
    let positions = report.statuses().enumerate().filter(|(_, (status, rule, _))| {
        *status == wanted && severity.is_none_or(|severity| rule.meta().severity == severity)
    });
    for finding in positions.filter_map(|(position, _)| report.finding(position)).filter(|f| listed(f)) {
        if !begun {
            begun = true;
            writeln!(out, "\n## {title}\n\n| rule | resource | account | region | message |")?;
            writeln!(out, "| --- | --- | --- | --- | --- |")?;
        }
        let (resource, rule) = (&finding.resource, &finding.rule);
        let why = match Standing::of(&finding) {
            Standing::Excepted => text::exception(&finding),
            _ => finding.message.clone(),
        };
        let [name, account, region, why] = [&resource.name, &resource.account, &resource.region, &*why].map(escape);
        writeln!(out, "| {} | {name} | {account} | {region} | {why} |", escape(&rule.id))?;
    }
    Ok(())
}

fn not_answered(coverage: &Coverage, out: &mut dyn Write) -> io::Result<()> {
    let is_told = |counts: &CallCounts| counts.reasons.keys().any(|reason| *reason != Reason::NotOptedIn);
    if coverage.failures.is_empty() && !coverage.calls.values().any(is_told) {
        return Ok(());
    }
    writeln!(
        out,
        "\n## Not read\n\n| account | region | call | answered | why not |\n| --- | --- | --- | ---: | --- |"
    )?;
    for failure in &coverage.failures {
        writeln!(out, "| | | {} | | {} |", escape(&failure.of), escape(&failure.error))?;
    }
    for (key, counts) in coverage.calls.iter().filter(|(_, counts)| !counts.reasons.is_empty()) {
        let reasons: Vec<_> = counts.reasons.iter().map(|(reason, n)| format!("{reason} {n}")).collect();
        let why = match &counts.detail {
            Some(detail) => format!("{}: {detail}", reasons.join(", ")),
            None => reasons.join(", "),
        };
        let [account, region, call, why] = [&key.account, &key.region, &key.call, &*why].map(escape);
        writeln!(out, "| {account} | {region} | {call} | {} | {why} |", counts.done)?;
    }
    Ok(())
}

/// Why the rule matters and how to mend what it finds.
pub(crate) fn help(rule: &RuleMeta) -> String {
    let mut help = String::new();
    for paragraph in [&rule.rationale, &rule.remediation.text] {
        if !paragraph.trim().is_empty() {
            let _ = write!(help, "{}\n\n", escape_long(paragraph.trim()));
        }
    }
    for (title, form) in text::forms(rule) {
        let fence = fence(form);
        let _ = write!(help, "**{title}**\n\n{fence}\n{}\n{fence}\n\n", form.trim());
    }
    for reference in rule.references.iter().filter(|r| r.starts_with("https://")) {
        let reference: String = reference.chars().filter(|c| !c.is_whitespace() && !"<>".contains(*c)).collect();
        let _ = writeln!(help, "- <{reference}>");
    }
    help.trim_end().to_owned()
}

/// A fence longer than any row of backticks in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// A text as it is, in a cell of a table: on one line, not too long.
fn escape(text: &str) -> String {
    escape_long(&text::cut(&text::one_line(text), LONGEST))
}

fn escape_long(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // A mention and a reference are looked for in what is shown, where an escape is gone.
            '@' => escaped.push_str(&format!("@{BREAK}")),
            '#' => escaped.push_str(&format!("\\#{BREAK}")),
            '-' if ends_with_gh(&escaped) => escaped.push_str(&format!("-{BREAK}")),
            // Addresses are looked for before that.
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '!' | '~' | '$' => escaped.extend(['\\', c]),
            ':' if text[at..].starts_with("://") => escaped.push_str("\\:"),
            '.' if ends_with_www(&escaped) => escaped.push_str("\\."),
            '\n' => escaped.push('\n'),
            c if plain::is_deceptive(c) => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Shows nothing, and keeps what is before it apart from what is behind.
const BREAK: &str = "&#8203;";

/// Whether `GH-1` may follow, which GitHub takes for a reference.
fn ends_with_gh(text: &str) -> bool {
    text.get(text.len().saturating_sub(2)..).is_some_and(|end| end.eq_ignore_ascii_case("gh"))
}

/// Whether an address without its scheme may follow.
fn ends_with_www(text: &str) -> bool {
    text.get(text.len().saturating_sub(3)..).is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_is_markup() {
        assert_eq!(escape("a|b`c\n<b>[x](y)"), "a\\|b\\`c &lt;b&gt;\\[x\\](y)");
        assert_eq!(escape("a\u{202e}b\u{200b}c"), "a\u{fffd}b\u{fffd}c");
        assert_eq!(escape(&"x".repeat(1000)).chars().count(), LONGEST);
    }

    #[test]
    fn a_name_calls_nobody_and_leads_nowhere() {
        for (name, expected) in [
            ("ask @octocat", "ask @&#8203;octocat"),
            ("a@b.example", "a@&#8203;b.example"),
            ("org/repo#12", "org/repo\\#&#8203;12"),
            ("gh-12", "gh-&#8203;12"),
            ("https://evil.example", "https\\://evil.example"),
            ("WWW.evil.example", "WWW\\.evil.example"),
            ("web-1.example", "web-1.example"),
        ] {
            assert_eq!(escape(name), expected);
        }
    }

    #[test]
    fn a_fence_holds_what_has_fences() {
        assert_eq!(fence("aws s3 ls"), "```");
        assert_eq!(fence("a ```` b"), "`````");
    }
}
