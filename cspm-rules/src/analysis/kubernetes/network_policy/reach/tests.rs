use proptest::prelude::{any, *};
use serde_json::{Value, json};

use super::*;
use crate::analysis::testing::{data, unread};

/// Policies of a cluster by namespace. One that is `unread!` stands for any number that were not listed.
struct Cluster(Vec<(&'static str, Data)>);

impl Cluster {
    fn new(policies: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        Self(policies.into_iter().map(|(namespace, spec)| (namespace, data(spec))).collect())
    }

    fn policies(&self) -> Vec<Answer<Policy<'_>>> {
        let policy = |(namespace, spec): &'_ (&'static str, Data)| match spec {
            Data::Unread(unread) => Err(unread.into()),
            _ => Ok(*namespace),
        };
        let read = self.0.iter().map(|item| policy(item).map(|namespace| Policy { namespace, spec: &item.1 }));
        read.collect()
    }

    /// Whether a pod reaches a port of another, each given as namespace and object.
    fn reaches(&self, from: (&str, Value), to: (&str, Value), port: u16) -> Answer<bool> {
        let (from_object, to_object) = (data(from.1), data(to.1));
        let from = Pod { namespace: from.0, namespace_labels: &Data::Null, object: &from_object };
        let to = Pod { namespace: to.0, namespace_labels: &Data::Null, object: &to_object };
        reachable(&Peer::Pod(from), &Peer::Pod(to), Port::tcp(port), &self.policies())
    }

    /// Whether a block outside reaches a port of a pod.
    fn lets_in(&self, cidr: &str, to: (&str, Value), port: u16) -> Answer<bool> {
        let object = data(to.1);
        let to = Pod { namespace: to.0, namespace_labels: &Data::Null, object: &object };
        reachable(&Peer::outside(cidr)?, &Peer::Pod(to), Port::tcp(port), &self.policies())
    }

    /// Whether a pod reaches a port of a block outside.
    fn lets_out(&self, from: (&str, Value), cidr: &str, port: u16) -> Answer<bool> {
        let object = data(from.1);
        let from = Pod { namespace: from.0, namespace_labels: &Data::Null, object: &object };
        reachable(&Peer::Pod(from), &Peer::outside(cidr)?, Port::tcp(port), &self.policies())
    }
}

fn pod(app: &str) -> Value {
    json!({"metadata": {"name": app, "labels": {"app": app}}, "status": {"podIP": "10.1.0.7"}})
}

fn of(app: &str) -> Value {
    json!({"matchLabels": {"app": app}})
}

#[test]
fn without_policies_everything_is_reached() {
    let open = Cluster::new([]);
    assert_eq!(open.reaches(("a", pod("web")), ("b", pod("db")), 5432), Ok(true));
    assert_eq!(open.lets_in("0.0.0.0/0", ("a", pod("web")), 22), Ok(true));
    assert_eq!(open.lets_out(("a", pod("web")), "0.0.0.0/0", 443), Ok(true));
}

