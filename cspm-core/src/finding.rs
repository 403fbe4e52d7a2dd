//! A rule's answer for a resource, as plain data.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::secret::scrub_beside;
use crate::{AppliedException, Evidence, Origin, Resource, RuleMeta, Severity, Status, UnreadField, Verdict};

/// A rule's answer for a resource. It owns nothing large twice: what is said of rule and resource is shared.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Stable from scan to scan: see [`Finding::id_of`].
    pub id: String,
    /// What is said of the rule.
    pub rule: Arc<RuleMeta>,
    /// The resource.
    pub resource: Arc<Resource>,
    /// The answer.
    pub status: Status,
    /// The answer in a sentence.
    pub message: String,
    /// The fields that the answer rests on.
    pub evidence: Vec<Evidence>,
    /// The fields that were needed and not read.
    pub unread: Vec<UnreadField>,
    /// The reviewed waiver that covers the finding, if there is one.
    pub exception: Option<Arc<AppliedException>>,
}

impl Finding {
    /// The finding that a verdict makes.
    #[must_use]
    pub fn new(rule: &Arc<RuleMeta>, resource: &Arc<Resource>, verdict: Verdict) -> Self {
        let message = verdict.sentence(rule, resource);
        // Kinds may share a uid, and a rule may judge several kinds.
        let of_kind = if resource.kind == rule.kind { "" } else { &*resource.kind };
        Self {
            id: Self::id_of(&rule.id, &resource.uid, of_kind),
            rule: rule.clone(),
            resource: resource.clone(),
            status: verdict.status,
            message,
            evidence: verdict.evidence,
            unread: verdict.unread,
            exception: None,
        }
    }

    /// The id of the finding of a rule for a resource: 128 bits of SHA-256 over the three parts, each with its length
    /// before it, as 32 hexadecimal digits. The discriminator tells findings of one rule for one uid apart: it is the kind of the
    /// resource where that is not the rule's own.
    #[must_use]
    pub fn id_of(rule_id: &str, resource_uid: &str, discriminator: &str) -> String {
        let mut hash = Sha256::new();
        for part in [rule_id, resource_uid, discriminator] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |number: u8| char::from(DIGITS[usize::from(number & 15)]);
        hash.finalize()[..16].iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
    }

    /// The severity of the rule.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.rule.severity
    }

    /// Whether it is a failure that no exception covers.
    #[must_use]
    pub fn is_open_failure(&self) -> bool {
        self.status == Status::Fail && self.exception.is_none()
    }
}

impl Verdict {
    /// The answer in a sentence: the verdict's own, or else the rule's.
    #[must_use]
    pub fn sentence(&self, rule: &RuleMeta, resource: &Resource) -> String {
        match (&self.message, self.status) {
            // What the author of a rule wrote, and others said.
            (Some(message), _) => scrub_beside(message, &resource.uid).into_owned(),
            (None, Status::Fail) if !rule.message.is_empty() => fill(&rule.message, resource),
            (None, Status::Fail) => format!("{}: {} does not comply.", rule.title, resource.name),
            (None, Status::Pass) => format!("{}: {} complies.", rule.title, resource.name),
            (None, Status::Unknown) => {
                let why: Vec<_> =
                    self.unread.iter().map(|field| format!("{} ({})", field.field, field.unread)).collect();
                format!("{}: not known for {}; not read: {}.", rule.title, resource.name, why.join(", "))
            }
        }
    }
}

/// Fills `{resource.field}` in a template; what the resource does not have, or did not let read, stays as a dash.
fn fill(template: &str, resource: &Resource) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find("{resource.") {
        let (before, from) = rest.split_at(start);
        text.push_str(before);
        let Some(end) = from.find('}') else {
            rest = from;
            break;
        };
        match resource.field(&from["{resource.".len()..end]) {
            Some(value) => match value.as_str() {
                Some(string) => text.push_str(string),
                None if value.is_null() || value.unread().is_some() => text.push('-'),
                None => text.push_str(&value.to_json().to_string()),
            },
            None => text.push('-'),
        }
        rest = &from[end + 1..];
    }
    text.push_str(rest);
    text
}

/// The finding as JSON, in the names of the API: `rule_id`, `status`, `resource`, `evidence`, `unread`, …
impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct ResourceView<'a> {
            uid: &'a str,
            kind: &'a str,
            provider: &'a str,
            account: &'a str,
            region: &'a str,
            name: &'a str,
            tags: &'a BTreeMap<Arc<str>, Arc<str>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            origin: Option<&'a Origin>,
        }
        #[derive(Serialize)]
        struct UnreadView<'a> {
            field: &'a str,
            call: &'a str,
            reason: &'a str,
            #[serde(skip_serializing_if = "str::is_empty")]
            detail: &'a str,
        }
        #[derive(Serialize)]
        struct View<'a> {
            id: &'a str,
            rule_id: &'a str,
            status: Status,
            severity: Severity,
            title: &'a str,
            message: &'a str,
            resource: ResourceView<'a>,
            evidence: BTreeMap<&'a str, &'a crate::Data>,
            unread: Vec<UnreadView<'a>>,
            remediation: &'a crate::Remediation,
            frameworks: &'a BTreeMap<String, Vec<String>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            exception: Option<&'a AppliedException>,
            collected_at: Timestamp,
        }
        let Self { rule, resource, .. } = self;
        View {
            id: &self.id,
            rule_id: &rule.id,
            status: self.status,
            severity: rule.severity,
            title: &rule.title,
            message: &self.message,
            resource: ResourceView {
                uid: &resource.uid,
                kind: &resource.kind,
                provider: &resource.provider,
                account: &resource.account,
                region: &resource.region,
                name: &resource.name,
                tags: &resource.tags,
                origin: resource.origin.as_deref(),
            },
            evidence: self.evidence.iter().map(|e| (&*e.field, &e.value)).collect(),
            unread: self
                .unread
                .iter()
                .map(|u| UnreadView {
                    field: &u.field,
                    call: &u.unread.call,
                    reason: u.unread.reason.as_str(),
                    detail: &u.unread.detail,
                })
                .collect(),
            remediation: &rule.remediation,
            frameworks: &rule.frameworks,
            exception: self.exception.as_deref(),
            collected_at: resource.collected_at,
        }
        .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Parts that join to the same text must not join to the same id.
        #[test]
        fn ids_differ_where_any_part_differs(parts in proptest::collection::hash_set(("[ab:/]{0,4}", "[ab:/]{0,4}", "[ab:/]{0,2}"), 1..60)) {
            let ids: HashSet<_> = parts.iter().map(|(r, u, d)| Finding::id_of(r, u, d)).collect();
            prop_assert_eq!(ids.len(), parts.len());
        }
    }

    #[test]
    fn the_id_of_a_finding_never_changes() {
        // A change of this value breaks every ticket and mute list that users keep by id.
        assert_eq!(Finding::id_of("a", "b", ""), "64778c1b58826c048e32c675174c5c3e");
    }
}
