//! Scans with collectors and rules in memory: what is read is judged, what is not read is unknown, nothing ends a scan.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use cspm_core::*;
use futures::StreamExt;
use futures::stream::BoxStream;
use schemars::JsonSchema;
use serde::Serialize;

const LIST: Source = Source::new("acme", "ListServers", "acme:ListServers", Per::Account);
const GET: Source = Source::new("acme", "GetServer", "acme:GetServer", Per::Resource("acme_server"));

/// A server.
#[derive(Serialize, JsonSchema, Default)]
struct Server {
    /// The id.
    id: String,
    /// The server that it sends copies to.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "acme_server", "id")))]
    replica: Option<String>,
    /// Whether its disk is encrypted.
    #[schemars(extend("x-source" = GET))]
    encrypted: Read<bool>,
}

impl Model for Server {
    const KIND: &'static str = "acme_server";
    const PROVIDER: &'static str = "acme";
    const SERVICE: &'static str = "compute";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = LIST;
}

fn server(id: &str, replica: Option<&str>, encrypted: Read<bool>) -> Resource {
    let server = Server { id: id.into(), replica: replica.map(str::to_owned), encrypted };
    Resource::of(format!("acme:{id}"), "1", GLOBAL, &server).unwrap().named(id).collected_at(now())
}

fn now() -> jiff::Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn denied(call: &str) -> Unread {
    Unread::new(Reason::AccessDenied, call)
}

fn memory(resources: Vec<Resource>) -> Memory {
    Memory::new("cmdb", "acme").kinds([Arc::new(Kind::of::<Server>().unwrap())]).resources(resources)
}

/// Passes where the server's own disk, or (across) that of its replica, is encrypted.
struct Encrypted {
    meta: Arc<RuleMeta>,
    reads: Reads,
    across: bool,
}

impl Encrypted {
    fn rule(id: &str, across: bool) -> Arc<dyn Rule> {
        let kind: Arc<str> = "acme_server".into();
        let meta = RuleMeta::new(id, "Disks are encrypted", "acme", "acme_server", Severity::High);
        let fields = BTreeMap::from([(kind.clone(), BTreeSet::from(["encrypted".into(), "replica".into()]))]);
        let lookups = if across { BTreeSet::from([(kind, "id".into())]) } else { BTreeSet::new() };
        Arc::new(Self { meta: Arc::new(meta), reads: Reads { fields, lookups, ..Reads::default() }, across })
    }
}

impl Rule for Encrypted {
    fn meta(&self) -> &Arc<RuleMeta> {
        &self.meta
    }
    fn reads(&self) -> &Reads {
        &self.reads
    }
    fn evaluate(&self, resource: &Resource, inventory: &Inventory) -> Verdict {
        Verdict::by(resource, inventory, |fields| match fields.get("replica")?.filter(|_| self.across) {
            Some(replica) => match inventory.find("acme_server", "id", &replica, resource).first()? {
                Some(other) => Ok(other.view().get_bool("encrypted")? == Some(true)),
                None => Ok(false),
            },
            None => Ok(fields.get_bool("encrypted")? == Some(true)),
        })
    }
    fn repeatable(&self) -> bool {
        true
    }
}

fn statuses(report: &Report) -> Vec<(String, String, Status)> {
    let of = |f: Finding| (f.rule.id.to_string(), f.resource.uid.to_string(), f.status);
    report.findings().map(of).collect()
}

fn servers() -> Vec<Resource> {
    vec![
        server("b", Some("a"), Read::Known(false)),
        server("a", None, Read::Known(true)),
        server("c", Some("x"), denied("acme:GetServer").into()),
    ]
}

#[tokio::test]
async fn what_was_not_read_is_unknown_and_says_why() {
    let scan = Scan::new().collector(memory(servers())).rules(vec![Encrypted::rule("r", false)]);
    let report = scan.run().await.unwrap();
    let expected = [("acme:a", Status::Pass), ("acme:b", Status::Fail), ("acme:c", Status::Unknown)]
        .map(|(u, s)| ("r".into(), u.into(), s));
    assert_eq!(statuses(&report), expected);
    let unknown = report.finding(2).unwrap();
    assert_eq!(unknown.unread[0].unread.to_string(), "acme:GetServer: access_denied");
    assert_eq!((report.summary.pass, report.summary.fail, report.summary.unknown), (1, 1, 1));
    assert_eq!(report.coverage.share(), 2.0 / 3.0);
}

