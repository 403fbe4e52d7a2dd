//! The course of reading a snapshot: its resources go on while the rest is still in the file.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use futures::Stream;
use futures::stream::unfold;
use tokio_util::sync::CancellationToken;

use super::read::{Opened, Reading};
use crate::account::Names;
use crate::{
    Account, CallCounts, CallKey, Collected, Error, ErrorKind, GLOBAL, Gap, Kind, Reason, Resource, Result, Unread,
    Wanted,
};

/// So many bytes are read before a scan begins: what is wrong with a snapshot of ordinary size is known then.
const FIRST: u64 = 64 << 20;
/// So many bytes are read at once later.
const NEXT: u64 = 1 << 20;

/// A snapshot whose beginning was read.
pub(super) struct Loaded {
    gaps: Vec<Gap>,
    first: Vec<Resource>,
    reading: Option<Box<Reading>>,
    listed: BTreeSet<Arc<str>>,
    accounts: Vec<Account>,
}

impl Loaded {
    /// What tells its accounts from others of their names.
    pub(super) fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// The kinds that were asked for when the snapshot was taken.
    pub(super) fn listed(&self) -> &BTreeSet<Arc<str>> {
        &self.listed
    }
}

/// What `open` opens, and its first resources.
pub(super) async fn load(open: impl FnOnce() -> Result<Opened> + Send + 'static) -> Result<Loaded> {
    let load = move || match open()? {
        Opened::Imported(gaps, first) => {
            Ok(Loaded { gaps, first, reading: None, listed: BTreeSet::new(), accounts: Vec::new() })
        }
        Opened::Snapshot(mut reading) => {
            let first = reading.batch(FIRST)?;
            let (gaps, listed) = (std::mem::take(&mut reading.header.gaps), reading.header.listed.clone());
            let accounts = reading.header.accounts.clone();
            Ok(Loaded { gaps, first, reading: Some(reading), listed, accounts })
        }
    };
    tokio::task::spawn_blocking(load).await.unwrap_or_else(|e| Err(not_read(e)))
}

fn not_read(error: tokio::task::JoinError) -> Error {
    Error::new(ErrorKind::Io, "read the snapshot").with_source(error)
}

pub(super) struct Course {
    reading: Option<Box<Reading>>,
    /// What was read and not yet taken.
    next: VecDeque<Collected>,
    resources: std::vec::IntoIter<Resource>,
    listed: BTreeSet<Arc<str>>,
    /// The kinds that are wanted, with their providers where these are known.
    wanted: Vec<(Arc<str>, Option<Arc<str>>)>,
    /// What its accounts are called in this scan.
    names: Names,
    cancel: CancellationToken,
}

impl Course {
    pub(super) fn new(mut loaded: Loaded, models: &[Arc<Kind>], wanted: &Wanted, cancel: &CancellationToken) -> Self {
        let provider = |kind: &Arc<str>| {
            let model = models.iter().find(|model| model.name() == kind);
            model.map(|model| model.provider().clone())
        };
        let mut course = Self {
            reading: None,
            next: VecDeque::new(),
            resources: Vec::new().into_iter(),
            listed: BTreeSet::new(),
            wanted: wanted.kinds().map(|kind| (kind.clone(), provider(kind))).collect(),
            names: wanted.names().clone(),
            cancel: cancel.clone(),
        };
        let calls = loaded.reading.as_mut().map(|reading| std::mem::take(&mut reading.header.calls));
        course.next.push_back(Collected::Calls(calls.unwrap_or_default()));
        course.next.extend(loaded.gaps.into_iter().map(Collected::Gap));
        course.resources = loaded.first.into_iter();
        course.listed = loaded.listed;
        course.reading = loaded.reading;
        course
    }

    pub(super) fn stream(self) -> impl Stream<Item = Collected> {
        unfold(self, async |mut course| {
            let next = course.next().await?;
            Some((course.called(next), course))
        })
    }

    /// The same with accounts called by the names that tell them apart in the scan.
    fn called(&self, collected: Collected) -> Collected {
        if self.names.is_empty() {
            return collected;
        }
        // The calls do not say their provider; an account that is told apart is one of a cluster, and no other has its name.
        let told = |account: Arc<str>| {
            self.names.iter().find(|((_, name), _)| *name == account).map_or(account, |(_, told)| told.clone())
        };
        match collected {
            Collected::Resource(resource) => Collected::Resource(resource.called(&self.names)),
            Collected::Gap(gap) => Collected::Gap(Gap { account: told(gap.account), ..gap }),
            Collected::Calls(calls) => {
                let called =
                    |(key, counts): (CallKey, CallCounts)| (CallKey { account: told(key.account), ..key }, counts);
                Collected::Calls(calls.into_iter().map(called).collect())
            }
            other => other,
        }
    }

    async fn next(&mut self) -> Option<Collected> {
        loop {
            if let Some(next) = self.next.pop_front() {
                return Some(next);
            }
            if self.cancel.is_cancelled() && self.resources.len() > 0 {
                self.resources = Vec::new().into_iter();
                let accounts = self.reading.take().map(|reading| reading.accounts).unwrap_or_default();
                self.gaps(&accounts, &Arc::new(Unread::new(Reason::Cancelled, "")), |_| true);
                continue;
            }
            if let Some(resource) = self.resources.next() {
                return Some(resource.into());
            }
            let mut reading = self.reading.take()?;
            if reading.over {
                self.not_asked_for(&reading.accounts);
                continue;
            }
            let read = tokio::task::spawn_blocking(move || {
                let batch = reading.batch(NEXT);
                (reading, batch)
            });
            match read.await {
                Ok((reading, Ok(batch))) => {
                    self.resources = batch.into_iter();
                    self.reading = Some(reading);
                }
                Ok((reading, Err(error))) => {
                    let unread = Unread::new(error.kind().into(), "").with_detail(error.to_string());
                    self.next.push_back(Collected::Failed(error));
                    self.gaps(&reading.accounts, &Arc::new(unread), |_| true);
                }
                Err(error) => self.next.push_back(Collected::Failed(not_read(error))),
            }
        }
    }

    /// Adds a gap for each wanted kind that was not asked for when the snapshot was taken, in the accounts of its provider; in
    /// all where nobody knows its provider.
    ///
    /// Where nothing was asked for, somebody gave what there is: a file of another program, whose reader said itself what is
    /// missing, or resources of a caller.
    fn not_asked_for(&mut self, accounts: &BTreeSet<(Arc<str>, Arc<str>)>) {
        if !self.listed.is_empty() {
            let unread = Arc::new(Unread::skipped().with_detail("not asked for when the snapshot was taken"));
            let listed = std::mem::take(&mut self.listed);
            self.gaps(accounts, &unread, |kind| !listed.contains(kind));
        }
    }

    fn gaps(
        &mut self,
        accounts: &BTreeSet<(Arc<str>, Arc<str>)>,
        unread: &Arc<Unread>,
        which: impl Fn(&Arc<str>) -> bool,
    ) {
        for (kind, known) in self.wanted.iter().filter(|(kind, _)| which(kind)) {
            let of_kind = accounts.iter().filter(|(provider, _)| known.as_ref().is_none_or(|known| known == provider));
            self.next.extend(of_kind.map(|(provider, account)| {
                let (kind, provider, account) = (kind.clone(), provider.clone(), account.clone());
                Collected::Gap(Gap { kind, provider, account, region: GLOBAL.into(), unread: unread.clone() })
            }));
        }
    }
}
