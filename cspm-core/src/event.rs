//! What happens in a scan, while it happens.

use std::sync::Arc;
use std::time::Duration;

use crate::{Error, Finding, Plan, Reason, Report, Resource};

/// Something that happened in a scan.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// The scan begins: the calls that it will make, and how many rules it has.
    Planned {
        /// The calls.
        plan: Arc<Plan>,
        /// The number of rules.
        rules: usize,
    },
    /// How far the scan is. Comes at most ten times a second.
    Progress(Progress),
    /// A resource was collected.
    Resource(Arc<Resource>),
    /// A verdict was given. One with the id of an earlier one takes its place: another source gave the resource with another
    /// content.
    Finding(Arc<Finding>),
    /// A call was refused for lack of a permission.
    Denied(CallEvent),
    /// The provider asked to slow down.
    Throttled {
        /// The call.
        call: CallEvent,
        /// The wait before the next try.
        wait: Duration,
    },
    /// A call was not answered for another reason, or a collector or sink failed.
    Failed(CallEvent),
    /// The scan is over. The last event of a stream.
    Done(Arc<Report>),
    /// The scan could not begin: the rules are not usable, or no collector could connect. The last event of a stream.
    Aborted(Arc<Error>),
}

impl Event {
    /// The name of the event as the bindings give it: `planned`, `progress`, …
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Planned { .. } => "planned",
            Self::Progress(_) => "progress",
            Self::Resource(_) => "resource",
            Self::Finding(_) => "finding",
            Self::Denied(_) => "denied",
            Self::Throttled { .. } => "throttled",
            Self::Failed(_) => "failed",
            Self::Done(_) => "done",
            Self::Aborted(_) => "aborted",
        }
    }
}

/// How far a scan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Calls that have ended.
    pub calls_done: u64,
    /// Calls known of so far, those that have ended included; grows as lists arrive.
    pub calls_expected: u64,
    /// Resources collected.
    pub resources: u64,
    /// Verdicts given.
    pub findings: u64,
    /// The time since the scan began.
    pub elapsed: Duration,
    /// An estimate of the time left, from the pace so far; `None` until there is one.
    pub left: Option<Duration>,
}

/// A call that did not go well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallEvent {
    /// The account; empty where no single call failed.
    pub account: Arc<str>,
    /// The region.
    pub region: Arc<str>,
    /// The call, as `service:Operation`, or what failed.
    pub call: Arc<str>,
    /// Why.
    pub reason: Reason,
    /// What the provider said.
    pub detail: Arc<str>,
}
