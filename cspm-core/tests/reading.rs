//! What was not read counts, whoever did not read it; a selection that selects nothing is an error.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cspm_core::*;
use futures::StreamExt;
use futures::stream::BoxStream;

/// Yields what its function makes, and then ends, or hangs.
struct Script {
    name: &'static str,
    kinds: &'static [&'static str],
    connects: Option<ErrorKind>,
    items: fn() -> Vec<Collected>,
    hangs: bool,
}

fn script(items: fn() -> Vec<Collected>) -> Script {
    Script { name: "cmdb", kinds: &["acme_server"], connects: None, items, hangs: false }
}

fn kind(name: &str) -> Arc<Kind> {
    let list = Source::named("acme", format!("List {name}"), String::new(), Per::Account);
    let schema = serde_json::json!({"type": "object", "properties": {"on": {"type": "boolean"}}});
    Arc::new(Kind::from_schema(name, "acme", "compute", Scope::Account, list, schema).unwrap())
}

#[async_trait]
impl Collector for Script {
    fn name(&self) -> String {
        self.name.to_owned()
    }
    fn provider(&self) -> &str {
        "acme"
    }
    fn kinds(&self) -> Vec<Arc<Kind>> {
        self.kinds.iter().map(|name| kind(name)).collect()
    }
    async fn connect(&self) -> Result<Vec<Identity>> {
        match self.connects {
            Some(kind) => Err(Error::new(kind, "log in to acme")),
            None => Ok(vec![Identity { provider: "acme".into(), account: "1".into(), principal: String::new() }]),
        }
    }
    fn collect(&self, _: Arc<Wanted>, _: CancellationToken) -> BoxStream<'_, Collected> {
        let items = futures::stream::iter((self.items)());
        if self.hangs { items.chain(futures::stream::pending()).boxed() } else { items.boxed() }
    }
}

fn at() -> jiff::Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn resource(kind: &str, id: &str) -> Resource {
    Resource {
        uid: format!("acme:{id}").into(),
        kind: kind.into(),
        provider: "acme".into(),
        account: "1".into(),
        region: GLOBAL.into(),
        name: id.into(),
        tags: Arc::default(),
        collected_at: at(),
        origin: None,
        data: Data::object([("on", Data::from(true))]),
    }
}

fn gap(kind: &str, region: &str, call: &str, reason: Reason) -> Gap {
    let unread = Arc::new(Unread::new(reason, call));
    Gap { kind: kind.into(), provider: "acme".into(), account: "1".into(), region: region.into(), unread }
}

fn call(name: &str, outcome: Outcome) -> Collected {
    let (account, region) = ("1".into(), GLOBAL.into());
    Collected::Call(CallOutcome { account, region, call: name.into(), outcome, detail: "".into() })
}

/// Passes whatever was read.
struct Seen(Arc<RuleMeta>, Reads);

fn rule(id: &str, of: &str) -> Arc<dyn Rule> {
    let fields = BTreeMap::from([(Arc::from(of), BTreeSet::from(["on".into()]))]);
    let meta = RuleMeta::new(id, "It is there", "acme", of, Severity::High);
    Arc::new(Seen(Arc::new(meta), Reads { fields, ..Reads::default() }))
}

impl Rule for Seen {
    fn meta(&self) -> &Arc<RuleMeta> {
        &self.0
    }
    fn reads(&self) -> &Reads {
        &self.1
    }
    fn evaluate(&self, resource: &Resource, _: &Inventory) -> Verdict {
        match resource.data.unread() {
            Some(unread) => Verdict::unknown("on", unread.clone()),
            None => Verdict::of(Status::Pass),
        }
    }
}

fn scan(source: Script) -> Scan {
    Scan::new().collector(source).rules(vec![rule("r", "acme_server")])
}

/// A selection of the two rules by name.
fn by_name() -> Selected {
    let part = |name: &str, id: &str| SelectedPart { name: name.into(), rules: [Arc::from(id)].into() };
    let rules = vec![rule("r", "acme_server"), rule("d", "acme_disk")];
    Selected { rules, parts: vec![part("framework x", "r"), part("service disks", "d")], asked: true }
}

