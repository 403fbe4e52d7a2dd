//! The objects of `objects/`, good and bad of everything, in a cluster.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use std::collections::BTreeSet;

use cspm_k8s::native::{NATIVE, Native};
use serde_json::{Value, json};

use crate::cluster::Cluster;

/// The group of a type that comes with its `CustomResourceDefinition`.
const CUSTOM: &str = "gateway.networking.k8s.io";
const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the objects are written.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("objects")
}

/// The objects as they are written, in the order in which a server takes them.
pub fn objects() -> Vec<Value> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.collect();
    files.sort();
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        serde_saphyr::from_multiple::<Value>(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    files.iter().flat_map(read).collect()
}

/// Makes the objects, and waits until the server tells of every type.
pub async fn fill(cluster: &Cluster) {
    for object in objects() {
        make(cluster, &object).await;
    }
    served(cluster, &BTreeSet::from([CUSTOM])).await;
}

/// Adds the types of policies and the like that other projects bring, without any objects.
pub async fn custom_types(cluster: &Cluster) {
    let custom: Vec<_> = NATIVE.iter().filter(|native| native.is_custom()).collect();
    for native in &custom {
        cluster.make("POST", DEFINITIONS, &definition(native)).await;
    }
    served(cluster, &custom.iter().map(|native| native.group).collect()).await;
}

/// A `CustomResourceDefinition` that takes anything.
fn definition(native: &Native) -> Value {
    let schema = json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}});
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": format!("{}.{}", native.plural, native.group),
            "annotations": {"api-approved.kubernetes.io": "unapproved, of a test"},
        },
        "spec": {
            "group": native.group,
            "names": {"kind": native.object, "plural": native.plural},
            "scope": if native.namespaced { "Namespaced" } else { "Cluster" },
            "versions": [{"name": native.versions[0], "served": true, "storage": true, "schema": schema}],
        },
    })
}

/// Waits until the server tells of groups.
async fn served(cluster: &Cluster, groups: &BTreeSet<&str>) {
    let kubeconfig = kube::config::Kubeconfig::read_from(cluster.kubeconfig("admin")).unwrap();
    let config = kube::Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap();
    let client = kube::Client::try_from(config).unwrap();
    let began = Instant::now();
    loop {
        let answer = client.list_api_groups_aggregated().await.unwrap();
        let named = answer.items.iter().filter_map(|group| group.metadata.as_ref()?.name.as_deref()).collect();
        let missing: Vec<_> = groups.difference(&named).collect();
        if missing.is_empty() {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "{missing:?} are not among the groups");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn make(cluster: &Cluster, object: &Value) {
    let path = collection(object);
    let began = Instant::now();
    loop {
        let (status, answer) = cluster.request(&cluster.admin(), "POST", &path, Some(object)).await;
        match status {
            200..300 => return,
            // Some namespaces are in every cluster.
            409 if object["kind"] == "Namespace" => return,
            // A new type is served a little later.
            404 if path.contains(CUSTOM) && began.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            _ => panic!("{path}: {status} {answer}\n{object:#}"),
        }
    }
}

/// Where objects like this one are made.
fn collection(object: &Value) -> String {
    let version = object["apiVersion"].as_str().unwrap();
    let root = if version.contains('/') { "apis" } else { "api" };
    let kind = object["kind"].as_str().unwrap().to_lowercase();
    let plural = match kind.strip_suffix('y') {
        Some(stem) if !stem.ends_with('a') => format!("{stem}ies"),
        _ if kind.ends_with('s') => format!("{kind}es"),
        _ => format!("{kind}s"),
    };
    match object["metadata"]["namespace"].as_str() {
        Some(namespace) => format!("/{root}/{version}/namespaces/{namespace}/{plural}"),
        None => format!("/{root}/{version}/{plural}"),
    }
}
