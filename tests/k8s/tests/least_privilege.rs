//! The `ClusterRole` of the plan is exact: with it a scan reports what an administrator is reported, every request of the
//! scan is one that the role allows, and nothing is in the role that the scan does not use.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that cannot be set up fails")]

use std::collections::BTreeSet;

use cspm::{Format, Report};
use cspm_k8s_tests::audit::AuditEvent;
use cspm_k8s_tests::cluster::{Cluster, Version};
use cspm_k8s_tests::{access, fill, scan};
use serde_json::{Value, json};

const SCANNER: &str = "scanner";

async fn exact(version: Version) {
    let Some(cluster) = Cluster::start(version).await else { return };
    fill::fill(&cluster).await;
    fill::custom_types(&cluster).await;
    access::nothing_for_all(&cluster).await;
    let kubeconfig = cluster.kubeconfig(SCANNER);
    let role = scan::of_cluster(&kubeconfig).await.plan().unwrap().cluster_role();
    access::allow(&cluster, &role, "cspm-scan", &access::user(SCANNER)).await;
    access::in_effect(&cluster, SCANNER, &role).await;

    assert_eq!(cluster.audit_of(SCANNER).len(), 0, "nothing was asked for the plan");
    let report = scan::cluster(&kubeconfig).await;
    let requests = cluster.audit_of(SCANNER);
    let admin = scan::cluster(&cluster.kubeconfig("admin")).await;
    assert!(report.coverage.failures.is_empty(), "{:#?}", report.coverage.failures);
    assert!(report.len() > 2000, "{} verdicts", report.len());
    let (one, other) = (comparable(&report), comparable(&admin));
    for (one, other) in one.lines().zip(other.lines()) {
        assert_eq!(one, other);
    }
    assert_eq!(one, other);

    let allowed = access::allowed(&role);
    let mut used = BTreeSet::new();
    for request in &requests {
        assert!((200..300).contains(&request.response_status.code), "{request:?}");
        let by = allowed.iter().position(|what| *what == asked(request));
        used.insert(by.unwrap_or_else(|| panic!("the role does not allow {request:?}")));
    }
    let unused: Vec<_> = (0..allowed.len()).filter(|number| !used.contains(number)).map(|n| &allowed[n]).collect();
    println!("{} permissions, {} requests, {} verdicts", allowed.len(), requests.len(), report.len());
    assert!(unused.is_empty(), "allowed and not used: {unused:#?}");
}

/// What a request needs, as [`access::allowed`] says it. A name alone limits what is read one by one.
fn asked(request: &AuditEvent) -> Value {
    match &request.object_ref {
        None => json!({"nonResourceAttributes": {"verb": request.verb,
            "path": request.request_uri.split('?').next().unwrap()}}),
        Some(of) => json!({"resourceAttributes":
            {"verb": request.verb, "group": of.api_group, "resource": of.resource, "name": of.name}}),
    }
}

/// The report as JSON, without who asked and when.
fn comparable(report: &Report) -> String {
    let mut json: Value = serde_json::from_str(&cspm::to_string(report, Format::Json).unwrap()).unwrap();
    json["collected_at"].take();
    json["identities"].take();
    for finding in json["findings"].as_array_mut().unwrap() {
        finding["collected_at"].take();
    }
    format!("{json:#}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_current_version() {
    exact(Version::Current).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_older_version() {
    exact(Version::Older).await;
}
