//! How much of what a scan had to read was read.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::{CallCounts, Coverage, GLOBAL, Gap, Kind, Reads, Reason, Wanted};

/// What a scan had to read.
pub(super) struct Reading<'a> {
    /// `None`: everything.
    needed: Option<Needed<'a>>,
}

struct Needed<'a> {
    kinds: BTreeSet<&'a str>,
    /// The calls that fill kinds of which there is a model. What no model names (reading a file, listing regions) serves all.
    known: BTreeSet<String>,
    calls: Wanted,
}

impl<'a> Reading<'a> {
    /// Everything that there is.
    pub(super) fn everything() -> Self {
        Self { needed: None }
    }

    /// What rules need that read all this: a snapshot may hold more, and of that nothing is missing.
    pub(super) fn of(kinds: &[Arc<Kind>], reads: impl IntoIterator<Item = &'a Reads> + Clone) -> Self {
        let calls = Wanted::of(kinds, reads.clone());
        let known = kinds.iter().flat_map(|kind| kind.all_sources().map(|source| source.call())).collect();
        let mut needed = Needed { kinds: BTreeSet::new(), known, calls };
        for reads in reads {
            let lookups = reads.lookups.iter().map(|(kind, _)| kind);
            needed.kinds.extend(reads.fields.keys().chain(lookups).chain(&reads.others).map(|kind| &**kind));
        }
        Self { needed: Some(needed) }
    }

    fn has_kind(&self, kind: &str) -> bool {
        self.needed.as_ref().is_none_or(|needed| needed.kinds.contains(kind))
    }

    fn has_call(&self, call: &str) -> bool {
        self.needed.as_ref().is_none_or(|needed| !needed.known.contains(call) || needed.calls.has_call(call))
    }

    /// Counts calls and lists: those that were answered, and those that were not. A list whose call is among the calls that were
    /// not answered is counted there.
    pub(super) fn count<'g>(&self, coverage: &mut Coverage, gaps: impl IntoIterator<Item = &'g Gap>) {
        let calls = coverage.calls.iter().filter(|(key, _)| self.has_call(&key.call));
        let (mut read, mut unread) = (0, 0);
        for (_, counts) in calls {
            read += counts.done;
            unread += missing(counts);
        }
        let told = |gap: &Gap| {
            coverage.calls.iter().any(|(key, counts)| {
                let there = key.region == gap.region || *gap.region == *GLOBAL;
                key.call == gap.unread.call && key.account == gap.account && there && missing(counts) > 0
            })
        };
        for gap in gaps {
            if self.has_kind(&gap.kind) && is_missing(gap) && !told(gap) {
                unread += 1;
            }
        }
        (coverage.read, coverage.unread) = (read, unread);
    }
}

/// How many calls of a row should have been answered and were not.
pub(super) fn missing(counts: &CallCounts) -> u64 {
    let of = |reason: Reason| counts.reasons.get(&reason).copied().unwrap_or_default();
    let unanswered = counts.denied + counts.throttled + counts.failed;
    unanswered.saturating_sub(of(Reason::NotExposed)) + of(Reason::Cancelled)
}

/// Whether a list is missing that somebody asked for.
pub(super) fn is_missing(gap: &Gap) -> bool {
    gap.unread.reason.leaves_a_gap()
}
