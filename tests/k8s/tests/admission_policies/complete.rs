//! What the cases of rules leave out, and the API server does not admit an object without.

use serde_json::{Map, Value, json};

/// The case of a kind as an object that the API server may admit.
pub(super) fn complete(kind: &str, mut object: Value) -> Value {
    for (key, value) in object["$tags"].as_object().cloned().unwrap_or_default() {
        object["metadata"]["labels"][key] = value;
    }
    if let Some(fields) = object.as_object_mut() {
        fields.retain(|key, _| !key.starts_with('$') && key != "status");
    }
    default(&mut object, "metadata", json!({}));
    default(&mut object["metadata"], "name", json!("case"));
    for owner in items(&mut object["metadata"]["ownerReferences"]) {
        for (key, value) in [("apiVersion", "apps/v1"), ("kind", "ReplicaSet"), ("name", "owner"), ("uid", "1")] {
            default(owner, key, json!(value));
        }
    }
    let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let spec = &mut object["spec"];
    match kind {
        "kubernetes_pod" => pod_spec(spec, "Always"),
        "kubernetes_job" => {
            default(spec, "template", json!({}));
            pod_spec(&mut spec["template"]["spec"], "Never");
        }
        "kubernetes_cronjob" => {
            default(spec, "schedule", json!("@daily"));
            pod_spec(&mut spec["jobTemplate"]["spec"]["template"]["spec"], "Never");
        }
        "kubernetes_service" => {
            let external = spec["type"] == "ExternalName";
            if external {
                default(spec, "externalName", json!("example.com"));
            } else {
                default(spec, "ports", json!([{"port": 80}]));
            }
            for (port, n) in items(&mut spec["ports"]).zip(0..) {
                default(port, "name", json!(format!("p{n}")));
            }
        }
        "kubernetes_ingress" => ingress_spec(spec),
        "kubernetes_persistent_volume" => {
            default(spec, "capacity", json!({"storage": "1Gi"}));
            default(spec, "accessModes", json!(["ReadWriteOnce"]));
            if spec["csi"].is_object() {
                default(&mut spec["csi"], "volumeHandle", json!("v"));
            }
            if spec["nfs"].is_object() {
                default(&mut spec["nfs"], "server", json!("nfs.example.com"));
                default(&mut spec["nfs"], "path", json!("/"));
            }
            let sources = ["csi", "nfs", "hostPath", "local"];
            if sources.iter().all(|source| spec[source].is_null()) {
                spec["nfs"] = json!({"server": "nfs.example.com", "path": "/"});
            }
        }
        "kubernetes_api_service" => {
            default(spec, "service", json!({}));
            for (key, value) in [("name", "extension"), ("namespace", "default")] {
                default(&mut spec["service"], key, json!(value));
            }
            default(spec, "groupPriorityMinimum", json!(1));
            default(spec, "versionPriority", json!(1));
            if let Some((version, group)) = name.split_once('.') {
                (spec["version"], spec["group"]) = (json!(version), json!(group));
            }
        }
        "kubernetes_gateway" => {
            object["apiVersion"] = json!("gateway.networking.k8s.io/v1");
            object["kind"] = json!("Gateway");
        }
        "kubernetes_storage_class" => default(&mut object, "provisioner", json!("example.com/p")),
        "kubernetes_role_binding" | "kubernetes_cluster_role_binding" => binding(&mut object),
        "kubernetes_role" | "kubernetes_cluster_role" => {
            for rule in items(&mut object["rules"]) {
                default(rule, "verbs", json!(["get"]));
                if rule["nonResourceURLs"].is_null() {
                    default(rule, "apiGroups", json!([""]));
                    default(rule, "resources", json!(["pods"]));
                }
            }
        }
        "kubernetes_network_policy" => default(spec, "podSelector", json!({})),
        "kubernetes_deployment"
        | "kubernetes_daemonset"
        | "kubernetes_replicaset"
        | "kubernetes_stateful_set"
        | "kubernetes_replication_controller" => workload_spec(kind, spec),
        _ => {}
    }
    without_nulls(&mut object);
    object
}

fn workload_spec(kind: &str, spec: &mut Value) {
    default(spec, "template", json!({}));
    spec["template"]["metadata"]["labels"] = json!({"app": "case"});
    let labels = json!({"app": "case"});
    let selector = if kind.ends_with("controller") { labels } else { json!({"matchLabels": labels}) };
    spec["selector"] = selector;
    pod_spec(&mut spec["template"]["spec"], "Always");
}

