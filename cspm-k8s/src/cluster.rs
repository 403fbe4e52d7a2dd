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

/// Whether a text is a version that rules can compare: a major and a minor number, with what may stand around them, as in
/// `v1.30.5-gke.1014001`.
pub(crate) fn is_version(text: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.len() < 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.strip_prefix('v').unwrap_or(text).split_once('.').is_some_and(|(major, rest)| {
        let minor = rest.split(['.', '+', '-', '_']).next().unwrap_or_default();
        number(major) && number(minor)
    })
}

impl Model for Cluster {
    const KIND: &'static str = "kubernetes_cluster";
    const PROVIDER: &'static str = crate::PROVIDER;
    const SERVICE: &'static str = "core";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = VERSION;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_two_numbers() {
        for text in ["1.37", "v1.37", "1.37.2", "v1.30.5-gke.1014001", "1.27+", "v1.28.3+k3s1"] {
            assert!(is_version(text), "{text}");
        }
        for text in ["", "v", "1", "1.", ".37", "latest", "1.x", "1.37x", "1,37", "-1.37", "1.9999999999"] {
            assert!(!is_version(text), "{text}");
        }
    }
}
