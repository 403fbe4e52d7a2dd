//! Servers that let a scan begin, and then answer some calls badly: unknown, and the rest is judged.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cspm::Status;
use cspm::testkit::{Fault, Request};
use serde_json::json;

use crate::endpoint::{Endpoint, says, status};
use crate::{calls, of_kind, program, scan, text, verdicts};

fn pods(request: &Request) -> bool {
    request.target.starts_with("/api/v1/pods")
}

/// Asserts that nothing is said of pods but that they are unknown, and that ConfigMaps are judged.
fn assert_unknown(report: &cspm::Report) {
    let of_pods = verdicts(report, "kubernetes_pod");
    assert!(!of_pods.is_empty() && of_pods.iter().all(|status| *status == Status::Unknown), "{of_pods:?}");
    assert_eq!(of_kind(report, "kubernetes_config_map").len(), 1);
    assert!(verdicts(report, "kubernetes_config_map").iter().any(|status| *status != Status::Unknown));
    assert_eq!(calls(report, "list pods"), (0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forbidden_lists() {
    let endpoint = Endpoint::start(|request| pods(request).then(|| status(403, "pods is forbidden"))?).await;
    let report = scan(endpoint.cluster().build().await.unwrap()).await;
    assert_unknown(&report);
    let kubeconfig = endpoint.kubeconfig();
    let ended = program::cspm(["scan", "k8s", "--quiet", "--kubeconfig", text(&kubeconfig)]).end();
    assert!(ended.status < 2 && ended.out.contains("pods is forbidden"), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_that_hang() {
    let endpoint = Endpoint::start(|request| pods(request).then_some(Fault::Hang)).await;
    let began = Instant::now();
    let report = scan(endpoint.cluster().timeout(Duration::from_secs(1)).build().await.unwrap()).await;
    assert_unknown(&report);
    assert!(began.elapsed() < Duration::from_secs(25), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_that_are_none() {
    for body in
        ["<html>", "", "\u{1}\u{2}", r#"{"items": []}"#, r#"{"metadata": {}, "items": [{"metadata": {"na"#, "null"]
    {
        let endpoint = Endpoint::start(move |request| pods(request).then(|| says(200, body))?).await;
        let report = scan(endpoint.cluster().build().await.unwrap()).await;
        assert_unknown(&report);
        let detail = report.coverage.calls.iter().find(|(key, _)| key.call.ends_with("list pods"));
        let detail = detail.and_then(|(_, counts)| counts.detail.clone()).unwrap_or_default();
        assert!(detail.contains("not understood"), "{body}: {detail}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_breaks_off() {
    let page = json!({"metadata": {"continue": "next"}, "items": [{"metadata": {"name": "web", "namespace": "shop"},
        "spec": {"hostNetwork": true, "containers": [{"name": "web", "image": "web"}]}}]});
    let endpoint = Endpoint::start(move |request| match pods(request) {
        true if request.target.contains("continue=") => says(200, "{\"metadata\": {}, \"items\": [{"),
        true => says(200, page.to_string()),
        false => None,
    });
    let endpoint = endpoint.await;
    let report = scan(endpoint.cluster().build().await.unwrap()).await;
    assert_eq!(of_kind(&report, "kubernetes_pod").len(), 1);
    let of_pods = verdicts(&report, "kubernetes_pod");
    assert!(of_pods.contains(&Status::Fail), "what came is judged");
    assert!(of_pods.contains(&Status::Unknown), "and that there is more is not forgotten");
    assert_eq!(calls(&report, "list pods"), (1, 1));
}

/// The client beneath must not retry too: a scan would ask many times more than it tells of.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_not_well_is_asked_five_times() {
    let asked = Arc::new(AtomicU64::new(0));
    let counted = asked.clone();
    let endpoint = Endpoint::start(move |request| {
        pods(request).then(|| {
            counted.fetch_add(1, Ordering::Relaxed);
            status(503, "etcd is not well")
        })?
    });
    let endpoint = endpoint.await;
    assert_unknown(&scan(endpoint.cluster().build().await.unwrap()).await);
    assert_eq!(asked.load(Ordering::Relaxed), 5);
}
