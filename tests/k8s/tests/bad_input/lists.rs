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
    assert!([0, 1, 4].contains(&ended.status) && ended.out.contains("pods is forbidden"), "{ended:?}");
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
    for body in [
        "<html>",
        "",
        "\u{1}\u{2}",
        r#"{"kind": "PodList", "items": []}"#,
        r#"{"kind": "PodList", "metadata": {}}"#,
        r#"{"metadata": {}, "items": []}"#,
        r#"{"kind": "PodList", "metadata": {}, "items": [{"metadata": {"na"#,
        "null",
    ] {
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
    let page = page("next", &["shop/web"]);
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

/// A page of pods that share the network of their node.
fn page(token: &str, names: &[&str]) -> serde_json::Value {
    let pod = |name: &&str| {
        let (namespace, name) = name.split_once('/').unwrap();
        json!({"metadata": {"name": name, "namespace": namespace},
            "spec": {"hostNetwork": true, "containers": [{"name": "web", "image": "web"}]}})
    };
    let items: Vec<_> = names.iter().map(pod).collect();
    json!({"kind": "PodList", "metadata": {"continue": token}, "items": items})
}

/// Every server has pods: one that does not find them has lost its way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_that_are_not_found() {
    let endpoint = Endpoint::start(|request| pods(request).then(|| status(404, "not found"))?).await;
    assert_unknown(&scan(endpoint.cluster().build().await.unwrap()).await);

    let endpoint = Endpoint::start(|request| match pods(request) {
        true if request.target.contains("continue=") => status(404, "not found"),
        true => says(200, page("next", &["shop/web"]).to_string()),
        false => None,
    });
    let report = scan(endpoint.await.cluster().build().await.unwrap()).await;
    let of_pods = verdicts(&report, "kubernetes_pod");
    assert!(of_pods.contains(&Status::Fail) && of_pods.contains(&Status::Unknown), "the second page");
}

/// A server whose groups cannot be told is asked for everything; that it finds none of it is no answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_groups() {
    let endpoint = Endpoint::start(|request| match request.target.split('?').next().unwrap_or_default() {
        "/apis" => says(200, r#"{"kind": "APIGroupList", "groups": []}"#),
        path if path.starts_with("/apis/apps") => status(404, "not found"),
        _ => None,
    });
    let report = scan(endpoint.await.cluster().build().await.unwrap()).await;
    assert_eq!(calls(&report, "get /apis").1, 1);
    for kind in ["kubernetes_deployment", "kubernetes_stateful_set"] {
        let verdicts = verdicts(&report, kind);
        assert!(!verdicts.is_empty() && verdicts.iter().all(|status| *status == Status::Unknown), "{kind}");
    }
}

/// The order of a list is that of the bytes of `namespace/name`, in which `shop-jobs/b` comes before `shop/a`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_whose_token_expires() {
    let asked = AtomicU64::new(0);
    let endpoint = Endpoint::start(move |request| match pods(request) {
        true if request.target.contains("continue=next") => status(410, "too old"),
        true if asked.fetch_add(1, Ordering::Relaxed) == 0 => says(200, page("next", &["shop-jobs/b"]).to_string()),
        true => says(200, page("", &["shop-jobs/b", "shop/a"]).to_string()),
        false => None,
    });
    let report = scan(endpoint.await.cluster().build().await.unwrap()).await;
    assert_eq!(of_kind(&report, "kubernetes_pod").len(), 2);
    assert!(!verdicts(&report, "kubernetes_pod").contains(&Status::Unknown));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_without_end() {
    for same in [true, false] {
        let asked = AtomicU64::new(0);
        let endpoint = Endpoint::start(move |request| {
            let number = asked.fetch_add(u64::from(pods(request)), Ordering::Relaxed);
            let token = if same { "same".to_owned() } else { number.to_string() };
            pods(request).then(|| says(200, page(&token, &["shop/web"]).to_string()))?
        });
        let endpoint = endpoint.await;
        let report = scan(endpoint.cluster().build().await.unwrap()).await;
        assert!(verdicts(&report, "kubernetes_pod").contains(&Status::Unknown), "there is more of it");
        assert_eq!(calls(&report, "list pods").1, 1);
    }
}

/// A server that is silent in a few lists is asked for no other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs() {
    let asked = Arc::new(AtomicU64::new(0));
    let counted = asked.clone();
    let endpoint = Endpoint::start(move |request| {
        let is_list = request.target.contains("?limit=");
        counted.fetch_add(u64::from(is_list), Ordering::Relaxed);
        is_list.then_some(Fault::Hang)
    });
    let endpoint = endpoint.await;
    let began = Instant::now();
    let report = scan(endpoint.cluster().timeout(Duration::from_secs(1)).build().await.unwrap()).await;
    assert!(began.elapsed() < Duration::from_secs(25), "{:?}", began.elapsed());
    assert!(asked.load(Ordering::Relaxed) < 20, "{asked:?}");
    for kind in ["kubernetes_pod", "kubernetes_deployment", "kubernetes_service"] {
        let verdicts = verdicts(&report, kind);
        assert!(!verdicts.is_empty() && verdicts.iter().all(|status| *status == Status::Unknown), "{kind}");
    }
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