#[tokio::test]
async fn a_selection_of_which_the_sources_have_nothing_is_an_error() {
    let disks = || Script { kinds: &["acme_disk"], name: "disks of acme", ..script(Vec::new) };
    let scan = || Scan::new().collector(disks()).rules(vec![rule("r", "acme_server")]);
    for error in [scan().run().await.unwrap_err(), scan().plan().unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("judge disks of acme by the selected rules"), "{error}");
    }
    let named = Selected { rules: vec![], ..by_name() };
    let error = Scan::new().collector(disks()).rules(named).run().await.unwrap_err();
    assert!(error.to_string().contains("by framework x, service disks"), "{error}");
    let error = Scan::new().rules(by_name()).run().await.unwrap_err();
    assert!(error.to_string().contains("there is no source"), "{error}");
}

#[tokio::test]
async fn a_part_of_a_selection_that_selects_nothing_is_named() {
    let source = script(|| vec![resource("acme_server", "a").into(), call("acme:List acme_server", Outcome::Done)]);
    let report = Scan::new().collector(source).rules(by_name()).run().await.unwrap();
    assert_eq!(report.coverage.unmatched, ["service disks"]);
    assert_eq!((report.coverage.share(), report.coverage.is_complete()), (1.0, true), "nothing of it was lost");
}

