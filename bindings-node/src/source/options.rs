//! The options of the sources, as JavaScript names them; times are in milliseconds.

use cspm::{AwsBuilder, KubernetesBuilder, Result};
use serde::Deserialize;

use super::milliseconds;

/// Has `builder` take what is given.
macro_rules! take {
    ($builder:ident, $($given:expr => $method:ident),* $(,)?) => {
        $(if let Some(given) = $given { $builder = $builder.$method(given); })*
    };
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Aws {
    regions: Option<Vec<String>>,
    profile: Option<String>,
    role_arn: Option<String>,
    external_id: Option<String>,
    session_name: Option<String>,
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    session_token: Option<String>,
    endpoint_url: Option<String>,
    timeout: Option<f64>,
    connect_timeout: Option<f64>,
    call_timeout: Option<f64>,
    max_attempts: Option<u32>,
    concurrency: Option<usize>,
    rate_share: Option<f64>,
}

impl Aws {
    pub(super) fn builder(self) -> AwsBuilder {
        let mut builder = cspm::Aws::builder();
        take!(builder,
            self.regions => regions,
            self.profile => profile,
            self.role_arn => role_arn,
            self.external_id => external_id,
            self.session_name => session_name,
            self.endpoint_url => endpoint_url,
            self.timeout.map(milliseconds) => timeout,
            self.connect_timeout.map(milliseconds) => connect_timeout,
            self.call_timeout.map(milliseconds) => call_timeout,
            self.max_attempts => max_attempts,
            self.concurrency => concurrency,
            self.rate_share => rate_share,
        );
        // The layer above sees to it that both are there or none.
        match (self.access_key_id, self.secret_access_key) {
            (Some(id), Some(secret)) => builder.credentials(id, secret, self.session_token),
            _ => builder,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Kubernetes {
    kubeconfig: Option<String>,
    context: Option<String>,
    namespaces: Option<Vec<String>>,
    cluster_name: Option<String>,
    in_cluster: bool,
    page_size: Option<u32>,
    concurrency: Option<usize>,
    timeout: Option<f64>,
}

impl Kubernetes {
    pub(super) fn builder(self) -> KubernetesBuilder {
        let mut builder = cspm::Kubernetes::builder();
        take!(builder,
            self.kubeconfig => kubeconfig,
            self.context => context,
            self.namespaces => namespaces,
            self.cluster_name => cluster_name,
            self.page_size => page_size,
            self.concurrency => concurrency,
            self.timeout.map(milliseconds) => timeout,
        );
        if self.in_cluster { builder.in_cluster() } else { builder }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Manifests {
    kubernetes_version: Option<String>,
    cluster_name: Option<String>,
    namespace: Option<String>,
    complete: bool,
    partial: bool,
}

impl Manifests {
    pub(super) fn manifests(self, paths: Vec<String>) -> Result<cspm::Manifests> {
        let mut manifests = cspm::Manifests::new(paths)?;
        take!(manifests,
            self.kubernetes_version => kubernetes_version,
            self.cluster_name => cluster_name,
            self.namespace => namespace,
        );
        match (self.complete, self.partial) {
            (true, true) => {
                let error = cspm::Error::new(cspm::ErrorKind::Config, "take manifests for complete and for partial");
                Err(error.with_help("give one of the two"))
            }
            (true, false) => Ok(manifests.complete()),
            (false, true) => Ok(manifests.partial()),
            (false, false) => Ok(manifests),
        }
    }
}

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Snapshot {
    max_bytes: Option<u64>,
    max_values: Option<u64>,
}

impl Snapshot {
    /// The snapshot with these limits.
    pub(super) fn of(&self, mut snapshot: cspm::Snapshot) -> cspm::Snapshot {
        take!(snapshot, self.max_bytes => max_bytes, self.max_values => max_values);
        snapshot
    }
}
