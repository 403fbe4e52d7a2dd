//! The kind `kubernetes_deprecated_api`: an object that is written in a version of the API that goes or is gone.

mod table;

use cspm_core::{Data, Model, Per, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

pub(crate) use table::{Lifecycle, Lifecycles};

/// An object whose manifest names a version of the API that is deprecated. In a cluster the manifest is known where
/// `kubectl apply` left it in the object's annotations.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DeprecatedApi {
    /// The object, as `Ingress shop/front`.
    pub name: String,
    /// The version it is written in, as `networking.k8s.io/v1beta1`.
    pub api_version: String,
    /// Its type, as `Ingress`.
    pub object_kind: String,
    /// The version of Kubernetes that deprecated it, as `1.19`.
    pub deprecated_in: String,
    /// The version of Kubernetes that no longer serves it.
    pub removed_in: Option<String>,
    /// The version of the API to write it in instead.
    pub replacement: Option<String>,
}

impl Model for DeprecatedApi {
    const KIND: &'static str = "kubernetes_deprecated_api";
    const PROVIDER: &'static str = crate::PROVIDER;
    const SERVICE: &'static str = "core";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = Source::new("core", "read manifests", "", Per::Account);
}

/// What is to be said of an object that is written in a deprecated version.
pub(crate) fn of(life: &Lifecycle, api_version: &str, kind: &str, object: &Data) -> DeprecatedApi {
    let text = |path: &str| object.at(path).and_then(Data::as_str);
    let name = text("metadata.name").unwrap_or_default();
    let name = text("metadata.namespace").map_or_else(|| name.to_owned(), |namespace| format!("{namespace}/{name}"));
    DeprecatedApi {
        name: format!("{kind} {name}"),
        api_version: api_version.to_owned(),
        object_kind: kind.to_owned(),
        deprecated_in: life.deprecated_in.clone(),
        removed_in: life.removed_in.clone(),
        replacement: life.replacement.clone(),
    }
}
