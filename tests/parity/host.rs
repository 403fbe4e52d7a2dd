//! A collector and rules written in the host language, which mean the same in each of the suites.

use std::sync::Arc;

use cspm::prelude::*;
use cspm::{CallOutcome, Data, Error, ErrorKind, Evidence, GLOBAL, Gap, Outcome, Reason};

/// Gives the resources of the scenario, one by one.
pub(crate) struct Cmdb(pub(crate) Vec<Data>);

#[async_trait]
impl Collector for Cmdb {
    fn name(&self) -> String {
        "cmdb".to_owned()
    }

    fn provider(&self) -> &str {
        "acme"
    }

    fn kinds(&self) -> Vec<Arc<Kind>> {
        Vec::new()
    }

    fn collect(&self, _: Arc<Wanted>, _: CancellationToken) -> BoxStream<'_, Collected> {
        let end = Collected::Call(CallOutcome {
            account: "".into(),
            region: GLOBAL.into(),
            call: CALL.into(),
            outcome: Outcome::Done,
            detail: "".into(),
        });
        futures::stream::iter(self.0.iter().flat_map(taken).chain([end]).collect::<Vec<_>>()).boxed()
    }
}

const CALL: &str = "cmdb:collect";

/// What a collector of a binding makes of what it is given: where that is no resource, not all of its kind is there.
fn taken(given: &Data) -> Vec<Collected> {
    let error = match Resource::from_data(given, &[]) {
        Ok(resource) => return vec![resource.into()],
        Err(error) => error,
    };
    let unread = Unread::new(Reason::Failed, CALL).with_detail("the collector gave a resource that is not one");
    let gap = given.get("kind").and_then(Data::as_str).map(|kind| Gap {
        kind: kind.into(),
        provider: "acme".into(),
        account: "".into(),
        region: GLOBAL.into(),
        unread: Arc::new(unread),
    });
    let failed = Error::new(error.kind(), "take a resource of cmdb").with_source(error);
    std::iter::once(Collected::Failed(failed)).chain(gap.map(Collected::Gap)).collect()
}

type Judge = fn(&Resource) -> Verdict;

/// A rule in a few lines: its judge sees what was read, and is not asked of a list that could not be made.
struct Host {
    meta: Arc<RuleMeta>,
    reads: Reads,
    judge: Judge,
}

impl Rule for Host {
    fn meta(&self) -> &Arc<RuleMeta> {
        &self.meta
    }

    fn reads(&self) -> &Reads {
        &self.reads
    }

    fn evaluate(&self, resource: &Resource, _: &Inventory) -> Verdict {
        match resource.data.unread() {
            Some(unread) => Verdict::unknown(self.meta.kind.clone(), unread.clone()),
            None => (self.judge)(resource),
        }
    }

    fn faults(&self) -> Vec<String> {
        Vec::from_iter((*self.meta.id == *"acme_server_broken").then(|| "boom".to_owned()))
    }
}

/// The rule of the host language with this name.
pub(crate) fn rule(name: &str) -> cspm::Result<Arc<dyn Rule>> {
    let (title, severity, judge): (_, _, Judge) = match name {
        "acme_server_prefix" => ("Servers carry the team's prefix", Severity::Low, prefix),
        "acme_server_owner" => ("Servers have an owner", Severity::High, owner),
        "acme_server_broken" => ("Servers are judged by a broken rule", Severity::Medium, broken),
        _ => return Err(Error::new(ErrorKind::Config, format!("find the rule {name} in the suite"))),
    };
    let meta = RuleMeta::new(name, title, "acme", "acme_server", severity);
    let reads = Reads::everything("acme_server", None);
    Ok(Arc::new(Host { meta: Arc::new(meta), reads, judge }))
}

/// `resource["name"].startswith("acme-")`
fn prefix(resource: &Resource) -> Verdict {
    judged(resource.name.starts_with("acme-"), "name", Data::Str(resource.name.clone()))
}

/// `resource["owner"] is not None`, which is unknown where the owner was not read.
fn owner(resource: &Resource) -> Verdict {
    match resource.data.get("owner") {
        Some(Data::Unread(unread)) => Verdict::unknown("owner", unread.clone()),
        owner => judged(!owner.is_none_or(Data::is_null), "owner", owner.cloned().unwrap_or_default()),
    }
}

/// What the bindings note by themselves: the field that was read.
fn judged(pass: bool, field: &str, value: Data) -> Verdict {
    let status = if pass { Status::Pass } else { Status::Fail };
    Verdict { evidence: vec![Evidence { field: field.into(), value }], ..Verdict::of(status) }
}

/// Raises.
fn broken(_: &Resource) -> Verdict {
    Verdict::unknown("acme_server", Unread::new(Reason::RuleError, "").with_detail("boom"))
}
