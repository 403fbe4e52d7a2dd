//! What comes twice: one where it is the same, and never silently one of two that differ.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cspm_core::*;
use proptest::prelude::*;

const LIST: Source = Source::new("acme", "List", "acme:List", Per::Account);
const KINDS: [&str; 2] = ["acme_server", "acme_template"];

/// Servers, and the templates that hold one, must be small.
struct Small {
    meta: Arc<RuleMeta>,
    reads: Reads,
}

impl Small {
    fn rule(id: &str, looks_up: bool) -> Arc<dyn Rule> {
        let mut meta = RuleMeta::new(id, "Servers are small", "acme", KINDS[0], Severity::High);
        meta.embedded_in = vec![KINDS[1].into()];
        let fields = KINDS.map(|kind| (Arc::from(kind), BTreeSet::from(["size".into(), "name".into()])));
        let lookups = looks_up.then(|| (KINDS[0].into(), "id".into())).into_iter().collect();
        let reads = Reads { fields: BTreeMap::from(fields), lookups, ..Reads::default() };
        Arc::new(Self { meta: Arc::new(meta), reads })
    }
}

impl Rule for Small {
    fn meta(&self) -> &Arc<RuleMeta> {
        &self.meta
    }
    fn reads(&self) -> &Reads {
        &self.reads
    }
    fn evaluate(&self, resource: &Resource, inventory: &Inventory) -> Verdict {
        Verdict::by(resource, inventory, |fields| Ok(fields.get_i64("size")? < Some(2)))
    }
    fn repeatable(&self) -> bool {
        true
    }
}

fn rules() -> Vec<Arc<dyn Rule>> {
    vec![Small::rule("across", true), Small::rule("alone", false)]
}

/// Rules for which nothing must be held that was judged.
fn alone() -> Vec<Arc<dyn Rule>> {
    vec![Small::rule("alone", false), Small::rule("alone too", false)]
}

fn server(uid: &str, size: i64) -> Resource {
    Resource {
        uid: uid.into(),
        kind: KINDS[0].into(),
        provider: "acme".into(),
        account: "1".into(),
        region: GLOBAL.into(),
        name: uid.into(),
        tags: Arc::default(),
        collected_at: jiff::Timestamp::UNIX_EPOCH,
        origin: None,
        data: Data::object([("size", Data::Int(size)), ("other", Data::Int(0))]),
    }
}

fn source(name: &str, resources: Vec<Resource>) -> Memory {
    let schema = serde_json::json!({"properties": {"size": {"type": "integer"}, "other": {"type": "integer"}}});
    let kind = |name| Arc::new(Kind::from_schema(name, "acme", "s", Scope::Account, LIST, schema.clone()).unwrap());
    Memory::new(name, "acme").kinds(KINDS.map(kind)).resources(resources)
}

fn scan(sources: Vec<Vec<Resource>>) -> Scan {
    scan_by(sources, rules())
}

fn scan_by(sources: Vec<Vec<Resource>>, rules: Vec<Arc<dyn Rule>>) -> Scan {
    let sources = sources.into_iter().enumerate().map(|(n, resources)| source(&format!("source {n}"), resources));
    sources.fold(Scan::new(), Scan::collector).rules(rules)
}

fn statuses(report: &Report) -> Vec<(String, String, Status)> {
    let of = |f: Finding| (f.rule.id.to_string(), f.resource.uid.to_string(), f.status);
    report.findings().map(of).collect()
}

#[tokio::test]
async fn the_same_from_two_sources_is_one_and_counted() {
    for dropped in [false, true] {
        let scan = scan(vec![vec![server("a", 1), server("b", 3)], vec![server("b", 3), server("a", 1)]]);
        let report = if dropped { scan.drop_inventory() } else { scan }.run().await.unwrap();
        assert_eq!((report.summary.pass, report.summary.fail, report.summary.unknown), (2, 2, 0));
        assert_eq!((report.summary.resources, report.coverage.repeated), (2, 2));
        assert!(report.coverage.failures.is_empty());
    }
}

#[tokio::test]
async fn two_that_differ_are_unknown_whoever_comes_last() {
    for sizes in [[1, 3], [3, 1]] {
        for dropped in [false, true] {
            let scan = scan(sizes.map(|size| vec![server("a", size)]).to_vec());
            let report = if dropped { scan.drop_inventory() } else { scan }.run().await.unwrap();
            let expected = ["across", "alone"].map(|rule| (rule.into(), "a".into(), Status::Unknown));
            assert_eq!(statuses(&report), expected, "{sizes:?} {dropped}");
            let unknown = report.finding(1).unwrap();
            assert_eq!(unknown.unread[0].unread.reason, Reason::Conflicting);
            assert_eq!((report.summary.pass, report.summary.fail, report.summary.unknown), (0, 0, 2));
            assert_eq!((report.coverage.verdicts_given, report.coverage.verdicts_unknown), (0, 2));
            assert_eq!((report.scores.total.pass, report.scores.total.unknown), (0, 2));
            assert_eq!(report.coverage.failures[0].of, "source 0 and source 1");
            assert!(report.coverage.failures[0].error.ends_with(": a"), "{:?}", report.coverage.failures);
            assert!(!report.coverage.is_complete());
        }
    }
}

