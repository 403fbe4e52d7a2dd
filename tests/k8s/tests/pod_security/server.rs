//! The answers of the API server.

use cspm_k8s_tests::cluster::Cluster;
use futures::StreamExt;
use futures::stream;
use serde_json::{Value, json};

use crate::generate::{Case, bases};

/// Requests at the same time.
pub(crate) const CONCURRENT: usize = 16;

/// What the server says to a pod.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// It is admitted, and would be kept like this.
    Admitted(Value),
    /// A control is violated; the reasons.
    Violates(String),
    /// It is no valid pod.
    Invalid(String),
}

/// Makes a namespace that enforces a level of a version of the standard, in which there are pods to extend.
pub(crate) async fn namespace(cluster: &Cluster, level: &str, version: &str) -> String {
    let name = format!("{level}-{}", version.replace('.', "-"));
    cluster.namespace(&name, &json!({})).await;
    for (base, mut pod) in bases() {
        pod["metadata"]["name"] = base.into();
        cluster.make("POST", &format!("/api/v1/namespaces/{name}/pods"), &pod).await;
    }
    let labels = json!({
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/enforce-version": version,
    });
    let patch = json!({"metadata": {"labels": labels}});
    cluster.make("PATCH", &format!("/api/v1/namespaces/{name}"), &patch).await;
    // The plugin learns of labels from a watch.
    let mut pod = bases()[4].1.clone();
    pod["metadata"]["name"] = "host".into();
    pod["spec"]["hostNetwork"] = true.into();
    let case = Case { pod, extends: None };
    while level != "privileged" && !matches!(answer(cluster, &name, &case).await, Answer::Violates(_)) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    name
}

/// What the server says to each pod in a namespace; nothing is made.
pub(crate) async fn answers(cluster: &Cluster, namespace: &str, cases: &[&Case]) -> Vec<Answer> {
    let answers = cases.iter().map(|case| answer(cluster, namespace, case));
    stream::iter(answers).buffered(CONCURRENT).collect().await
}

async fn answer(cluster: &Cluster, namespace: &str, case: &Case) -> Answer {
    let pods = format!("/api/v1/namespaces/{namespace}/pods");
    let (status, mut answer) = match case.extends {
        None => cluster.request(&cluster.admin(), "POST", &format!("{pods}?dryRun=All"), Some(&case.pod)).await,
        Some(base) => {
            let patch = json!({"spec": {"ephemeralContainers": case.pod["spec"]["ephemeralContainers"]}});
            let path = format!("{pods}/{base}/ephemeralcontainers?dryRun=All");
            cluster.request(&cluster.admin(), "PATCH", &path, Some(&patch)).await
        }
    };
    let message = answer["message"].as_str().unwrap_or_default().to_owned();
    match status {
        200 | 201 => {
            answer["metadata"]["name"] = case.pod["metadata"]["name"].clone();
            Answer::Admitted(answer)
        }
        403 if message.contains("violates PodSecurity") => Answer::Violates(message),
        400 | 422 => Answer::Invalid(message),
        _ => panic!("{status} {answer}: {case:?}"),
    }
}
