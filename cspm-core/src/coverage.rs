//! What a scan could and could not read.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{CallOutcome, Outcome, Reason, Status};

/// Account x region x call: how many were answered, and why the others were not; the share of what was read, and the share of
/// verdicts that could be given.
///
/// As JSON it has both shares beside its fields: `share` and `read_share`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The calls, in the order of account, region and call.
    pub calls: BTreeMap<CallKey, CallCounts>,
    /// Failures that concern no single call: a collector that could not connect, a sink that could not write.
    pub failures: Vec<Failure>,
    /// Whether the scan was cancelled before its end.
    pub cancelled: bool,
    /// Verdicts that are pass or fail.
    pub verdicts_given: u64,
    /// Verdicts that are unknown.
    pub verdicts_unknown: u64,
    /// What was read of what the rules need: calls that were answered, documents, pages of lists.
    pub read: u64,
    /// What was not read of what the rules need: calls that were not answered, documents that are none, lists that were not made
    /// since their source or region could not be reached. What the caller did not select, or the account has not enabled, is not
    /// among it.
    pub unread: u64,
    /// What was selected by name and selects nothing for the sources: `framework cis_aws_7.0`, `service s3`.
    pub unmatched: Vec<String>,
    /// Resources that came again, from another source or the same one, with nothing in them that speaks against the first: each
    /// is judged once.
    pub repeated: u64,
}

/// Which call, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CallKey {
    /// The account; empty where it is not known.
    pub account: Arc<str>,
    /// The region.
    pub region: Arc<str>,
    /// The call, as `service:Operation`.
    pub call: Arc<str>,
}

/// How the calls of one key ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallCounts {
    /// Answered.
    pub done: u64,
    /// Refused for lack of a permission.
    pub denied: u64,
    /// Throttled until the retries were used up.
    pub throttled: u64,
    /// Not answered for another reason.
    pub failed: u64,
    /// Not made: not opted in, or cancelled.
    pub skipped: u64,
    /// How often each reason came up.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<Reason, u64>,
    /// What the provider said of one of those that were not answered: the first in the order of the alphabet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Arc<str>>,
}

/// A failure that concerns no single call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Failure {
    /// The collector or sink.
    pub of: String,
    /// What went wrong.
    pub error: String,
}

impl Coverage {
    /// Counts a call.
    pub fn count(&mut self, call: &CallOutcome) {
        let key = CallKey { account: call.account.clone(), region: call.region.clone(), call: call.call.clone() };
        let counts = self.calls.entry(key).or_default();
        let Outcome::Unread(reason) = call.outcome else {
            counts.done += 1;
            return;
        };
        match reason {
            Reason::AccessDenied => counts.denied += 1,
            Reason::Throttled => counts.throttled += 1,
            Reason::NotOptedIn | Reason::NotSelected | Reason::NotWritten | Reason::Skipped | Reason::Cancelled => {
                counts.skipped += 1
            }
            _ => counts.failed += 1,
        }
        *counts.reasons.entry(reason).or_default() += 1;
        if !call.detail.is_empty() && counts.detail.as_ref().is_none_or(|known| call.detail < *known) {
            counts.detail = Some(call.detail.clone());
        }
    }

    /// Adds what was counted before.
    pub fn merge(&mut self, calls: BTreeMap<CallKey, CallCounts>) {
        for (key, more) in calls {
            let counts = self.calls.entry(key).or_default();
            counts.done += more.done;
            counts.denied += more.denied;
            counts.throttled += more.throttled;
            counts.failed += more.failed;
            counts.skipped += more.skipped;
            for (reason, n) in more.reasons {
                *counts.reasons.entry(reason).or_default() += n;
            }
            counts.detail = match (counts.detail.take(), more.detail) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
    }

    /// Counts a verdict.
    pub fn count_verdict(&mut self, status: Status) {
        match status {
            Status::Unknown => self.verdicts_unknown += 1,
            Status::Pass | Status::Fail => self.verdicts_given += 1,
        }
    }

    /// The share of verdicts that could be given, from 0 to 1; 1 where there was nothing to judge and nothing failed.
    #[must_use]
    pub fn share(&self) -> f64 {
        match self.verdicts_given + self.verdicts_unknown {
            0 if self.failures.is_empty() && !self.cancelled && self.unmatched.is_empty() => 1.0,
            0 => 0.0,
            all => self.verdicts_given as f64 / all as f64,
        }
    }

    /// The share of what was read of what the rules need, from 0 to 1; 1 where there was nothing to read.
    #[must_use]
    pub fn read_share(&self) -> f64 {
        match self.read + self.unread {
            0 => 1.0,
            all => self.read as f64 / all as f64,
        }
    }

    /// The smaller of both shares: what a demand for coverage is held against.
    #[must_use]
    pub fn least_share(&self) -> f64 {
        self.share().min(self.read_share())
    }

    /// Whether everything that the rules need was read and nothing failed. A region that is not enabled for the account has
    /// nothing to read, and so takes nothing away.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failures.is_empty() && !self.cancelled && self.unread == 0
    }
}

