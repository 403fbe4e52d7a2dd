//! What is denied is unknown: for each permission of the plan's `ClusterRole`, a scan with a role that lacks just that. No
//! verdict may go from pass to fail or from fail to pass.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that cannot be set up fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use cspm::{Plan, Report};
use cspm_k8s_tests::cluster::{Cluster, Version};
use cspm_k8s_tests::{access, fill, scan, verdicts};
use serde_json::json;

const NAMESPACE: &str = "scan";
/// Tells who asks: without it that stays unknown, and nothing else.
const WHO: &str = "create selfsubjectreviews.authentication.k8s.io";
/// What tells the cluster from others of its name.
const WHICH: &str = "get namespaces kube-system";
/// Tells which types there are: without it each is asked for, in all its versions.
const TYPES: &str = "get /apis";

/// The permissions that a plan needs, and the calls of each.
fn permissions(plan: &Plan) -> BTreeMap<String, BTreeSet<String>> {
    let mut permissions = BTreeMap::<String, BTreeSet<String>>::new();
    for call in plan.calls.iter().filter(|call| !call.permission.is_empty()) {
        let calls = permissions.entry(call.permission.clone()).or_default();
        calls.insert(format!("{}:{}", call.service, call.operation));
    }
    permissions
}

/// A service account with a role of its own. All are there before the first scan, so that all scans see the same cluster.
async fn account(cluster: &Cluster, name: &str, plan: &Plan) -> PathBuf {
    cluster.service_account(NAMESPACE, name).await;
    let subject = json!({"kind": "ServiceAccount", "name": name, "namespace": NAMESPACE});
    access::allow(cluster, &plan.cluster_role(), name, &subject).await;
    let path = format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts/{name}/token");
    let answer = cluster.make("POST", &path, &json!({"spec": {}})).await;
    cluster.kubeconfig_with(name, answer["status"]["token"].as_str().unwrap())
}

fn user(name: &str) -> String {
    format!("system:serviceaccount:{NAMESPACE}:{name}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_permission_alone() {
    let Some(cluster) = Cluster::start(Version::Current).await else { return };
    fill::fill(&cluster).await;
    access::nothing_for_all(&cluster).await;
    cluster.namespace(NAMESPACE, &json!({})).await;
    lacks_types(&cluster).await;
    fill::custom_types(&cluster).await;
    let plan = scan::of_cluster(&cluster.kubeconfig("admin")).await.plan().unwrap();
    let whole = account(&cluster, "whole", &plan).await;
    let permissions = permissions(&plan);
    let mut cases = Vec::new();
    for (number, (permission, calls)) in permissions.iter().enumerate() {
        let rest = plan.calls.iter().filter(|call| call.permission != *permission).cloned().collect();
        let (name, rest) = (format!("without-{number}"), Plan { calls: rest });
        let kubeconfig = account(&cluster, &name, &rest).await;
        cases.push((permission, calls, name, rest, kubeconfig));
    }
    assert_eq!(cases.len(), access::allowed(&plan.cluster_role()).len(), "each is taken away alone");
    access::in_effect(&cluster, &user("whole"), &plan.cluster_role()).await;
    for (_, _, name, rest, _) in &cases {
        access::in_effect(&cluster, &user(name), &rest.cluster_role()).await;
    }

    let whole = scan::cluster(&whole).await;
    let before = verdicts::of(&whole);
    let not_given = verdicts::not_given(whole.inventory());
    let (mut wrong, mut unknown) = (Vec::new(), 0);
    for (permission, calls, name, _, kubeconfig) in &cases {
        let report = scan::cluster(kubeconfig).await;
        let call = calls.first().unwrap();
        assert_eq!(calls.len(), 1, "{permission} is of one call");
        let difference = verdicts::compare(&before, &verdicts::of(&report), call, &not_given);
        let mut found = difference.wrong;
        found.extend(coverage(&whole, &report, permission, call));
        let useless = difference.unknown.is_empty();
        if useless != [WHO, WHICH, TYPES].contains(&permission.as_str()) {
            found.push(format!("{} verdicts became unknown", difference.unknown.len()));
        }
        let refused = cluster.audit_of(&user(name)).iter().filter(|event| event.response_status.code == 403).count();
        if refused != 1 {
            found.push(format!("{refused} requests were refused"));
        }
        unknown += difference.unknown.len();
        wrong.extend(found.into_iter().map(|what| format!("without {permission}: {what}")));
    }
    println!("{} permissions, {} verdicts, {unknown} became unknown", cases.len(), before.len());
    assert!(wrong.is_empty(), "{} {wrong:#?}", wrong.len());
}

/// A server without the types that other projects bring does not find their lists. Only discovery tells that from a version
/// which is not read.
async fn lacks_types(cluster: &Cluster) {
    let plan = scan::of_cluster(&cluster.kubeconfig("admin")).await.plan().unwrap();
    let rest = Plan { calls: plan.calls.iter().filter(|call| call.permission != TYPES).cloned().collect() };
    let name = "without-types";
    let kubeconfig = account(cluster, name, &rest).await;
    access::in_effect(cluster, &user(name), &rest.cluster_role()).await;
    let whole = scan::cluster(&cluster.kubeconfig("admin")).await;
    let report = scan::cluster(&kubeconfig).await;
    let not_given = verdicts::not_given(whole.inventory());
    let difference = verdicts::compare(&verdicts::of(&whole), &verdicts::of(&report), "core:get /apis", &not_given);
    assert!(difference.wrong.is_empty(), "{} {:#?}", difference.wrong.len(), difference.wrong);
    assert!(!difference.unknown.is_empty());
    let refused = cluster.audit_of(&user(name)).iter().filter(|event| event.response_status.code == 403).count();
    assert_eq!(refused, 1, "what is refused once is not asked for again");
}

/// What is wrong with the coverage of a scan to which a call was denied.
fn coverage(before: &Report, after: &Report, permission: &str, call: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if permission == WHO {
        let principals: Vec<_> = after.identities.iter().map(|identity| &*identity.principal).collect();
        if principals != [""] {
            wrong.push(format!("who asks is {principals:?}"));
        }
    }
    let keys: BTreeSet<_> = before.coverage.calls.keys().chain(after.coverage.calls.keys()).collect();
    for key in keys {
        let counts = |report: &Report| report.coverage.calls.get(key).cloned().unwrap_or_default();
        let (was, is) = (counts(before), counts(after));
        if &*key.call == call {
            if (is.done, is.denied, is.failed) != (0, 1, 0) {
                wrong.push(format!("{key:?} is {is:?}"));
            }
        } else if (was.denied, was.throttled, was.failed) != (is.denied, is.throttled, is.failed) {
            wrong.push(format!("{key:?} was {was:?} and is {is:?}"));
        }
    }
    wrong
}