#[tokio::test]
async fn a_list_that_could_not_be_made_is_an_unknown_finding_at_its_scope() {
    let gap = Gap {
        kind: "acme_server".into(),
        provider: "acme".into(),
        account: "1".into(),
        region: GLOBAL.into(),
        unread: Arc::new(denied("acme:ListServers")),
    };
    let memory = memory(vec![server("b", Some("a"), Read::Known(true))]).gaps([gap]);
    let rules = vec![Encrypted::rule("alone", false), Encrypted::rule("across", true)];
    let report = Scan::new().collector(memory).rules(rules).run().await.unwrap();
    let unlisted = "unlisted://acme/1/global/acme_server";
    let expected = [
        ("across", "acme:b", Status::Unknown), // `a` may be in the part of the list that is missing
        ("across", unlisted, Status::Unknown),
        ("alone", "acme:b", Status::Pass),
        ("alone", unlisted, Status::Unknown),
    ];
    assert_eq!(statuses(&report), expected.map(|(r, u, s)| (r.into(), u.into(), s)));
}

#[tokio::test]
async fn the_order_of_arrival_changes_nothing() {
    let rules = || vec![Encrypted::rule("alone", false), Encrypted::rule("across", true)];
    let mut texts = BTreeSet::new();
    for turn in 0..3 {
        let mut resources = servers();
        resources.rotate_left(turn);
        let report = Scan::new().collector(memory(resources)).rules(rules()).run().await.unwrap();
        texts.insert(serde_json::to_string(&report.findings().collect::<Vec<_>>()).unwrap());
    }
    assert_eq!(texts.len(), 1);
}

#[tokio::test]
async fn without_inventory_the_counts_stay_the_same() {
    let rules = || vec![Encrypted::rule("alone", false), Encrypted::rule("across", true)];
    let scan = || Scan::new().collector(memory(servers())).rules(rules());
    let (whole, dropped) = (scan().run().await.unwrap(), scan().drop_inventory().run().await.unwrap());
    assert_eq!(whole.summary, dropped.summary);
    assert_eq!(whole.scores, dropped.scores);
    assert_eq!(whole.coverage, dropped.coverage);
    assert!(dropped.inventory().is_empty());
    let not_passed = |report: &Report| -> Vec<_> {
        report.findings().filter(|f| f.status != Status::Pass).map(|f| serde_json::to_string(&f).unwrap()).collect()
    };
    assert_eq!(not_passed(&whole), not_passed(&dropped));
    assert_eq!(dropped.len(), not_passed(&dropped).len());
}

#[tokio::test]
async fn exceptions_cover_failures_and_are_audited() {
    let exceptions = Exceptions::from_yaml(
        "exceptions:
          - {resource: 'acme:*', owner: me, reason: old, expires: 2020-01-01}
          - {rule: r, resource: acme:b, owner: me, reason: test server, expires: 2099-01-01}
          - {rule: other, owner: me, reason: never used, expires: 2099-01-01}",
    );
    let scan = Scan::new().collector(memory(servers())).rules(vec![Encrypted::rule("r", false)]);
    let report = scan.exceptions(exceptions.unwrap()).run().await.unwrap();
    assert_eq!((report.summary.fail, report.summary.excepted), (0, 1));
    assert_eq!(report.open_failures(Severity::Informational), 0);
    assert_eq!(report.finding(1).unwrap().exception.unwrap().reason, "test server");
    assert_eq!(report.summary.expired_exceptions[0].reason, "old");
    assert_eq!(report.summary.unused_exceptions[0].reason, "never used");
}

#[tokio::test]
async fn a_rule_without_resources_is_not_applicable() {
    let report = Scan::new().collector(memory(vec![])).rules(vec![Encrypted::rule("r", false)]).run().await.unwrap();
    assert_eq!(report.summary.not_applicable, ["r".into()]);
    assert_eq!(report.scores.total.score(), None);
}

/// Cannot connect, or never ends.
struct Broken {
    connects: bool,
}

#[async_trait]
impl Collector for Broken {
    fn name(&self) -> String {
        "broken".into()
    }
    fn provider(&self) -> &str {
        "acme"
    }
    fn kinds(&self) -> Vec<Arc<Kind>> {
        vec![Arc::new(Kind::of::<Server>().unwrap())]
    }
    async fn connect(&self) -> Result<Vec<Identity>> {
        match self.connects {
            true => Ok(vec![]),
            false => Err(Error::new(ErrorKind::Credentials, "log in to acme")),
        }
    }
    fn collect(&self, _: Arc<Wanted>, _: CancellationToken) -> BoxStream<'_, Collected> {
        futures::stream::pending().boxed()
    }
}