/// A share with the digits that mean something: fewer than what programs of other languages would have to read exactly.
fn shown(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}

/// The coverage as JSON, with its shares.
impl Serialize for Coverage {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct View<'a> {
            #[serde(serialize_with = "as_rows")]
            calls: &'a BTreeMap<CallKey, CallCounts>,
            failures: &'a [Failure],
            cancelled: bool,
            verdicts_given: u64,
            verdicts_unknown: u64,
            share: f64,
            read: u64,
            unread: u64,
            read_share: f64,
            unmatched: &'a [String],
            repeated: u64,
        }
        let Self { calls, failures, cancelled, verdicts_given, verdicts_unknown, read, unread, unmatched, repeated } =
            self;
        View {
            calls,
            failures,
            cancelled: *cancelled,
            verdicts_given: *verdicts_given,
            verdicts_unknown: *verdicts_unknown,
            share: shown(self.share()),
            read: *read,
            unread: *unread,
            read_share: shown(self.read_share()),
            unmatched,
            repeated: *repeated,
        }
        .serialize(serializer)
    }
}

fn as_rows<S: serde::Serializer>(calls: &&BTreeMap<CallKey, CallCounts>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Row<'a> {
        #[serde(flatten)]
        key: &'a CallKey,
        #[serde(flatten)]
        counts: &'a CallCounts,
    }
    serializer.collect_seq(calls.iter().map(|(key, counts)| Row { key, counts }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_answered_is_counted_by_its_reason() {
        let mut coverage = Coverage::default();
        for (outcome, detail) in [
            (Outcome::Done, ""),
            (Outcome::Unread(Reason::AccessDenied), "z"),
            (Outcome::Unread(Reason::AccessDenied), "b"),
            (Outcome::Unread(Reason::TimedOut), "c"),
        ] {
            let (account, region, call) = ("1".into(), "eu-west-1".into(), "s3:GetBucketAcl".into());
            coverage.count(&CallOutcome { account, region, call, outcome, detail: detail.into() });
        }
        let counts = coverage.calls.values().next().expect("one key");
        assert_eq!((counts.done, counts.denied, counts.failed), (1, 2, 1));
        assert_eq!(counts.detail.as_deref(), Some("b"));
    }

    #[test]
    fn the_least_share_is_that_of_verdicts_or_of_what_was_read() {
        let mut coverage =
            Coverage { verdicts_given: 9, verdicts_unknown: 1, read: 3, unread: 1, ..Coverage::default() };
        assert_eq!((coverage.share(), coverage.read_share(), coverage.least_share()), (0.9, 0.75, 0.75));
        assert!(!coverage.is_complete());
        coverage.unread = 0;
        assert_eq!((coverage.read_share(), coverage.least_share()), (1.0, 0.9));
        assert!(coverage.is_complete(), "an unknown verdict may be of a field that no provider shows");
        let json = serde_json::to_value(&coverage).expect("coverage is JSON");
        assert_eq!((json["share"].as_f64(), json["read_share"].as_f64()), (Some(0.9), Some(1.0)));
    }

    #[test]
    fn nothing_judged_is_only_full_coverage_when_nothing_failed() {
        let mut coverage = Coverage::default();
        assert_eq!(coverage.share(), 1.0);
        let unmatched = Coverage { unmatched: vec!["service s3".into()], ..Coverage::default() };
        assert_eq!(unmatched.share(), 0.0, "what was asked for was not judged");
        coverage.failures.push(Failure { of: "aws".into(), error: "no credentials".into() });
        assert_eq!(coverage.share(), 0.0);
    }
}
