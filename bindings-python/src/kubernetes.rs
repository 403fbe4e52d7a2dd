//! Clusters of Kubernetes.

use std::path::PathBuf;

use cspm::KubernetesBuilder;
use pyo3::prelude::*;

use crate::aws::{given, seconds};

/// A cluster of Kubernetes as a source of resources.
///
/// It holds options only: the cluster is reached in each scan. Without any, the current context of the kubeconfig is used, or,
/// in a pod, the cluster that the pod is in.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct Kubernetes {
    pub(crate) builder: KubernetesBuilder,
}

#[pymethods]
impl Kubernetes {
    #[new]
    #[pyo3(signature = (*, kubeconfig=None, context=None, namespaces=None, cluster_name=None, in_cluster=false,
        page_size=None, concurrency=None, timeout=None))]
    #[allow(clippy::too_many_arguments, reason = "they are named in Python")]
    fn new(
        py: Python<'_>,
        kubeconfig: Option<PathBuf>,
        context: Option<String>,
        namespaces: Option<Vec<String>>,
        cluster_name: Option<String>,
        in_cluster: bool,
        page_size: Option<u32>,
        concurrency: Option<usize>,
        timeout: Option<f64>,
    ) -> PyResult<Self> {
        let mut builder = cspm::Kubernetes::builder();
        builder = given(builder, kubeconfig, KubernetesBuilder::kubeconfig);
        builder = given(builder, context, KubernetesBuilder::context);
        builder = given(builder, namespaces, KubernetesBuilder::namespaces);
        builder = given(builder, cluster_name, KubernetesBuilder::cluster_name);
        builder = given(builder, in_cluster.then_some(()), |builder, ()| builder.in_cluster());
        builder = given(builder, page_size, KubernetesBuilder::page_size);
        builder = given(builder, concurrency, KubernetesBuilder::concurrency);
        builder = given(builder, seconds(py, timeout)?, KubernetesBuilder::timeout);
        Ok(Self { builder })
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.builder).replacen("KubernetesBuilder", "Kubernetes", 1)
    }
}
