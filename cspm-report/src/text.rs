//! Texts made to fit.

use std::fmt::Write;

use cspm_core::{Evidence, Finding, RuleMeta, UnreadField};
use serde_json::{Map, Value};

/// The text on one line: control characters and line breaks become spaces.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

/// The text cut to at most `max` UTF-16 units, the last of them an ellipsis where something is missing.
pub(crate) fn cut(text: &str, max: usize) -> String {
    if text.len() <= max || text.encode_utf16().count() <= max {
        return text.to_owned();
    }
    let mut left = max.saturating_sub(1);
    let fits = text.chars().take_while(|c| {
        let fits = c.len_utf16() <= left;
        left = left.saturating_sub(c.len_utf16());
        fits
    });
    fits.chain(['…']).collect()
}

/// The fields read and their values, as a JSON object.
pub(crate) fn evidence(evidence: &[Evidence]) -> Map<String, Value> {
    evidence.iter().map(|e| (e.field.to_string(), e.value.to_json())).collect()
}

/// The fields not read: `policy: s3:GetBucketPolicy: access_denied; …`.
pub(crate) fn unread(fields: &[UnreadField]) -> String {
    let fields: Vec<_> = fields.iter().map(|u| format!("{}: {}", u.field, u.unread)).collect();
    fields.join("; ")
}

/// The controls that a rule answers: `cis_aws_7.0 2.1.4`.
pub(crate) fn controls(rule: &RuleMeta) -> impl Iterator<Item = String> {
    rule.frameworks.iter().flat_map(|(framework, ids)| ids.iter().map(move |id| format!("{framework} {id}")))
}

/// Who accepts a finding, why, and until when; empty where nobody does.
pub(crate) fn exception(finding: &Finding) -> String {
    let Some(exception) = &finding.exception else { return String::new() };
    format!("{} (accepted by {} until {})", exception.reason, exception.owner, exception.expires)
}

/// The first reference that is a web address.
pub(crate) fn web_reference(rule: &RuleMeta) -> Option<&str> {
    rule.references.iter().map(String::as_str).find(|reference| reference.starts_with("https://"))
}

/// How to mend it, in all the forms that the rule gives, as plain text.
pub(crate) fn remediation(rule: &RuleMeta) -> String {
    let mut text = rule.remediation.text.trim().to_owned();
    for (title, form) in forms(rule) {
        let _ = write!(text, "\n\n{title}:\n{}", form.trim());
    }
    text
}

/// The forms of the remediation apart from its words.
pub(crate) fn forms(rule: &RuleMeta) -> impl Iterator<Item = (&'static str, &str)> {
    let remediation = &rule.remediation;
    let forms = [("CLI", &remediation.cli), ("Terraform", &remediation.terraform), ("Console", &remediation.console)];
    forms.into_iter().filter_map(|(title, form)| form.as_deref().map(|form| (title, form)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("a😀bc", 3), "a…", "an emoji is two units");
        assert_eq!(cut("é".repeat(5).as_str(), 5), "ééééé");
    }

    #[test]
    fn one_line_is_one_line() {
        assert_eq!(one_line("a\r\nb\tc\u{2028}d\0"), "a  b c d ");
    }
}