#[tokio::test]
async fn a_collector_that_cannot_connect_leaves_unknown_findings() {
    let scan = Scan::new().collector(memory(servers())).collector(Broken { connects: false });
    let report = scan.rules(vec![Encrypted::rule("r", false)]).run().await.unwrap();
    assert_eq!(report.coverage.failures[0].of, "broken");
    let last = report.findings().last().unwrap();
    assert_eq!((&*last.resource.uid, last.status), ("unlisted://acme/unknown/global/acme_server", Status::Unknown));
    assert!(last.message.contains("log in to acme"), "{}", last.message);
}

#[tokio::test]
async fn a_scan_of_which_nothing_connects_is_an_error() {
    let error = Scan::new().collector(Broken { connects: false }).run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_scan_ends_with_what_it_has() {
    let token = CancellationToken::new();
    let scan = Scan::new().collector(memory(servers())).collector(Broken { connects: true });
    let scan = scan.rules(vec![Encrypted::rule("r", false)]).cancel_with(token.clone());
    let cancel = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        token.cancel();
    };
    let (report, ()) = tokio::join!(scan.run(), cancel);
    let report = report.unwrap();
    assert!(report.coverage.cancelled);
    assert_eq!(report.len(), 4, "of the source that did not end nothing is known");
    let last = report.findings().last().unwrap();
    assert_eq!((last.status, last.unread[0].unread.reason), (Status::Unknown, Reason::Cancelled));
    let failure = &report.coverage.failures[0];
    assert_eq!((&*failure.of, &*failure.error), ("broken", "it did not end within 5 s of being told to"));
}

/// Is not answered when it connects.
struct Silent;

#[async_trait]
impl Collector for Silent {
    fn name(&self) -> String {
        "silent".into()
    }
    fn provider(&self) -> &str {
        "acme"
    }
    fn kinds(&self) -> Vec<Arc<Kind>> {
        vec![Arc::new(Kind::of::<Server>().unwrap())]
    }
    async fn connect(&self) -> Result<Vec<Identity>> {
        std::future::pending().await
    }
    fn collect(&self, _: Arc<Wanted>, _: CancellationToken) -> BoxStream<'_, Collected> {
        futures::stream::empty().boxed()
    }
}

#[tokio::test]
async fn a_scan_that_is_cancelled_while_it_connects_ends_at_once_and_knows_nothing() {
    let token = CancellationToken::new();
    let scan = Scan::new().collector(Silent).rules(vec![Encrypted::rule("r", false)]).cancel_with(token.clone());
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        token.cancel();
    };
    let (report, ()) = tokio::join!(tokio::time::timeout(Duration::from_secs(3), scan.run()), cancel);
    let report = report.unwrap().unwrap();
    assert!(report.coverage.cancelled);
    let finding = report.finding(0).unwrap();
    assert_eq!((finding.status, finding.unread[0].unread.reason), (Status::Unknown, Reason::Cancelled));
}

#[tokio::test]
async fn events_tell_the_course_of_a_scan_and_end_with_the_report() {
    let names = Arc::new(Mutex::new(Vec::new()));
    let heard = names.clone();
    let scan = Scan::new().collector(memory(servers())).rules(vec![Encrypted::rule("r", false)]);
    let scan = scan.on_event(move |event| heard.lock().unwrap().push(event.name()));
    let events: Vec<_> = scan.stream().collect().await;
    let streamed: Vec<_> = events.iter().map(Event::name).collect();
    assert_eq!(streamed.first(), Some(&"planned"));
    assert_eq!(streamed.iter().filter(|name| **name == "resource").count(), 3);
    assert_eq!(streamed.iter().filter(|name| **name == "finding").count(), 3);
    let Some(Event::Done(report)) = events.last() else { panic!("the last event is {streamed:?}") };
    assert_eq!(report.len(), 3);
    assert_eq!(names.lock().unwrap()[..], streamed[..streamed.len() - 1], "the listener hears the same");
    let aborted: Vec<_> = Scan::new().collector(Broken { connects: false }).stream().collect().await;
    assert_eq!(aborted.last().unwrap().name(), "aborted");
}

#[tokio::test]
async fn the_plan_has_the_calls_of_the_fields_read_and_no_other() {
    let scan = Scan::new().collector(Broken { connects: true }).rules(vec![Encrypted::rule("r", false)]);
    let calls: Vec<_> = scan.plan().unwrap().calls.into_iter().map(|c| (c.operation, c.per)).collect();
    assert_eq!(calls, [("GetServer".into(), "acme_server".into()), ("ListServers".into(), "account".into())]);
    assert_eq!(Scan::new().collector(Broken { connects: true }).plan().unwrap().calls, []);
}

