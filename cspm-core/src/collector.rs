//! Where resources come from.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::resource::scrub_in_place;
use crate::secrets::scrub_foreign;
use crate::{Account, CallCounts, CallKey, Error, Gap, Kind, Reason, Resource, Result, Source, Wanted};

/// A source of resources: a cloud, a cluster, a file, a caller's own system.
#[async_trait]
pub trait Collector: Send + Sync {
    /// What errors and coverage call it: `aws`, `snapshot inventory.json`.
    fn name(&self) -> String;

    /// The provider of its resources.
    fn provider(&self) -> &str;

    /// Whether it asks a provider: what comes from a file, or from memory, needs no call and no permission, and a plan names
    /// none for it.
    ///
    /// # Behavior
    /// - Always answers the same, without any call.
    fn is_live(&self) -> bool {
        true
    }

    /// The kinds that it can collect.
    ///
    /// # Behavior
    /// - Always answers the same, without any call.
    fn kinds(&self) -> Vec<Arc<Kind>>;

    /// The calls that no field names but that collecting `wanted` needs, such as the one that lists regions.
    ///
    /// # Behavior
    /// - Makes no call itself.
    /// - With [`Kind::list`] and the sources of the wanted fields, names every call that [`Collector::collect`] makes.
    fn prerequisites(&self, wanted: &Wanted) -> Vec<Source> {
        let _ = wanted;
        Vec::new()
    }

    /// Makes sure that collecting can begin: credentials are there and accepted.
    ///
    /// # Behavior
    /// - Answers within a time limit.
    /// - May be called again, and then answers from what it knows as long as that is valid.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Credentials`], [`crate::ErrorKind::Unreachable`], [`crate::ErrorKind::Config`].
    async fn connect(&self) -> Result<Vec<Identity>> {
        Ok(Vec::new())
    }

    /// The accounts whose names people chose, so that another source may have them too: what tells them apart.
    ///
    /// # Behavior
    /// - Asked after [`Collector::connect`].
    /// - What [`Collector::collect`] then gives of such an account, it calls as [`Wanted::account_name`] says, also in uids.
    fn accounts(&self) -> Vec<Account> {
        Vec::new()
    }

    /// The kinds among those wanted that it asks for: where it then gives none, there are none.
    ///
    /// # Behavior
    /// - Asked after [`Collector::connect`].
    /// - Leaves out a kind of which it cannot say that it has all.
    fn lists(&self, wanted: &Wanted) -> Vec<Arc<str>> {
        wanted.kinds().cloned().collect()
    }

    /// Whether its resources come without what is secret by its place ([`Kind::withhold`]). Where they do not, the scan
    /// withholds it as they arrive; secrets of known shapes are cut in any case.
    fn withholds(&self) -> bool {
        false
    }

    /// Collects what is wanted.
    ///
    /// # Behavior
    /// - Yields each resource once, complete: what a call did not answer is unread in place, with its reason. Uid and kind
    ///   tell resources apart; what comes under one that is taken is judged by what both say.
    /// - Makes no call that is not wanted; its fields are unread as skipped. A field that is wanted is skipped only where
    ///   it means nothing for the resource, and the detail says so.
    /// - No failure ends the stream: a list that could not be made, or broke off, is a [`Gap`], and the rest goes on.
    /// - Every call has its [`CallOutcome`].
    /// - When `cancel` is triggered, ends soon, with a gap for every list that it did not finish.
    /// - Dropping the stream stops all work.
    fn collect(&self, wanted: Arc<Wanted>, cancel: CancellationToken) -> BoxStream<'_, Collected>;
}

/// Who a collector is to the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// The provider.
    pub provider: Arc<str>,
    /// The account.
    pub account: Arc<str>,
    /// The user or role, as an ARN where there is one.
    pub principal: String,
}

/// What a collector yields.
#[derive(Debug)]
#[non_exhaustive]
pub enum Collected {
    /// A resource.
    Resource(Resource),
    /// A list that could not be made, or broke off.
    Gap(Gap),
    /// How a call ended.
    Call(CallOutcome),
    /// How calls ended that were made before, for a collector that gives what another collected.
    Calls(BTreeMap<CallKey, CallCounts>),
    /// That the provider asked to slow down, and for how long the collector waits.
    Throttled {
        /// The account of the call.
        account: Arc<str>,
        /// The region of the call.
        region: Arc<str>,
        /// The call, as `service:Operation`.
        call: Arc<str>,
        /// The wait before the next try.
        wait: Duration,
    },
    /// That so many more calls are to come than were known of so far.
    Expect(u64),
    /// A failure that concerns no single call.
    Failed(Error),
}

impl From<Resource> for Collected {
    fn from(resource: Resource) -> Self {
        Self::Resource(resource)
    }
}

impl Collected {
    /// The same without secrets: by their place where `withhold` is true, and by their shape.
    pub(crate) fn withheld(self, kinds: &BTreeMap<Arc<str>, Arc<Kind>>, withhold: bool) -> Self {
        match self {
            Self::Resource(resource) => {
                let kind = kinds.get(&resource.kind).filter(|_| withhold);
                Self::Resource(resource.withheld(kind.map(|kind| &**kind)))
            }
            Self::Gap(gap) => Self::Gap(gap.scrubbed()),
            Self::Call(mut outcome) => {
                scrub_in_place(&mut outcome.call, "");
                outcome.detail = scrub_foreign(&outcome.detail).into();
                Self::Call(outcome)
            }
            Self::Calls(calls) => Self::Calls(scrubbed_calls(calls)),
            other @ (Self::Throttled { .. } | Self::Expect(_) | Self::Failed(_)) => other,
        }
    }
}

/// The same without secrets in what the provider said.
pub(crate) fn scrubbed_calls(calls: BTreeMap<CallKey, CallCounts>) -> BTreeMap<CallKey, CallCounts> {
    let scrubbed = |(mut key, mut counts): (CallKey, CallCounts)| {
        scrub_in_place(&mut key.call, "");
        if let Some(detail) = &mut counts.detail {
            *detail = scrub_foreign(detail).into();
        }
        (key, counts)
    };
    calls.into_iter().map(scrubbed).collect()
}

/// How a call ended, after all retries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallOutcome {
    /// The account of the call.
    pub account: Arc<str>,
    /// The region of the call.
    pub region: Arc<str>,
    /// The call, as `service:Operation`.
    pub call: Arc<str>,
    /// Whether it was answered; "there is no such configuration" is an answer.
    pub outcome: Outcome,
    /// What the provider said where it was not answered.
    pub detail: Arc<str>,
}

/// Whether a call was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was.
    Done,
    /// It was not, for this reason.
    Unread(Reason),
}
