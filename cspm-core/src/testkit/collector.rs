//! The contract of [`Collector`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use tokio_util::sync::CancellationToken;

use crate::{Collected, Collector, Kind, Outcome, Reason, Resource, Wanted};

/// How long a collector may take to end after it is cancelled.
const END_WITHIN: Duration = Duration::from_secs(5);

/// Runs a collector and says which clauses of its contract it broke.
pub async fn check_collector(collector: &dyn Collector, wanted: Wanted) -> Vec<String> {
    let mut broken = Vec::new();
    let kinds: BTreeMap<_, _> = collector.kinds().into_iter().map(|kind| (kind.name().clone(), kind)).collect();
    let again: BTreeSet<_> = collector.kinds().iter().map(|kind| kind.name().clone()).collect();
    if collector.kinds().len() != kinds.len() || again != kinds.keys().cloned().collect() {
        broken.push("kinds() must always answer the same, and each kind once".to_owned());
    }
    for _ in 0..2 {
        if let Err(error) = collector.connect().await {
            broken.push(format!("connect() must succeed, again and again: {error}"));
            return broken;
        }
    }
    let allowed = allowed_calls(collector, &kinds, &wanted);
    let mut uids = BTreeSet::new();
    let mut all = collector.collect(Arc::new(wanted.clone()), CancellationToken::new());
    while let Some(collected) = all.next().await {
        match collected {
            Collected::Resource(resource) => {
                if !uids.insert(resource.uid.clone()) {
                    broken.push(format!("{} was given twice", resource.uid));
                }
                match kinds.get(&resource.kind) {
                    Some(kind) => check_resource(&resource, kind, &wanted, &mut broken),
                    None if !kinds.is_empty() => broken.push(format!("{} is of a kind not announced", resource.uid)),
                    None => {}
                }
            }
            Collected::Gap(gap) if gap.unread.reason == Reason::Skipped => {
                broken.push(format!("the list of {} was wanted and skipped", gap.kind));
            }
            Collected::Call(call) => {
                if !kinds.is_empty() && !allowed.contains(&*call.call) {
                    broken.push(format!("{} was called, which no wanted source or prerequisite names", call.call));
                }
                if call.outcome == Outcome::Unread(Reason::RuleError) {
                    broken.push(format!("{} ended for a reason that only rules have", call.call));
                }
            }
            _ => {}
        }
    }
    drop(all);
    check_cancel(collector, wanted, &mut broken).await;
    broken
}

fn allowed_calls(
    collector: &dyn Collector,
    kinds: &BTreeMap<Arc<str>, Arc<Kind>>,
    wanted: &Wanted,
) -> BTreeSet<String> {
    let of_kinds = kinds.values().flat_map(|kind| {
        kind.all_sources().filter(|source| wanted.source(kind.name(), source)).map(|source| source.call())
    });
    of_kinds.chain(collector.prerequisites(wanted).iter().map(|source| source.call())).collect()
}

fn check_resource(resource: &Resource, kind: &Kind, wanted: &Wanted, broken: &mut Vec<String>) {
    if !wanted.kind(kind.name()) {
        broken.push(format!("{} is of a kind not wanted", resource.uid));
    }
    let Some(object) = resource.data.as_object() else {
        broken.push(format!("{} has no object for its data", resource.uid));
        return;
    };
    for (field, value) in object.iter() {
        let source = kind.source(field);
        let why = value.unread().filter(|unread| unread.reason == Reason::Skipped).map(|unread| &*unread.detail);
        let skipped = why.is_some();
        if why == Some("") && wanted.source(kind.name(), source) {
            broken.push(format!("{}: {field} was wanted and skipped without a word", resource.uid));
        }
        if !skipped && !wanted.source(kind.name(), source) {
            broken.push(format!("{}: {field} was not wanted, but read", resource.uid));
        }
    }
}

async fn check_cancel(collector: &dyn Collector, wanted: Wanted, broken: &mut Vec<String>) {
    let cancel = CancellationToken::new();
    cancel.cancel();
    let ending = collector.collect(Arc::new(wanted), cancel).for_each(|_| async {});
    if tokio::time::timeout(END_WITHIN, ending).await.is_err() {
        broken.push(format!("collect() must end within {} s of being cancelled", END_WITHIN.as_secs()));
    }
}