#[tokio::test]
async fn what_was_dropped_is_withdrawn_too() {
    for sizes in [[1, 3], [3, 1], [1, 0]] {
        let others = vec![server("b", 1), server("c", 3)];
        let sources = [[vec![server("a", sizes[0])], others].concat(), vec![server("a", sizes[1]), server("b", 1)]];
        let report = scan_by(sources.to_vec(), alone()).drop_inventory().run().await.unwrap();
        assert_eq!((report.summary.pass, report.summary.fail, report.summary.unknown), (2, 2, 2), "{sizes:?}");
        let total = &report.scores.total;
        assert_eq!((total.pass, total.fail, total.unknown), (2, 2, 2));
        assert_eq!(report.coverage.verdicts_given, 4);
        assert_eq!((report.summary.resources, report.coverage.repeated), (3, 1));
    }
}

#[tokio::test]
async fn verdicts_stay_that_do_not_depend_on_the_difference() {
    let mut other = server("a", 3);
    *other.data.get_mut("other").unwrap() = Data::Int(7);
    let report = scan(vec![vec![server("a", 3)], vec![other]]).run().await.unwrap();
    assert_eq!(report.summary.fail, 2);
    let other = report.inventory().get("a").unwrap().data.get("other").unwrap();
    assert_eq!(other.unread().unwrap().reason, Reason::Conflicting);
}

#[tokio::test]
async fn one_source_that_gives_a_uid_twice_is_named() {
    let report = scan(vec![vec![server("a", 1), server("b", 1), server("a", 3)]]).run().await.unwrap();
    assert_eq!((report.summary.pass, report.summary.unknown, report.summary.resources), (2, 2, 2));
    assert_eq!(report.coverage.failures[0].of, "source 0");
}

#[tokio::test]
async fn what_one_was_not_asked_for_the_other_completes() {
    let mut skipped = server("a", 1);
    *skipped.data.get_mut("size").unwrap() = Unread::skipped().into();
    for sources in [[skipped.clone(), server("a", 1)], [server("a", 1), skipped]] {
        let report = scan(sources.map(|resource| vec![resource]).to_vec()).run().await.unwrap();
        assert_eq!((report.summary.pass, report.coverage.failures.len()), (2, 0));
    }
}

#[tokio::test]
async fn a_graph_has_what_both_say() {
    let graph = MemoryGraph::default();
    scan(vec![vec![server("a", 1)], vec![server("a", 3)]]).sink(graph.clone()).run().await.unwrap();
    let nodes = graph.nodes();
    assert_eq!(nodes.len(), 1);
    assert!(nodes[0].data.get("size").unwrap().unread().is_some());
}

/// A resource of few uids and kinds, so that many are the same.
fn resource() -> impl Strategy<Value = Resource> {
    let place = prop_oneof![4 => Just("1"), 1 => Just("2")];
    (0..3usize, 0..2usize, 1i64..4, 0i64..2, place, 0i64..2).prop_map(|(uid, kind, size, other, account, at)| {
        let mut resource = server(["a", "b", "unlisted://acme/1/global/acme_server"][uid], size);
        *resource.data.get_mut("other").unwrap() = Data::Int(other);
        resource.collected_at = jiff::Timestamp::from_second(at).unwrap();
        Resource { kind: KINDS[kind].into(), account: account.into(), ..resource }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_two_findings_have_one_id_and_no_verdict_is_one_of_two(
        sources in prop::collection::vec(prop::collection::vec(resource(), 0..5), 1..4),
        dropped: bool,
        held: bool,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let judge = |sources: Vec<Vec<Resource>>| {
            let scan = scan_by(sources, if held { rules() } else { alone() });
            runtime.block_on(if dropped { scan.drop_inventory() } else { scan }.run()).unwrap()
        };
        let report = judge(sources.clone());
        let ids: BTreeSet<_> = report.findings().map(|finding| finding.id).collect();
        prop_assert_eq!(ids.len(), report.len());
        let mut sizes = BTreeMap::<_, BTreeSet<_>>::new();
        for given in sources.iter().flatten() {
            let size = given.data.get("size").and_then(Data::as_i64).unwrap();
            sizes.entry((given.uid.clone(), given.kind.clone())).or_default().insert((size, given.account.clone()));
        }
        for finding in report.findings().filter(|finding| finding.status != Status::Unknown) {
            let key = (finding.resource.uid.clone(), finding.resource.kind.clone());
            prop_assert_eq!(sizes[&key].len(), 1, "{} is {:?}", key.0, finding.status);
        }
        let summary = &report.summary;
        prop_assert_eq!(summary.resources as usize, sizes.len());
        let mut reversed = sources;
        reversed.reverse();
        reversed.iter_mut().for_each(|source| source.reverse());
        prop_assert_eq!(&judge(reversed).summary, summary);
    }
}