#[test]
fn policies_of_a_namespace_add_up_and_both_sides_must_allow() {
    let from_web = json!({"from": [{"podSelector": of("web")}], "ports": [{"port": 5432}]});
    let cluster = Cluster::new([
        ("a", json!({"podSelector": {}, "policyTypes": ["Ingress"]})),
        ("a", json!({"podSelector": of("db"), "ingress": [from_web]})),
        ("a", json!({"podSelector": of("db"), "ingress": [{"from": [{"ipBlock": {"cidr": "192.168.0.0/16"}}]}]})),
        (
            "b",
            json!({"podSelector": of("web"), "policyTypes": ["Egress"], "egress": [
            {"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "c"}}}]}]}),
        ),
    ]);
    for (from, to, port, reached) in [
        (("a", "web"), ("a", "db"), 5432, true),
        (("a", "web"), ("a", "db"), 5433, false),
        (("a", "job"), ("a", "db"), 5432, false),
        (("b", "web"), ("a", "db"), 5432, false),
        (("a", "db"), ("a", "web"), 80, false),
        (("a", "db"), ("a", "db"), 80, true),
        (("a", "web"), ("c", "db"), 80, true),
        (("b", "web"), ("c", "db"), 80, true),
        (("b", "web"), ("b", "db"), 80, false),
        (("b", "db"), ("b", "web"), 80, true),
    ] {
        let answer = cluster.reaches((from.0, pod(from.1)), (to.0, pod(to.1)), port);
        assert_eq!(answer, Ok(reached), "{from:?} {to:?} {port}");
    }
    assert_eq!(cluster.lets_in("192.168.1.1", ("a", pod("db")), 22), Ok(true));
    assert_eq!(cluster.lets_in("0.0.0.0/0", ("a", pod("db")), 22), Ok(false), "no public address is let in");
    assert_eq!(cluster.lets_in("192.168.1.1", ("a", pod("web")), 22), Ok(false));
    assert_eq!(cluster.lets_out(("a", pod("db")), "0.0.0.0/0", 443), Ok(true));
    assert_eq!(cluster.lets_out(("b", pod("web")), "0.0.0.0/0", 443), Ok(false));
}

#[test]
fn names_of_ports_are_those_of_the_pod_that_listens() {
    let mut listening = pod("db");
    listening["spec"] = json!({"containers": [{"ports": [{"name": "sql", "containerPort": 5432}]}]});
    let ports = || json!([{"ports": [{"port": "sql"}]}]);
    let cluster = Cluster::new([
        ("a", json!({"podSelector": of("db"), "ingress": ports()})),
        ("a", json!({"podSelector": of("web"), "policyTypes": ["Egress"], "egress": ports()})),
    ]);
    assert_eq!(cluster.reaches(("a", pod("web")), ("a", listening.clone()), 5432), Ok(true));
    assert_eq!(cluster.reaches(("a", pod("web")), ("a", listening), 80), Ok(false));
    assert_eq!(cluster.reaches(("a", pod("web")), ("a", pod("db")), 5432), Ok(false));
    assert_eq!(cluster.lets_out(("a", pod("web")), "8.8.8.8", 5432), Ok(false));
}

#[test]
fn pods_on_the_host_are_not_isolated() {
    let cluster = Cluster::new([("a", json!({"podSelector": {}}))]);
    let on_host = |value: Value| json!({"spec": {"hostNetwork": value}});
    for (object, reached) in [
        (on_host(json!(true)), Ok(true)),
        (on_host(json!(false)), Ok(false)),
        (on_host(json!("unread!")), unread()),
        (json!({}), Ok(false)),
    ] {
        assert_eq!(cluster.lets_in("0.0.0.0/0", ("a", object.clone()), 22), reached, "{object}");
    }
    let open = Cluster::new([]);
    assert_eq!(open.lets_in("0.0.0.0/0", ("a", on_host(json!("unread!"))), 22), Ok(true));
}

#[test]
fn what_was_not_read_only_matters_where_nothing_else_decides() {
    let deny = || json!({"podSelector": {}});
    let allow = || json!({"podSelector": {}, "ingress": [{}]});
    let maybe = |mut spec: Value| {
        spec["podSelector"] = json!("unread!");
        spec
    };
    let with = |rule: Value| json!({"podSelector": {}, "ingress": [rule]});
    for (specs, reached) in [
        (vec![json!("unread!")], unread()),
        (vec![json!("unread!"), allow()], Ok(true)),
        (vec![json!("unread!"), deny()], unread()),
        (vec![maybe(deny())], unread()),
        (vec![maybe(deny()), deny()], Ok(false)),
        (vec![maybe(deny()), allow()], Ok(true)),
        (vec![maybe(allow())], Ok(true)),
        (vec![maybe(allow()), maybe(allow())], Ok(true)),
        (vec![maybe(allow()), deny()], unread()),
        (vec![maybe(allow()), maybe(deny())], unread()),
        (vec![json!({"podSelector": {}, "ingress": "unread!"})], unread()),
        (vec![json!({"podSelector": {}, "policyTypes": ["Egress"], "ingress": "unread!"})], Ok(true)),
        (vec![json!({"podSelector": {}, "policyTypes": "unread!"})], unread()),
        (vec![with(json!({"from": "unread!"}))], unread()),
        (vec![with(json!({"from": "unread!", "ports": [{"port": 23}]}))], Ok(false)),
        (vec![with(json!({"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}], "ports": "unread!"}))], Ok(false)),
        (vec![with(json!({"from": [{"ipBlock": {"cidr": "8.0.0.0/8"}}], "ports": "unread!"}))], unread()),
    ] {
        let cluster = Cluster::new(specs.iter().cloned().map(|spec| ("a", spec)));
        assert_eq!(cluster.lets_in("8.8.8.8", ("a", pod("web")), 22), reached, "{specs:?}");
    }
    let elsewhere = Cluster::new([("b", maybe(deny()))]);
    assert_eq!(elsewhere.lets_in("8.8.8.8", ("a", pod("web")), 22), Ok(true));
    let unlabelled = json!({"metadata": {"labels": "unread!"}});
    let chosen = Cluster::new([("a", json!({"podSelector": of("web")}))]);
    assert_eq!(chosen.lets_in("8.8.8.8", ("a", unlabelled), 22), unread());
}

const SPACES: [&str; 2] = ["a", "b"];
const APPS: [&str; 2] = ["x", "y"];

/// What a rule of the model names: pods with a label in the policy's own namespace, or all in a namespace.
#[derive(Clone, Copy, Debug)]
enum Named {
    Own(usize),
    All(usize),
}

#[derive(Clone, Debug)]
struct Rule {
    peers: Vec<Named>,
    port: Option<u16>,
}

/// A policy of a namespace for pods with a label, or all, in one direction.
#[derive(Clone, Debug)]
struct Model {
    space: usize,
    app: Option<usize>,
    egress: bool,
    rules: Vec<Rule>,
}

type Place = (usize, usize);

impl Model {
    fn written(&self) -> (&'static str, Value) {
        let (kind, rules, peers) = match self.egress {
            true => ("Egress", "egress", "to"),
            false => ("Ingress", "ingress", "from"),
        };
        let peer = |named: &Named| match named {
            Named::Own(app) => json!({"podSelector": of(APPS[*app])}),
            Named::All(space) => {
                json!({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": SPACES[*space]}}})
            }
        };
        let rule = |rule: &Rule| {
            json!({
                peers: rule.peers.iter().map(peer).collect::<Vec<_>>(),
                "ports": rule.port.map(|port| json!([{"port": port}])),
            })
        };
        let selector = self.app.map_or(json!({}), |app| of(APPS[app]));
        let written: Vec<Value> = self.rules.iter().map(rule).collect();
        (SPACES[self.space], json!({"podSelector": selector, "policyTypes": [kind], rules: written}))
    }

    fn applies(&self, pod: Place, egress: bool) -> bool {
        self.space == pod.0 && self.egress == egress && self.app.is_none_or(|app| app == pod.1)
    }

    fn allows(&self, peer: Place, port: u16) -> bool {
        let is = |named: &Named| match named {
            Named::Own(app) => peer == (self.space, *app),
            Named::All(space) => peer.0 == *space,
        };
        self.rules.iter().any(|rule| {
            (rule.peers.is_empty() || rule.peers.iter().any(is)) && rule.port.is_none_or(|allowed| allowed == port)
        })
    }
}

/// The definition: whoever no policy isolates may, and whoever some do may what one of them allows.
fn passes(policies: &[Model], from: Place, to: Place, port: u16) -> bool {
    [(from, to, true), (to, from, false)].into_iter().all(|(pod, peer, egress)| {
        let applying: Vec<&Model> = policies.iter().filter(|policy| policy.applies(pod, egress)).collect();
        applying.is_empty() || applying.iter().any(|policy| policy.allows(peer, port))
    })
}

fn model() -> impl Strategy<Value = Model> {
    let named = prop_oneof![(0usize..2).prop_map(Named::Own), (0usize..2).prop_map(Named::All)];
    let rule = (prop::collection::vec(named, 0..3), prop::option::of(prop_oneof![Just(80u16), Just(443)]))
        .prop_map(|(peers, port)| Rule { peers, port });
    (0usize..2, prop::option::of(0usize..2), any::<bool>(), prop::collection::vec(rule, 0..3))
        .prop_map(|(space, app, egress, rules)| Model { space, app, egress, rules })
}

fn places() -> impl Iterator<Item = Place> + Clone {
    (0..2).flat_map(|space| (0..2).map(move |app| (space, app)))
}

/// A pod of the model. It has no name, so that even where it is its own peer the policies decide.
fn object(place: Place) -> (&'static str, Value) {
    (SPACES[place.0], json!({"metadata": {"labels": {"app": APPS[place.1]}}}))
}

proptest! {
    #[test]
    fn traffic_passes_as_the_definition_says(models in prop::collection::vec(model(), 0..5)) {
        let cluster = Cluster::new(models.iter().map(Model::written));
        for (from, to) in places().flat_map(|from| places().map(move |to| (from, to))) {
            for port in [80, 443] {
                let answer = cluster.reaches(object(from), object(to), port);
                prop_assert_eq!(answer, Ok(passes(&models, from, to, port)), "{:?} {:?} {}", from, to, port);
            }
        }
    }

    /// With one part not read there is an answer exactly where it is the same whatever that part is.
    #[test]
    fn an_unread_part_leaves_open_what_it_decides(models in prop::collection::vec(model(), 1..4), part in 0usize..3) {
        let (space, mut doubtful) = models[0].written();
        let rules = if models[0].egress { "egress" } else { "ingress" };
        let everything = || vec![Rule { peers: vec![], port: None }];
        let alternatives: Vec<Vec<Model>> = match part {
            // The selector: it may select the pods of either label, of both, or of none.
            0 => {
                doubtful["podSelector"] = json!("unread!");
                let of = |app| vec![Model { app, ..models[0].clone() }];
                vec![of(None), of(Some(0)), of(Some(1)), vec![]]
            }
            1 => {
                doubtful[rules] = json!("unread!");
                [vec![], everything()].map(|rules| vec![Model { rules, ..models[0].clone() }]).to_vec()
            }
            // Any number of policies, of any namespace and direction.
            _ => {
                doubtful = json!("unread!");
                let policies = |allow: bool| {
                    let rules = || if allow { everything() } else { vec![] };
                    let sides = [false, true].into_iter().flat_map(|egress| [0, 1].map(|space| (space, egress)));
                    sides.map(|(space, egress)| Model { space, app: None, egress, rules: rules() }).collect()
                };
                vec![vec![], policies(true), policies(false)]
            }
        };
        let written = std::iter::once((space, doubtful)).chain(models[1..].iter().map(Model::written));
        let cluster = Cluster::new(written);
        for (from, to) in places().flat_map(|from| places().map(move |to| (from, to))) {
            let outcomes: Vec<bool> = alternatives
                .iter()
                .map(|instead| passes(&[instead.as_slice(), &models[1..]].concat(), from, to, 80))
                .collect();
            let expected = match (outcomes.contains(&true), outcomes.contains(&false)) {
                (true, true) => unread(),
                (passed, _) => Ok(passed),
            };
            prop_assert_eq!(cluster.reaches(object(from), object(to), 80), expected, "{:?} {:?}", from, to);
        }
    }
}
