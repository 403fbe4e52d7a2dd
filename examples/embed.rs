//! A scan inside another program: a collector, a rule and a graph of its own, beside those of the library.
//!
//! `cargo run --example embed`

#![allow(clippy::print_stdout, reason = "a program for people to read")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cspm::prelude::*;
use cspm::{Edge, GLOBAL, Per, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

const LIST_SERVERS: Source = Source::new("cmdb", "ListServers", "cmdb:read", Per::Account);

/// A server in the company's own list.
#[derive(Serialize, JsonSchema)]
struct Server {
    /// Who is called at night; `null` where nobody is.
    owner: Option<String>,
}

impl Model for Server {
    const KIND: &'static str = "acme_server";
    const PROVIDER: &'static str = "acme";
    const SERVICE: &'static str = "cmdb";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = LIST_SERVERS;
}

struct Cmdb;

#[async_trait]
impl Collector for Cmdb {
    fn name(&self) -> String {
        "cmdb".to_owned()
    }

    fn provider(&self) -> &str {
        "acme"
    }

    fn kinds(&self) -> Vec<Arc<Kind>> {
        Kind::of::<Server>().map(Arc::new).into_iter().collect()
    }

    fn collect(&self, _: Arc<Wanted>, _: CancellationToken) -> BoxStream<'_, Collected> {
        let servers = [("web-1", Some("ana")), ("web-2", None)].map(|(name, owner)| {
            let server = Server { owner: owner.map(str::to_owned) };
            let resource = Resource::of(format!("acme://server/{name}"), "acme", GLOBAL, &server);
            resource.map_or_else(Collected::Failed, |resource| resource.named(name).into())
        });
        futures::stream::iter(servers).boxed()
    }
}

struct HasOwner {
    meta: Arc<RuleMeta>,
    reads: Reads,
}

impl HasOwner {
    fn new() -> Self {
        let meta =
            RuleMeta::new("acme_server_has_owner", "Servers have an owner", "acme", "acme_server", Severity::Low);
        let fields = BTreeMap::from([("acme_server".into(), BTreeSet::from(["owner".into()]))]);
        Self { meta: Arc::new(meta), reads: Reads { fields, ..Reads::default() } }
    }
}

impl Rule for HasOwner {
    fn meta(&self) -> &Arc<RuleMeta> {
        &self.meta
    }

    fn reads(&self) -> &Reads {
        &self.reads
    }

    fn evaluate(&self, resource: &Resource, inventory: &Inventory) -> Verdict {
        // Where the owner was not read, `?` makes the verdict unknown.
        Verdict::by(resource, inventory, |fields| Ok(fields.get_str("owner")?.is_some()))
    }
}

/// Counts what it is given.
#[derive(Default)]
struct Counter {
    nodes: usize,
    edges: Vec<Edge>,
}

#[async_trait]
impl GraphSink for Counter {
    fn name(&self) -> String {
        "counter".to_owned()
    }

    async fn write(&mut self, batch: Batch) -> cspm::Result<()> {
        self.nodes += batch.nodes.len();
        self.edges.extend(batch.edges);
        Ok(())
    }

    async fn finish(&mut self, coverage: &Coverage) -> cspm::Result<()> {
        println!("graph: {} nodes, {} edges, complete: {}", self.nodes, self.edges.len(), coverage.is_complete());
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> cspm::Result<()> {
    let own: Vec<Arc<dyn Rule>> = vec![Arc::new(HasOwner::new())];
    let scan = Scan::new()
        .collector(Cmdb)
        .collector(cspm::sample())
        .rules(Rules::builtin().severities([Severity::Critical]))
        .rules(own)
        .sink(Counter::default());
    let mut events = std::pin::pin!(scan.stream());
    while let Some(event) = events.next().await {
        match event {
            Event::Finding(finding) if finding.is_open_failure() => {
                println!("{}: {}", finding.severity(), finding.message)
            }
            Event::Done(report) => println!("{:.1} % of the verdicts could be given", report.coverage.share() * 100.0),
            Event::Aborted(error) => println!("{error}"),
            _ => {}
        }
    }
    Ok(())
}
