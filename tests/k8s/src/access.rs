//! Who may do what in a cluster: roles and bindings, and when they have come into effect.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cluster::Cluster;

const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";
const GROUP: &str = "rbac.authorization.k8s.io";
/// What everybody may do in a cluster as it is installed: without these bindings a role must say all.
const FOR_ALL: [&str; 3] = ["system:basic-user", "system:discovery", "system:public-info-viewer"];

/// Takes from everybody what they may do without a role of their own.
pub async fn nothing_for_all(cluster: &Cluster) {
    for name in FOR_ALL {
        cluster.make("DELETE", &format!("{RBAC}/clusterrolebindings/{name}"), &json!({})).await;
    }
}

/// Makes a `ClusterRole` under a name of its own, and binds it to a subject.
pub async fn allow(cluster: &Cluster, role: &Value, name: &str, subject: &Value) {
    let mut role = role.clone();
    role["metadata"]["name"] = name.into();
    cluster.make("POST", &format!("{RBAC}/clusterroles"), &role).await;
    let binding = json!({"metadata": {"name": name}, "subjects": [subject],
        "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": name}});
    cluster.make("POST", &format!("{RBAC}/clusterrolebindings"), &binding).await;
}

/// A user as a subject.
pub fn user(name: &str) -> Value {
    json!({"apiGroup": GROUP, "kind": "User", "name": name})
}

/// What a role allows, one by one: what a `SubjectAccessReview` asks.
pub fn allowed(role: &Value) -> Vec<Value> {
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let mut all = Vec::new();
    for rule in role["rules"].as_array().unwrap() {
        for verb in texts(&rule["verbs"]) {
            for path in texts(&rule["nonResourceURLs"]) {
                all.push(json!({"nonResourceAttributes": {"verb": verb, "path": path}}));
            }
            for (group, resource) in texts(&rule["apiGroups"])
                .iter()
                .flat_map(|group| texts(&rule["resources"]).into_iter().map(move |resource| (group.clone(), resource)))
            {
                let names = texts(&rule["resourceNames"]);
                let names = if names.is_empty() { vec![String::new()] } else { names };
                all.extend(names.into_iter().map(|name| {
                    let what = json!({"verb": &verb, "group": &group, "resource": &resource, "name": name});
                    json!({"resourceAttributes": what})
                }));
            }
        }
    }
    all
}

/// Waits until the authorizer, which learns of roles from a watch, allows a user what a role says.
pub async fn in_effect(cluster: &Cluster, user: &str, role: &Value) {
    let began = Instant::now();
    for mut spec in allowed(role) {
        spec["user"] = user.into();
        while !may(cluster, &spec).await {
            assert!(began.elapsed() < Duration::from_secs(20), "no effect: {spec}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn may(cluster: &Cluster, spec: &Value) -> bool {
    let path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    cluster.make("POST", path, &json!({"spec": spec})).await["status"]["allowed"] == true
}