#[tokio::test]
async fn what_a_snapshot_has_is_known_when_it_was_read() {
    let kinds = || ["acme_server", "acme_disk"].map(kind);
    let servers = Scan::new().collector(script(|| vec![resource("acme_server", "a").into()]));
    let mut bytes = Vec::new();
    let report = servers.rules(vec![rule("r", "acme_server")]).run().await.unwrap();
    write_snapshot(report.inventory(), &mut bytes).unwrap();
    let snapshot = || Snapshot::from_bytes("of servers", bytes.clone()).kinds(kinds());
    let report = Scan::new().collector(snapshot()).rules(by_name()).run().await.unwrap();
    assert_eq!(report.coverage.unmatched, Vec::<String>::new(), "disks are unknown, which is a verdict");
    assert_eq!((report.summary.unknown, report.coverage.unread), (1, 1));
    // A file of another program has what it has.
    let text =
        serde_json::to_vec(&serde_json::json!({"cspm_snapshot": 1, "collected_at": at(), "kinds": [], "calls": [],
        "gaps": [], "resources": [{"uid": "a", "kind": "acme_server", "provider": "acme", "account": "1",
        "region": "global", "name": "a", "data": {"on": true}}]}));
    let given = Snapshot::from_bytes("given", text.unwrap()).kinds(kinds());
    let report = Scan::new().collector(given.clone()).rules(by_name()).run().await.unwrap();
    assert_eq!(report.coverage.unmatched, ["service disks"]);
    let error = Scan::new().collector(given).rules(vec![rule("d", "acme_disk")]).run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_scan_without_rules_collects_alone() {
    let source = || script(|| vec![resource("acme_server", "a").into()]);
    let report = Scan::new().collector(source()).run().await.unwrap();
    assert_eq!((report.inventory().len(), report.coverage.share()), (1, 1.0));
    let none: Vec<Arc<dyn Rule>> = Vec::new();
    assert!(Scan::new().collector(source()).rules(none).run().await.unwrap().is_empty());
    assert!(Scan::new().run().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_source_that_announces_no_kinds_may_have_any() {
    let report = scan(Script { kinds: &[], ..script(Vec::new) }).run().await.unwrap();
    assert_eq!(report.summary.not_applicable, ["r".into()]);
}

#[tokio::test]
async fn evaluations_have_the_calls_and_gaps_of_their_inventory_and_refuse_an_empty_selection() {
    let mut builder = Inventory::builder(["acme_server", "acme_disk"].map(kind));
    builder.add(resource("acme_server", "a"));
    builder.add_gap(gap("acme_server", "north", "acme:List acme_server", Reason::AccessDenied));
    let key = |call: &str| CallKey { account: "1".into(), region: GLOBAL.into(), call: call.into() };
    builder.calls(BTreeMap::from([(key("acme:Get"), CallCounts { done: 3, ..CallCounts::default() })]));
    let inventory = Arc::new(builder.build());
    let report = evaluate(inventory.clone(), vec![rule("r", "acme_server")], Exceptions::default());
    assert_eq!((report.coverage.read, report.coverage.unread), (3, 1));
    assert_eq!(report.coverage.calls.len(), 1);
    assert_eq!(report.collected_at, at());
    assert!(report.started_at > at(), "an evaluation begins when it begins");
    let named = try_evaluate(inventory.clone(), by_name(), Exceptions::default()).unwrap();
    assert_eq!(named.coverage.unmatched, ["service disks"]);
    let refused = Selected { rules: vec![], ..by_name() };
    let error = try_evaluate(inventory.clone(), refused, Exceptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    // Rules of the caller's own may be asked about anything.
    let nothing = vec![rule("d", "acme_other")];
    let report = try_evaluate(inventory.clone(), nothing.clone(), Exceptions::default()).unwrap();
    assert_eq!((report.coverage.share(), &*report.coverage.unmatched), (0.0, &["rule d".to_owned()][..]));
    assert_eq!(evaluate(inventory, nothing.clone(), Exceptions::default()).coverage, report.coverage);
    let none = Arc::new(Inventory::default());
    assert!(try_evaluate(none, nothing, Exceptions::default()).unwrap().is_empty(), "there is nothing to judge");
}

/// What a source says, and how much of it was read and was not.
type Case = (fn() -> Vec<Collected>, u64, u64);

#[tokio::test]
async fn each_thing_that_was_not_read_counts_once() {
    use Outcome::{Done, Unread};
    let cases: [Case; 7] = [
        (|| vec![call("acme:Get", Done), call("acme:Get", Unread(Reason::AccessDenied))], 1, 1),
        // The gap of a list is the call that was not answered, told again.
        (
            || {
                let list = "acme:List acme_server";
                let gap = Collected::Gap(gap("acme_server", GLOBAL, list, Reason::Throttled));
                vec![call("acme:Get", Done), call(list, Unread(Reason::Throttled)), gap]
            },
            1,
            1,
        ),
        // A region that was not reached has no call.
        (|| vec![Collected::Gap(gap("acme_server", "north", "acme:Regions", Reason::Failed))], 0, 1),
        // What is told of without a call.
        (|| vec![call("acme:Get", Done), Collected::Failed(Error::new(ErrorKind::Format, "read a row"))], 1, 1),
        // What explains a call that was counted.
        (
            || {
                let failed = Collected::Failed(Error::new(ErrorKind::Format, "read a row"));
                vec![call("acme:Get", Done), call("acme:Get", Unread(Reason::Failed)), failed]
            },
            1,
            1,
        ),
        // What the caller did not select, what is not enabled, what nobody is shown, and what is passed over.
        (
            || {
                let reasons = [Reason::NotSelected, Reason::NotOptedIn, Reason::NotExposed];
                let gaps = reasons.map(|reason| Collected::Gap(gap("acme_server", reason.as_str(), "", reason)));
                let calls =
                    [Reason::NotOptedIn, Reason::NotExposed, Reason::Skipped].map(|r| call("acme:Get", Unread(r)));
                gaps.into_iter().chain(calls).chain([call("acme:Get", Done)]).collect()
            },
            1,
            0,
        ),
        // What no rule needs.
        (|| vec![Collected::Gap(gap("acme_disk", GLOBAL, "acme:List acme_disk", Reason::AccessDenied))], 0, 0),
    ];
    for (number, (items, read, unread)) in cases.into_iter().enumerate() {
        let report = scan(script(items)).run().await.unwrap();
        assert_eq!((report.coverage.read, report.coverage.unread), (read, unread), "case {number}");
        assert_eq!(report.coverage.unread == 0, report.coverage.read_share() == 1.0, "case {number}");
        // A snapshot of it has lost as much.
        let mut bytes = Vec::new();
        write_snapshot(report.inventory(), &mut bytes).unwrap();
        let snapshot = Snapshot::from_bytes("again", bytes).kinds([kind("acme_server"), kind("acme_disk")]);
        let again = Scan::new().collector(snapshot).rules(vec![rule("r", "acme_server")]).run().await.unwrap();
        assert_eq!((again.coverage.read, again.coverage.unread), (read, unread), "case {number}, from its snapshot");
    }
}

#[tokio::test]
async fn calls_that_no_rule_needs_take_nothing_away() {
    let source = script(|| vec![call("acme:List acme_disk", Outcome::Unread(Reason::AccessDenied))]);
    let report = scan(Script { kinds: &["acme_server", "acme_disk"], ..source }).run().await.unwrap();
    assert_eq!((report.coverage.unread, report.coverage.is_complete()), (0, true));
}

#[tokio::test]
async fn a_failure_names_its_source_and_has_one_reason() {
    for (kind, reason) in [
        (ErrorKind::Credentials, Reason::CredentialsExpired),
        (ErrorKind::AccessDenied, Reason::AccessDenied),
        (ErrorKind::Unreachable, Reason::TimedOut),
        (ErrorKind::Extension, Reason::Failed),
    ] {
        assert_eq!(Reason::from(kind), reason);
        let broken = Script { connects: Some(kind), name: "broken", ..script(Vec::new) };
        let good = script(|| vec![resource("acme_server", "a").into()]);
        let report = scan(broken).collector(good).run().await.unwrap();
        assert_eq!(report.coverage.failures[0].of, "broken");
        let unknown = report.findings().find(|f| f.status == Status::Unknown).unwrap();
        assert_eq!(unknown.unread[0].unread.reason, reason);
        assert!(report.coverage.read_share() < 1.0);
    }
    let failing = script(|| vec![Collected::Failed(Error::new(ErrorKind::Credentials, "go on"))]);
    let events: Vec<_> = scan(failing).stream().collect().await;
    let failed =
        events.iter().find_map(|event| if let Event::Failed(call) = event { Some(call) } else { None }).unwrap();
    assert_eq!((&*failed.call, failed.reason), ("cmdb", Reason::CredentialsExpired));
}

#[tokio::test(start_paused = true)]
async fn a_source_that_takes_too_long_is_given_up() {
    let slow = Script { name: "slow", hangs: true, ..script(|| vec![resource("acme_server", "a").into()]) };
    let quick = script(|| vec![resource("acme_server", "b").into()]);
    let begun = tokio::time::Instant::now();
    let report = scan(slow).collector(quick).timeout(Duration::from_secs(60)).run().await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(70));
    assert!(!report.coverage.cancelled, "nobody cancelled it");
    assert_eq!((report.summary.pass, report.summary.unknown), (2, 1));
    let unknown = report.findings().find(|f| f.status == Status::Unknown).unwrap();
    assert_eq!(unknown.unread[0].unread.reason, Reason::TimedOut);
    assert!(report.coverage.failures.iter().all(|failure| failure.of == "slow"), "{:?}", report.coverage.failures);
    assert!(report.coverage.failures.iter().any(|failure| failure.error.contains("60 s")));
    assert!(report.coverage.read_share() < 1.0);
    // One that ends in time is not touched.
    let quick = script(|| vec![resource("acme_server", "b").into()]);
    assert!(scan(quick).timeout(Duration::from_secs(60)).run().await.unwrap().coverage.is_complete());
}

#[tokio::test]
async fn a_scan_begins_when_it_begins_and_reports_are_of_when_it_was_collected() {
    let before = jiff::Timestamp::now();
    let report = scan(script(|| vec![resource("acme_server", "a").into()])).run().await.unwrap();
    assert!(report.started_at >= before && report.started_at <= jiff::Timestamp::now());
    assert_eq!(report.collected_at, at());
}