fn pod_spec(spec: &mut Value, restart: &str) {
    if spec.is_null() {
        *spec = json!({});
    }
    default(spec, "restartPolicy", json!(restart));
    default(spec, "containers", json!([{}]));
    let mut mounts = Vec::new();
    for (list, letter) in [("containers", 'c'), ("initContainers", 'i'), ("ephemeralContainers", 'e')] {
        for (container, n) in items(&mut spec[list]).zip(0..) {
            default(container, "name", json!(format!("{letter}{n}")));
            default(container, "image", json!("example.com/web:1"));
            for (mount, n) in items(&mut container["volumeMounts"]).zip(0..) {
                default(mount, "mountPath", json!(format!("/mnt/{n}")));
                mounts.push(mount["name"].clone());
            }
            for (port, n) in items(&mut container["ports"]).zip(0..) {
                default(port, "containerPort", json!(8000 + n));
            }
            for (env, n) in items(&mut container["env"]).zip(0..) {
                default(env, "name", json!(format!("E{n}")));
            }
            for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
                handler(&mut container[probe]);
            }
            for hook in ["postStart", "preStop"] {
                if container["lifecycle"].is_object() {
                    handler(&mut container["lifecycle"][hook]);
                }
            }
        }
    }
    for (volume, n) in items(&mut spec["volumes"]).zip(0..) {
        default(volume, "name", json!(format!("v{n}")));
        if volume.as_object().is_some_and(|fields| fields.len() == 1) {
            volume["emptyDir"] = json!({});
        }
    }
    for name in mounts {
        if !spec["volumes"].as_array().is_some_and(|volumes| volumes.iter().any(|volume| volume["name"] == name)) {
            default(spec, "volumes", json!([]));
            spec["volumes"].as_array_mut().unwrap().push(json!({"name": name, "emptyDir": {}}));
        }
    }
}

/// A probe does something, and asks a port.
fn handler(probe: &mut Value) {
    let Some(fields) = probe.as_object() else { return };
    if !["httpGet", "tcpSocket", "exec", "grpc", "sleep"].iter().any(|way| fields.contains_key(*way)) {
        probe["tcpSocket"] = json!({"port": 80});
    }
    for way in ["httpGet", "tcpSocket", "grpc"] {
        if probe[way].is_object() {
            default(&mut probe[way], "port", json!(80));
        }
    }
}

fn ingress_spec(spec: &mut Value) {
    let backend = json!({"service": {"name": "web", "port": {"number": 80}}});
    if spec.is_null() || spec["rules"].as_array().is_none_or(Vec::is_empty) {
        default(spec, "defaultBackend", backend.clone());
    }
    if let Some(service) = spec.pointer_mut("/defaultBackend/service") {
        default(service, "port", json!({"number": 80}));
    }
    for rule in items(&mut spec["rules"]) {
        default(rule, "http", json!({}));
        if rule["http"]["paths"].as_array().is_none_or(Vec::is_empty) {
            rule["http"]["paths"] = json!([{}]);
        }
        for path in items(&mut rule["http"]["paths"]) {
            default(path, "pathType", json!("Prefix"));
            default(path, "path", json!("/"));
            default(path, "backend", backend.clone());
        }
    }
}

fn binding(object: &mut Value) {
    const GROUP: &str = "rbac.authorization.k8s.io";
    default(object, "roleRef", json!({"kind": "ClusterRole", "name": "view"}));
    default(&mut object["roleRef"], "kind", json!("ClusterRole"));
    default(&mut object["roleRef"], "apiGroup", json!(GROUP));
    for subject in items(&mut object["subjects"]) {
        if subject["kind"] == "ServiceAccount" {
            default(subject, "namespace", json!("cases"));
        } else {
            default(subject, "apiGroup", json!(GROUP));
        }
    }
}

fn default(of: &mut Value, key: &str, value: Value) {
    if of.is_null() {
        *of = json!({});
    }
    if let Some(fields) = of.as_object_mut()
        && fields.get(key).is_none_or(Value::is_null)
    {
        fields.insert(key.to_owned(), value);
    }
}

fn items(list: &mut Value) -> impl Iterator<Item = &mut Value> {
    list.as_array_mut().into_iter().flatten()
}

/// Looking for a field in an object leaves `null` in its place.
fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            *fields = std::mem::take(fields).into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>();
            fields.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}
