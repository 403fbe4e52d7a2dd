//! Objects are judged alike as manifests and in the cluster that was made of them: what an API server fills in are the
//! defaults that the rules take for what is absent.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that cannot be set up fails")]

use std::collections::BTreeMap;

use cspm::{Report, Status};
use cspm_k8s_tests::cluster::{Cluster, Version};
use cspm_k8s_tests::{fill, scan};

/// By rule and resource.
type Verdicts = BTreeMap<(String, String), Status>;

fn verdicts(report: &Report) -> Verdicts {
    report.statuses().map(|(status, rule, of)| ((rule.meta().id.to_string(), of.uid.to_string()), status)).collect()
}

async fn same(version: Version) {
    let Some(cluster) = Cluster::start(version).await else { return };
    fill::fill(&cluster).await;
    let live = scan::cluster(&cluster.kubeconfig("admin")).await;
    let written = scan::manifests(&fill::folder(), &version.release()).await;
    let failures = [&live, &written].map(|report| report.coverage.failures.clone());
    assert!(failures.iter().all(Vec::is_empty), "{failures:#?}");

    let (in_cluster, as_written) = (verdicts(&live), verdicts(&written));
    let mut wrong = Vec::new();
    let mut count = BTreeMap::<Status, usize>::new();
    for (key, status) in &as_written {
        *count.entry(*status).or_default() += 1;
        match in_cluster.get(key) {
            Some(live) if live == status => {}
            live => wrong.push(format!("{key:?} is {status:?} as written, and {live:?} in the cluster")),
        }
    }
    // The server makes objects of its own; of those that are written, it has no other verdicts.
    let known = |key: &(String, String)| written.inventory().get(&key.1).is_some();
    let more = in_cluster.keys().filter(|key| known(key) && !as_written.contains_key(*key));
    wrong.extend(more.map(|key| format!("{key:?} is judged in the cluster alone")));
    println!("{} verdicts as written {count:?}, {} in the cluster", as_written.len(), in_cluster.len());
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), as_written.len());
    says_something(&written);
}

/// Rules that say nothing of the objects are compared in nothing. The servers serve no version that is deprecated, so that the
/// objects are in none.
fn says_something(report: &Report) {
    let mut said = BTreeMap::<&str, (bool, bool)>::new();
    for (status, rule, _) in report.statuses() {
        let (pass, fail) = said.entry(&rule.meta().id).or_default();
        *pass |= status == Status::Pass;
        *fail |= status == Status::Fail;
    }
    let kubernetes = report.rules().iter().filter(|rule| rule.meta().id.starts_with("kubernetes_"));
    let silent: Vec<_> = kubernetes.map(|rule| &*rule.meta().id).filter(|id| !said.contains_key(id)).collect();
    let both = said.values().filter(|(pass, fail)| *pass && *fail).count();
    println!("{} rules judged, {both} of them both ways", said.len());
    assert_eq!(silent, ["kubernetes_deprecated_api_not_removed", "kubernetes_deprecated_api_not_used"]);
    assert!(both > 150, "{both} rules both pass and fail something");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_the_current_version() {
    same(Version::Current).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_the_older_version() {
    same(Version::Older).await;
}
