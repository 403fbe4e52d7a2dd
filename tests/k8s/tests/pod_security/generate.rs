//! Pods as they are written, around the controls of the Pod Security Standards: most are near the border of a level, where the
//! verdicts of two judges could differ.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::deviations::{self, Deviation};

/// Which pods are generated, unless the variable says otherwise.
const SEED: u64 = 0x5eed;
const SEED_VARIABLE: &str = "CSPM_TEST_SEED";

/// A pod, and how it comes to be.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub pod: Value,
    /// The name among the [`bases`] of the pod that the pod is after an ephemeral container was added: no pod is created
    /// with one.
    pub extends: Option<&'static str>,
}

/// The seed that the pods are generated from; a test that fails is to show it.
pub(crate) fn seed() -> u64 {
    std::env::var(SEED_VARIABLE).map_or(SEED, |text| text.parse().unwrap())
}

/// As many pods as asked for, the same ones for the same seed, called `p0`, `p1` and so on.
pub(crate) fn cases(count: usize) -> Vec<Case> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed().to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = case();
    let named = |number| {
        let mut case = strategy.new_tree(&mut runner).unwrap().current();
        case.pod["metadata"]["name"] = format!("p{number}").into();
        case
    };
    (0..count).map(named).collect()
}

/// Pods that deviations start from, by name.
pub(crate) fn bases() -> [(&'static str, Value); 6] {
    let pod = |spec: Value, container: Value| {
        let mut main = json!({"name": "main", "image": "example.com/main:1"});
        merge(&mut main, &container);
        let mut pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": {"containers": [main]}});
        merge(&mut pod["spec"], &spec);
        pod
    };
    let seccomp = json!({"type": "RuntimeDefault"});
    let set = json!({"securityContext": {"runAsNonRoot": true, "seccompProfile": seccomp}});
    let confined = json!({"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}});
    let (mut each, confined) = (confined.clone(), json!({"securityContext": confined}));
    merge(&mut each, &set["securityContext"]);
    let mut inside = set.clone();
    inside["hostUsers"] = false.into();
    [
        ("hardened", pod(set.clone(), confined.clone())),
        ("hardened-containers", pod(json!({}), json!({"securityContext": each}))),
        ("user-namespace", pod(inside, confined.clone())),
        (
            "user-namespace-root",
            pod(json!({"hostUsers": false, "securityContext": {"seccompProfile": seccomp}}), confined),
        ),
        ("bare", pod(json!({}), json!({}))),
        ("windows", pod(json!({"os": {"name": "windows"}, "securityContext": {"runAsNonRoot": true}}), json!({}))),
    ]
}

fn case() -> impl Strategy<Value = Case> {
    // Most deviations are not valid for Windows.
    let weights = [6, 4, 2, 1, 2, 1];
    let base = bases().into_iter().zip(weights).map(|(base, weight)| (weight, Just(base))).collect::<Vec<_>>();
    let base = prop::strategy::Union::new_weighted(base).boxed();
    let created = (base.clone(), containers(), changes(deviations::all(), 4), any::<Index>());
    let created = created.prop_map(|((name, mut pod), others, changes, order)| {
        add_containers(&mut pod, others);
        let most = if name == "windows" { 1 } else { changes.len() };
        for (change, at) in &changes[..most.min(changes.len())] {
            change.apply(&mut pod, *at);
        }
        // What is said first should not matter.
        if order.index(2) == 1 {
            pod["spec"]["containers"].as_array_mut().unwrap().reverse();
        }
        Case { pod, extends: None }
    });
    let ephemeral = (base, changes(deviations::of_ephemeral_containers(), 2)).prop_map(|((name, mut pod), changes)| {
        let mut debug = pod["spec"]["containers"][0].clone();
        debug["name"] = "debug".into();
        for (change, _) in &changes {
            merge(&mut debug, &change.container);
        }
        pod["spec"]["ephemeralContainers"] = json!([debug]);
        Case { pod, extends: Some(name) }
    });
    prop_oneof![9 => created, 1 => ephemeral]
}

fn changes(among: Vec<Deviation>, most: usize) -> impl Strategy<Value = Vec<(Deviation, Index)>> {
    prop::collection::vec((select(among), any::<Index>()), 0..=most)
}

/// The lists of containers beside the first: where in the pod, and with which settings.
fn containers() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let side = ("containers", json!({"name": "side"}));
    let sidecar = ("initContainers", json!({"name": "sidecar", "restartPolicy": "Always"}));
    let init = ("initContainers", json!({"name": "init"}));
    prop_oneof![
        6 => Just(vec![]),
        3 => Just(vec![side.clone()]),
        3 => Just(vec![sidecar.clone()]),
        1 => Just(vec![init]),
        1 => Just(vec![side, sidecar]),
    ]
}

/// They are like the first.
fn add_containers(pod: &mut Value, others: Vec<(&'static str, Value)>) {
    for (list, settings) in others {
        let mut container = pod["spec"]["containers"][0].clone();
        merge(&mut container, &settings);
        let list = &mut pod["spec"][list];
        if list.is_null() {
            *list = json!([]);
        }
        list.as_array_mut().unwrap().push(container);
    }
}

/// Sets what the patch has: objects are merged, objects in lists are added to them, and `null` is written as such, which the
/// API takes for absent.
pub(crate) fn merge(to: &mut Value, patch: &Value) {
    match (to, patch) {
        (Value::Object(to), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(to.entry(key).or_insert(Value::Null), value);
            }
        }
        (Value::Array(to), Value::Array(patch)) if patch.iter().any(Value::is_object) => {
            for item in patch {
                if !to.contains(item) {
                    to.push(item.clone());
                }
            }
        }
        (to, patch) => *to = patch.clone(),
    }
}
