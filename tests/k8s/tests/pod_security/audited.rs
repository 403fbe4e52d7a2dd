//! Workloads are not refused; in a namespace that audits a level the plugin notes in the audit log which of them will make pods
//! that violate it.

use std::collections::BTreeMap;

use cspm_k8s_tests::cluster::Cluster;
use futures::StreamExt;
use futures::stream;
use serde_json::{Value, json};

use crate::server::CONCURRENT;
use crate::workloads;

const NOTE: &str = "pod-security.kubernetes.io/audit-violations";

/// Makes a namespace that audits a level.
pub(crate) async fn namespace(cluster: &Cluster, level: &str) -> String {
    let name = format!("audits-{level}");
    cluster.namespace(&name, &json!({"pod-security.kubernetes.io/audit": level})).await;
    name
}

/// What the plugin notes of workloads that make these pods, by the name of the pod; nothing where it has no objection. Only
/// valid workloads are among them.
pub(crate) async fn notes(
    cluster: &Cluster,
    namespace: &str,
    (kind, api_version, api): (&str, &str, &str),
    pods: &[&Value],
) -> BTreeMap<String, String> {
    let path = format!("{api}/namespaces/{namespace}/{}s", kind.to_lowercase());
    let ask = |pod: &Value| {
        let workload = workloads::of(kind, api_version, &workloads::with_host_ports(pod));
        // The manager finds the request in the log again.
        let path = format!("{path}?dryRun=All&fieldManager={}", pod["metadata"]["name"].as_str().unwrap());
        async move {
            let (status, answer) = cluster.request(&cluster.admin(), "POST", &path, Some(&workload)).await;
            assert!(matches!(status, 201 | 422), "{status} {answer}: {workload}");
        }
    };
    stream::iter(pods.iter().map(|pod| ask(pod))).buffered(CONCURRENT).collect::<Vec<_>>().await;
    let events = cluster.audit_of("admin").into_iter().filter(|event| event.response_status.code == 201);
    let notes = events.filter_map(|mut event| {
        let (asked, manager) = event.request_uri.split_once("?dryRun=All&fieldManager=")?;
        let note = event.annotations.remove(NOTE).unwrap_or_default();
        (asked == path).then(|| (manager.to_owned(), note))
    });
    notes.collect()
}
