//! Clusters for tests.

use std::sync::Arc;

use cspm_core::{GLOBAL, Inventory, InventoryBuilder, Kind, Per, Resource, Scope, Source};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::testing::data;

const LIST: Source = Source::new("core", "List", "list", Per::Region);

/// An object in a namespace, or in none.
pub(crate) fn resource(kind: &str, namespace: Option<&str>, name: &str, object: Value) -> Resource {
    Resource {
        uid: format!("k8s://test/{}/{kind}/{name}", namespace.unwrap_or_default()).into(),
        kind: kind.into(),
        provider: "kubernetes".into(),
        account: "test".into(),
        region: namespace.unwrap_or(GLOBAL).into(),
        name: name.into(),
        tags: Arc::default(),
        collected_at: Timestamp::UNIX_EPOCH,
        origin: None,
        data: data(object),
    }
}

/// An inventory of the kinds that analysis looks up, each listed, and all resources of it given.
pub(crate) fn cluster(resources: impl IntoIterator<Item = Resource>) -> InventoryBuilder {
    let kind =
        |name: &str, scope| Kind::from_schema(name, "kubernetes", "core", scope, LIST, json!({})).unwrap().native();
    let namespaced = ["role", "role_binding", "service_account", "network_policy", "pod"];
    let kinds = namespaced.map(|name| kind(&format!("kubernetes_{name}"), Scope::Region)).into_iter().chain([
        kind("kubernetes_cluster_role", Scope::Account),
        kind("kubernetes_cluster_role_binding", Scope::Account),
        kind("kubernetes_deployment", Scope::Region).embedding("kubernetes_pod", "spec.template"),
    ]);
    let kinds: Vec<_> = kinds.map(Arc::new).collect();
    let mut builder = Inventory::builder(kinds.clone());
    for kind in kinds {
        builder.listed(kind.name().clone());
    }
    for resource in resources {
        builder.add(resource);
    }
    builder
}
