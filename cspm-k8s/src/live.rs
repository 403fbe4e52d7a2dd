//! Live clusters, through `kube`.

mod answer;
mod builder;
mod call;
mod client;
mod collector;
mod discovery;
mod list;
mod login;
mod pages;
mod scan;

use std::sync::Arc;

use cspm_core::{Kind, Result};

pub use builder::KubernetesBuilder;

/// A cluster to be scanned, as a collector. Cloning is cheap.
///
/// Lists are made in pages and few at a time: the API server gives each client its share, and a scan must not use up that
/// of others. <https://kubernetes.io/docs/concepts/cluster-administration/flow-control/>
///
/// ```no_run
/// # async fn example() -> cspm_core::Result<()> {
/// use cspm_k8s::Kubernetes;
///
/// let prod = Kubernetes::from_context("prod").await?;
/// let shop = Kubernetes::builder().context("prod").namespaces(["shop", "shop-jobs"]).build().await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Kubernetes {
    inner: Arc<Inner>,
}

struct Inner {
    client: client::LazyClient,
    cluster: String,
    /// Where the API server is.
    url: String,
    /// What tells the cluster from others of its name, once somebody has connected.
    identity: std::sync::OnceLock<String>,
    /// The same where the server does not say: where it is, and who vouches for it.
    address: String,
    /// None: all.
    namespaces: Vec<String>,
    limits: Limits,
    kinds: Vec<Arc<Kind>>,
}

/// How much a scan asks of the API server.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Objects in a page of a list.
    page: u32,
    /// Lists that are made at a time.
    lists: usize,
    /// Attempts of a call.
    attempts: u32,
    /// The longest time of an attempt.
    attempt: std::time::Duration,
    /// The largest page of a list, in bytes; of a larger one fewer objects are asked for.
    answer: usize,
}

impl Kubernetes {
    /// The cluster of a context of the kubeconfig (`KUBECONFIG`, or `~/.kube/config`).
    ///
    /// # Errors
    /// As [`KubernetesBuilder::build`].
    pub async fn from_context(context: &str) -> Result<Self> {
        Self::builder().context(context).build().await
    }

    /// The cluster of the current context, or, in a pod, the cluster that the pod is in.
    ///
    /// # Errors
    /// As [`KubernetesBuilder::build`].
    pub async fn try_default() -> Result<Self> {
        Self::builder().build().await
    }

    /// A cluster with options.
    pub fn builder() -> KubernetesBuilder {
        KubernetesBuilder::default()
    }

    /// The name of the cluster: the account of its resources.
    #[must_use]
    pub fn cluster(&self) -> &str {
        &self.inner.cluster
    }
}

impl std::fmt::Debug for Kubernetes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Inner { cluster, namespaces, limits, .. } = &*self.inner;
        f.debug_struct("Kubernetes")
            .field("cluster", cluster)
            .field("namespaces", namespaces)
            .field("limits", limits)
            .finish_non_exhaustive()
    }
}
