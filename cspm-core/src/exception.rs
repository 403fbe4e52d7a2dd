//! Reviewed waivers of findings.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::secrets::scrub;
use crate::{Error, ErrorKind, Resource, Result, RuleMeta, read_input};

/// The largest file of exceptions that is read: a hundred thousand of them.
const MAX_BYTES: u64 = 32 << 20;

/// A reviewed waiver: which findings, who answers for it, why, and until when.
///
/// A selector that is left out selects everything, but at least one must be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// A rule id; `*` stands for any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The uid of a resource; `*` stands for any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// An account id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// A region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Tags that the resource must have, all of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Who answers for the waiver.
    pub owner: String,
    /// Why it is acceptable.
    pub reason: String,
    /// The last day on which it counts (UTC), as `2027-01-31`.
    #[schemars(with = "String", extend("format" = "date"))]
    pub expires: Date,
}

/// What a finding says of the exception that covers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppliedException {
    /// Who answers for the waiver.
    pub owner: String,
    /// Why it is acceptable.
    pub reason: String,
    /// The last day on which it counts.
    pub expires: Date,
}

/// A set of exceptions, in the order of their file; the first that matches counts.
///
/// ```
/// let exceptions = cspm_core::Exceptions::from_yaml("
/// exceptions:
///   - rule: aws_s3_bucket_*
///     resource: arn:aws:s3:::public-website
///     owner: web@example.com
///     reason: The company's website.
///     expires: 2030-01-31
/// ").unwrap();
/// assert_eq!(exceptions.len(), 1);
/// assert!(cspm_core::Exceptions::from_yaml("exceptions: [{rule: a}]").is_err(), "owner, reason and expiry are due");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Exceptions {
    all: Vec<(Exception, Arc<AppliedException>)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    exceptions: Vec<Exception>,
}

impl Exceptions {
    /// The exceptions given.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where one selects everything, or names no owner or reason.
    pub fn new(exceptions: impl IntoIterator<Item = Exception>) -> Result<Self> {
        let mut all = Vec::new();
        for (number, exception) in (1..).zip(exceptions) {
            let wrong = |help: &str| {
                Err(Error::new(ErrorKind::Config, format!("use exception number {number}")).with_help(help))
            };
            if exception.owner.trim().is_empty() || exception.reason.trim().is_empty() {
                return wrong("give an owner and a reason");
            }
            let Exception { rule, resource, account, region, tags, .. } = &exception;
            if [rule, resource, account, region].iter().all(|s| s.is_none()) && tags.is_empty() {
                return wrong("give at least one of rule, resource, account, region and tags");
            }
            let mut exception = exception;
            exception.owner = scrub(&exception.owner).into_owned();
            exception.reason = scrub(&exception.reason).into_owned();
            let Exception { owner, reason, expires, .. } = exception.clone();
            all.push((exception, Arc::new(AppliedException { owner, reason, expires })));
        }
        Ok(Self { all })
    }

    /// The exceptions of a YAML text with the one key `exceptions`.
    ///
    /// # Errors
    /// [`ErrorKind::Format`] with the place in the text, or as [`Exceptions::new`].
    pub fn from_yaml(text: &str) -> Result<Self> {
        let file: File = serde_saphyr::from_str(text).map_err(|e| {
            Error::new(ErrorKind::Format, "read the exceptions").with_source(e.without_snippet().to_string())
        })?;
        Self::new(file.exceptions)
    }

    /// The exceptions of a YAML file.
    ///
    /// # Errors
    /// As [`read_input`] and [`Exceptions::from_yaml`].
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = read_input("read the exceptions in", path, MAX_BYTES)?;
        Self::from_yaml(&text)
            .map_err(|e| Error::new(e.kind(), format!("use the exceptions in {}", path.display())).with_source(e))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The number of the first exception that covers a finding and has not expired.
    #[must_use]
    pub fn covering(&self, rule: &RuleMeta, resource: &Resource) -> Option<usize> {
        self.all.iter().position(|(e, _)| !e.expired(resource.collected_at) && e.selects(rule, resource))
    }

    /// What a finding says of the exception with this number.
    #[must_use]
    pub fn applied(&self, number: usize) -> Option<&Arc<AppliedException>> {
        self.all.get(number).map(|(_, applied)| applied)
    }

    /// All of them in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Exception> {
        self.all.iter().map(|(exception, _)| exception)
    }
}

impl Exception {
    /// Whether the last day on which it counts is over at `now`.
    #[must_use]
    pub fn expired(&self, now: Timestamp) -> bool {
        now.to_zoned(TimeZone::UTC).date() > self.expires
    }

    fn selects(&self, rule: &RuleMeta, resource: &Resource) -> bool {
        let is = |wanted: &Option<String>, value: &str| wanted.as_deref().is_none_or(|wanted| wanted == value);
        let like = |pattern: &Option<String>, value: &str| pattern.as_deref().is_none_or(|p| glob(p, value));
        let rule_matches = like(&self.rule, &rule.id) || rule.aliases.iter().any(|alias| like(&self.rule, alias));
        rule_matches
            && like(&self.resource, &resource.uid)
            && is(&self.account, &resource.account)
            && is(&self.region, &resource.region)
            && self.tags.iter().all(|(k, v)| resource.tags.get(k.as_str()).is_some_and(|value| **value == **v))
    }
}

/// Whether `text` has the form of `pattern`, in which `*` stands for any text.
fn glob(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<_> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(part) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (pattern, text, matches) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("*", "", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c*", "abcd", true),
            ("a*bc*c", "abc", false),
            ("a*b*b", "ab", false),
            ("arn:*:bucket", "arn:x:y:bucket", true),
        ] {
            assert_eq!(glob(pattern, text), matches, "{pattern} {text}");
        }
    }

    #[test]
    fn an_exception_counts_on_its_last_day() {
        let exceptions =
            Exceptions::from_yaml("exceptions: [{rule: a, owner: me, reason: because, expires: 2026-05-01}]")
                .expect("valid");
        let exception = exceptions.iter().next().expect("one");
        assert!(!exception.expired("2026-05-01T23:59:59Z".parse().expect("time")));
        assert!(exception.expired("2026-05-02T00:00:00Z".parse().expect("time")));
    }

    #[test]
    fn an_exception_must_select_something() {
        let error = Exceptions::from_yaml("exceptions: [{owner: me, reason: because, expires: 2026-05-01}]");
        assert!(error.is_err_and(|e| e.to_string().contains("at least one of rule")));
    }
}
