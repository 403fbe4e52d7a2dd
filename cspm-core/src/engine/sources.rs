//! How each source of a scan fares.

use std::sync::Arc;

use crate::{
    CallOutcome, Collected, Collector, Coverage, Error, GLOBAL, Gap, Identity, Outcome, Reason, Unread, Wanted,
};

use super::reading::{is_missing, missing};

/// A source, what was asked of it, and what it said so far.
pub(super) struct Source {
    pub(super) name: String,
    /// The kinds that were asked of it, with their providers.
    kinds: Vec<(Arc<str>, Arc<str>)>,
    accounts: Vec<Arc<str>>,
    /// Whether it gave all that it had.
    pub(super) ended: bool,
    connected: bool,
    /// Calls and lists that it said were not answered.
    missing: u64,
    /// Failures that it told of, and the first of them.
    failures: u64,
    first: Option<(Reason, Arc<str>)>,
    /// Lists that it said it did not finish.
    gaps: u64,
}

impl Source {
    pub(super) fn new(collector: &dyn Collector, wanted: &Wanted) -> Self {
        let models = collector.kinds();
        let provider: Arc<str> = collector.provider().into();
        let of = |name: &Arc<str>| {
            let model = models.iter().find(|model| model.name() == name);
            (name.clone(), model.map_or_else(|| provider.clone(), |model| model.provider().clone()))
        };
        let kinds = wanted.kinds().map(of).collect();
        Self {
            name: collector.name(),
            kinds,
            accounts: Vec::new(),
            ended: false,
            connected: false,
            missing: 0,
            failures: 0,
            first: None,
            gaps: 0,
        }
    }

    /// Whose resources it gives.
    pub(super) fn connected(&mut self, identities: &[Identity]) {
        self.connected = true;
        self.accounts = identities.iter().map(|identity| identity.account.clone()).collect();
    }

    /// Whether more of it may come.
    pub(super) fn is_open(&self) -> bool {
        self.connected && !self.ended
    }

    /// Counts what it says.
    pub(super) fn count(&mut self, collected: &Collected) {
        match collected {
            Collected::Gap(gap) => {
                self.gaps += 1;
                self.missing += u64::from(is_missing(gap));
            }
            Collected::Calls(calls) => self.missing += calls.values().map(missing).sum::<u64>(),
            Collected::Call(CallOutcome { outcome: Outcome::Unread(reason), .. }) => {
                self.missing += u64::from(reason.leaves_a_gap() && *reason != Reason::Skipped);
            }
            Collected::Failed(error) => self.failed(error),
            _ => {}
        }
    }

    /// Counts a failure.
    pub(super) fn failed(&mut self, error: &Error) {
        self.failures += 1;
        self.first.get_or_insert_with(|| (error.kind().into(), error.to_string().into()));
    }

    /// How many lists it said it did not finish.
    pub(super) fn gaps(&self) -> u64 {
        self.gaps
    }

    /// The lists that were asked of it, as not made: of those accounts that are known to be its.
    pub(super) fn nothing_listed(&mut self, unread: Unread) -> Vec<Gap> {
        let unread = Arc::new(unread);
        let unknown = ["".into()];
        let accounts = if self.accounts.is_empty() { &unknown[..] } else { &self.accounts };
        let gap = |account: &Arc<str>, (kind, provider): &(Arc<str>, Arc<str>)| Gap {
            kind: kind.clone(),
            provider: provider.clone(),
            account: account.clone(),
            region: GLOBAL.into(),
            unread: unread.clone(),
        };
        let gaps: Vec<_> =
            accounts.iter().flat_map(|account| self.kinds.iter().map(move |kind| gap(account, kind))).collect();
        self.missing += gaps.len() as u64;
        gaps
    }

    /// Failures that no call and no list stands for are calls of the source as a whole: what it lost is then counted too, also in
    /// the snapshot of what it gave.
    pub(super) fn count_failures(&self, coverage: &mut Coverage) {
        let Some((reason, detail)) = &self.first else { return };
        for _ in self.missing..self.failures {
            coverage.count(&CallOutcome {
                account: self.accounts.first().cloned().unwrap_or_default(),
                region: GLOBAL.into(),
                call: self.name.as_str().into(),
                outcome: Outcome::Unread(*reason),
                detail: detail.clone(),
            });
        }
    }
}
