//! What the collectors of one scan share: what is wanted, and where everything is reported to.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cspm_core::{CallOutcome, Collected, Gap, Kind, Outcome, Reason, Source, Unread, Wanted};
use tokio::sync::OnceCell;
use tokio::sync::mpsc::Sender;
use tokio_util::sync::CancellationToken;

use super::Aws;
use super::connect::Connected;
use super::failure::{Class, Failure};
use super::regions::{OTHERS, Regions};
use super::retry::{Attempt, Target};

/// One scan of one account.
#[derive(Debug)]
pub(crate) struct Scan {
    pub(crate) aws: Aws,
    pub(crate) account: Arc<str>,
    pub(crate) partition: Arc<str>,
    /// Where identity and global services are asked.
    pub(crate) home: Arc<str>,
    pub(crate) regions: OnceCell<Regions>,
    pub(crate) wanted: Arc<Wanted>,
    pub(crate) cancel: CancellationToken,
    into: Sender<Collected>,
    announced: Mutex<BTreeSet<String>>,
}

impl Scan {
    pub(crate) fn new(
        aws: Aws,
        Connected { identity, home }: &Connected,
        wanted: Arc<Wanted>,
        cancel: CancellationToken,
        into: Sender<Collected>,
    ) -> Self {
        // An answer that names the account alone leaves the region to tell.
        let named = identity.principal.split(':').nth(1).filter(|name| !name.is_empty());
        let partition = named.unwrap_or_else(|| crate::partition::of(home));
        Self {
            aws,
            account: identity.account.clone(),
            partition: partition.into(),
            home: home.clone(),
            regions: OnceCell::new(),
            wanted,
            cancel,
            into,
            announced: Mutex::default(),
        }
    }

    /// Reports something. Whoever no longer listens has dropped the stream, and then all of this ends.
    pub(crate) async fn report(&self, what: impl Into<Collected>) {
        let _ = self.into.send(what.into()).await;
    }

    /// Reports that the wanted ones of `kinds` were not listed in `region`, or not all of them.
    pub(crate) async fn gap(&self, region: &Arc<str>, kinds: &[&str], unread: Unread) {
        let unread = Arc::new(unread);
        for kind in kinds.iter().filter(|kind| self.wanted.kind(kind)) {
            let (kind, provider) = (Arc::from(*kind), Arc::from("aws"));
            let (account, region, unread) = (self.account.clone(), region.clone(), unread.clone());
            self.report(Collected::Gap(Gap { kind, provider, account, region, unread })).await;
        }
    }

    /// Reports that only some regions are scanned, so that the wanted ones of `kinds` in others are not known.
    pub(crate) async fn other_regions(&self, kinds: &[&str]) {
        for kind in kinds {
            let call = self.aws.kind(kind).map(|kind| kind.list().call()).unwrap_or_default();
            let unread = Unread::new(Reason::NotSelected, call).with_detail("only some regions are scanned");
            self.gap(&OTHERS.into(), &[kind], unread).await;
        }
    }

    /// Makes a call and reports how it ended. Failures with one of the codes `answers` are answers.
    pub(crate) async fn call<T>(
        &self,
        target: Target<'_>,
        source: &Source,
        answers: &[&[&str]],
        enabled: bool,
        attempt: &Attempt<'_, T>,
    ) -> Result<T, Failure> {
        let call: Arc<str> = source.call().into();
        let on_throttle = |wait: Duration| -> futures::future::BoxFuture<'_, ()> {
            let (account, region, call) = (self.account.clone(), target.region.clone(), call.clone());
            Box::pin(self.report(Collected::Throttled { account, region, call, wait }))
        };
        let result = tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Failure::new(Class::Cancelled, "")),
            result = self.aws.caller().call(target, attempt, &on_throttle) => result,
        };
        let (outcome, detail) = match &result {
            Err(failure) if !answers.iter().any(|codes| codes.contains(&failure.code.as_str())) => {
                (Outcome::Unread(failure.reason(enabled)), failure.detail.as_str())
            }
            _ => (Outcome::Done, ""),
        };
        let (account, region, detail) = (self.account.clone(), target.region.clone(), detail.into());
        self.report(Collected::Call(CallOutcome { account, region, call, outcome, detail })).await;
        result
    }

    /// Announces the calls that each of `items` resources of `kind` will need.
    pub(crate) async fn expect_details(&self, kind: &str, items: usize) {
        let Some(kind) = self.aws.kind(kind) else { return };
        let calls = kind.all_sources().filter(|source| self.is_detail(kind, source)).count();
        self.announced().insert(kind.name().to_string());
        let more = (calls * items) as u64;
        if more > 0 {
            self.report(Collected::Expect(more)).await;
        }
    }

    /// Announces a call, unless a list announced it for all its items.
    pub(crate) async fn expect(&self, source: &Source) {
        let announced = self.announced().contains(source.per());
        if !announced {
            self.report(Collected::Expect(1)).await;
        }
    }

    fn is_detail(&self, kind: &Kind, source: &Source) -> bool {
        source.per() == &**kind.name() && self.wanted.source(kind.name(), source)
    }

    fn announced(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.announced.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