#[tokio::test]
async fn what_is_in_a_file_or_in_memory_needs_no_call() {
    let kinds = || [Arc::new(Kind::of::<Server>().unwrap())];
    let rules = || vec![Encrypted::rule("r", false)];
    let file = Snapshot::open("no-such-file.json").kinds(kinds());
    let files = || Scan::new().collector(memory(servers())).collector(file.clone()).rules(rules());
    assert_eq!(files().plan().unwrap().calls, []);
    let events: Vec<_> = files().stream().collect().await;
    let Some(Event::Planned { plan, rules: 1 }) = events.first() else { panic!("{events:?}") };
    assert_eq!(plan.calls, []);
    let with_a_live_one = files().collector(Broken { connects: true }).plan().unwrap();
    assert_eq!(with_a_live_one.calls.len(), 2, "files do not hide what a provider is asked");
}

#[tokio::test]
async fn two_rules_with_one_id_are_refused() {
    let twice = vec![Encrypted::rule("r", false), Encrypted::rule("r", true)];
    let error = Scan::new().collector(memory(vec![])).rules(twice).run().await.unwrap_err();
    assert_eq!(error.to_string(), "cannot use two rules with the id r");
}

#[tokio::test]
async fn references_become_edges_of_the_graph() {
    let graph = MemoryGraph::default();
    Scan::new().collector(memory(servers())).collect_everything().sink(graph.clone()).run().await.unwrap();
    assert_eq!(graph.nodes().len(), 3);
    let edges: Vec<_> = graph.edges().into_iter().map(|e| (e.from.to_string(), e.to.to_string())).collect();
    assert_eq!(edges, [("acme:b".into(), "acme:a".into())], "what c names is not there");
    assert!(graph.coverage().is_some());
}

#[test]
fn what_was_not_asked_for_is_not_known_to_be_absent() {
    let near = server("a", None, Read::Known(true));
    let not_asked = Inventory::builder([]).build();
    let found = not_asked.find("acme_disk", "id", &Data::from("x"), &near);
    assert_eq!(found.unread.unwrap().reason, Reason::NotGiven);
    let mut builder = Inventory::builder([]);
    builder.listed("acme_disk".into());
    assert!(builder.build().near("acme_disk", &near).unread.is_none());
}

#[tokio::test]
async fn a_snapshot_says_what_was_not_asked_for() {
    let report = Scan::new().collector(memory(servers())).run().await.unwrap();
    let mut bytes = Vec::new();
    write_snapshot(report.inventory(), &mut bytes).unwrap();
    let kinds = [Arc::new(Kind::of::<Server>().unwrap())];
    let snapshot = Snapshot::from_bytes("without servers", bytes).kinds(kinds);
    let error = Scan::new().collector(snapshot).rules(vec![Encrypted::rule("r", false)]).run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "nobody asked for servers when it was taken");
    assert!(error.to_string().contains("snapshot without servers"), "{error}");
}

/// A rule whose code is at fault.
struct Faulty(Arc<RuleMeta>, Reads);

impl Rule for Faulty {
    fn meta(&self) -> &Arc<RuleMeta> {
        &self.0
    }
    fn reads(&self) -> &Reads {
        &self.1
    }
    fn evaluate(&self, _: &Resource, _: &Inventory) -> Verdict {
        Verdict::unknown("", Unread::new(Reason::RuleError, "").with_detail("KeyError: 'name'"))
    }
    fn faults(&self) -> Vec<String> {
        vec!["Traceback: KeyError: 'name'".to_owned()]
    }
}

#[tokio::test]
async fn the_fault_of_a_rule_is_in_the_coverage_of_scans_and_evaluations() {
    let meta = RuleMeta::new("faulty", "Nothing", "acme", "acme_server", Severity::Low);
    let reads = Reads::everything("acme_server", Some(&Kind::of::<Server>().unwrap()));
    let read: Vec<_> = reads.fields["acme_server"].iter().map(|field| &**field).collect();
    assert_eq!(read, ["encrypted", "id", "replica"]);
    let rules: Vec<Arc<dyn Rule>> = vec![Arc::new(Faulty(Arc::new(meta), reads))];
    let report = Scan::new().collector(memory(servers())).rules(rules.clone()).run().await.unwrap();
    assert_eq!(report.summary.unknown, report.len() as u64);
    let again = evaluate(report.inventory().clone(), rules, Exceptions::default());
    for report in [report, again] {
        assert_eq!(report.coverage.failures.len(), 1);
        assert_eq!(report.coverage.failures[0].of, "the rule faulty");
        assert_eq!(report.coverage.failures[0].error, "Traceback: KeyError: 'name'");
    }
}
