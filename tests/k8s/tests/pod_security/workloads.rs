//! Workloads whose template is a generated pod.

use serde_json::{Value, json};

/// Kind, version of the API, and where it is served.
pub(crate) const KINDS: [(&str, &str, &str); 7] = [
    ("Deployment", "apps/v1", "/apis/apps/v1"),
    ("StatefulSet", "apps/v1", "/apis/apps/v1"),
    ("DaemonSet", "apps/v1", "/apis/apps/v1"),
    ("ReplicaSet", "apps/v1", "/apis/apps/v1"),
    ("Job", "batch/v1", "/apis/batch/v1"),
    ("CronJob", "batch/v1", "/apis/batch/v1"),
    ("ReplicationController", "v1", "/api/v1"),
];

/// The workload that makes such pods; it has the name of the pod.
pub(crate) fn of(kind: &str, api_version: &str, pod: &Value) -> Value {
    let name = &pod["metadata"]["name"];
    let labels = json!({"app": name});
    let mut template = json!({"metadata": {"labels": labels}, "spec": pod["spec"]});
    if let Some(annotations) = pod["metadata"].get("annotations") {
        template["metadata"]["annotations"] = annotations.clone();
    }
    if kind.ends_with("Job") {
        template["spec"]["restartPolicy"] = "Never".into();
    }
    let spec = match kind {
        "Job" => json!({"template": template}),
        "CronJob" => json!({"schedule": "0 0 * * *", "jobTemplate": {"spec": {"template": template}}}),
        "ReplicationController" => json!({"selector": labels, "template": template}),
        _ => json!({"selector": {"matchLabels": labels}, "template": template}),
    };
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, "spec": spec})
}

/// The pod with the ports that the server takes of the node by itself: in the network of its node, every port is one of it. In
/// templates it does not say so.
pub(crate) fn with_host_ports(pod: &Value) -> Value {
    let mut pod = pod.clone();
    if pod["spec"].get("hostNetwork") != Some(&Value::Bool(true)) {
        return pod;
    }
    let lists = pod["spec"]
        .as_object_mut()
        .unwrap()
        .iter_mut()
        .filter(|(key, _)| matches!(key.as_str(), "containers" | "initContainers"));
    let containers = lists.filter_map(|(_, list)| list.as_array_mut()).flatten();
    let ports = containers.filter_map(|container| container.get_mut("ports")?.as_array_mut()).flatten();
    for port in ports.filter(|port| port["hostPort"].as_u64().is_none_or(|port| port == 0)) {
        port["hostPort"] = port["containerPort"].clone();
    }
    pod
}
