//! The kind `kubernetes_cluster`: the cluster itself.

use cspm_core::{Model, Per, Read, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

/// `GET /version`, which every API server answers.
pub const VERSION: Source = Source::new("core", "get /version", "get /version", Per::Account);

/// A cluster: what its API server says of itself.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Cluster {
    /// The name of the cluster, as the kubeconfig or the caller has it.
    pub name: String,
    /// The version of Kubernetes that resources are judged as of, as `v1.37.2`; of manifests the one that was asked for.
    #[schemars(extend("x-source" = VERSION))]
    pub version: Read<String>,
}

impl Model for Cluster {
    const KIND: &'static str = "kubernetes_cluster";
    const PROVIDER: &'static str = crate::PROVIDER;
    const SERVICE: &'static str = "core";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = VERSION;
}
