//! What callers give as collectors.

mod unbuilt;

use std::sync::Arc;
use std::time::Duration;

use cspm::{AwsBuilder, Error, ErrorKind, KubernetesBuilder};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use tokio::runtime::Runtime;

use crate::aws::Aws;
use crate::collector::PythonCollector;
use crate::kubernetes::Kubernetes;
use crate::manifests::Manifests;
use crate::python;
use crate::snapshot::{Limits, Origin, Snapshot};
use unbuilt::Unbuilt;

/// How long a collector in Python may take to end after its scan has.
const GRACE: Duration = Duration::from_secs(5);

/// A collector to be: what needs a runtime is made in that of the scan.
pub(crate) enum Source {
    Aws(Box<AwsBuilder>),
    Kubernetes(KubernetesBuilder),
    S3 { url: String, aws: Box<AwsBuilder>, limits: Limits },
    Ready(Arc<dyn cspm::Collector>),
}

impl Source {
    /// The collector, for a scan.
    pub(crate) async fn build(self) -> cspm::Result<Arc<dyn cspm::Collector>> {
        Ok(match self {
            Self::Aws(builder) => Arc::new(builder.build().await?),
            Self::Kubernetes(builder) => Arc::new(builder.build().await?),
            Self::S3 { url, aws, limits } => {
                Arc::new(limits.of(cspm::snapshot_from_s3(&url, &aws.build().await?).await?))
            }
            Self::Ready(collector) => collector,
        })
    }

    /// What stands for the collector in a scan that is cancelled before it is built: nothing of its kinds is then known.
    pub(crate) fn unbuilt(&self) -> Arc<dyn cspm::Collector> {
        match self {
            Self::Aws(_) => Arc::new(Unbuilt { provider: "aws" }),
            Self::Kubernetes(_) => Arc::new(Unbuilt { provider: "kubernetes" }),
            Self::S3 { url, .. } => Arc::new(cspm::snapshot(url)),
            Self::Ready(collector) => collector.clone(),
        }
    }

    /// The collector, for a plan: a snapshot needs no call of its own, so that it is not fetched.
    pub(crate) async fn build_for_plan(self) -> cspm::Result<Arc<dyn cspm::Collector>> {
        match self {
            Self::S3 { url, .. } => Ok(Arc::new(cspm::snapshot(url))),
            other => other.build().await,
        }
    }
}

/// One collector, or several.
pub(crate) fn sources(given: &Bound<'_, PyAny>) -> PyResult<Vec<Source>> {
    if let Some(one) = source(given)? {
        return Ok(vec![one]);
    }
    let wrong = |what: &Bound<'_, PyAny>| {
        let class = what.get_type().name().map_or_else(|_| "this".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!(
            "{class} is no collector: give Aws, Kubernetes, Manifests, Snapshot, or a Collector"
        ))
    };
    let items = given.try_iter().map_err(|_| wrong(given))?;
    items
        .map(|item| {
            let item = item?;
            source(&item)?.ok_or_else(|| wrong(&item))
        })
        .collect()
}

fn source(given: &Bound<'_, PyAny>) -> PyResult<Option<Source>> {
    Ok(Some(if let Ok(aws) = given.cast::<Aws>() {
        Source::Aws(Box::new(aws.get().builder.clone()))
    } else if let Ok(cluster) = given.cast::<Kubernetes>() {
        Source::Kubernetes(cluster.get().builder.clone())
    } else if let Ok(manifests) = given.cast::<Manifests>() {
        Source::Ready(manifests.get().manifests.clone())
    } else if let Ok(snapshot) = given.cast::<Snapshot>() {
        let snapshot = snapshot.get();
        match snapshot.origin.clone() {
            Origin::Here(snapshot, _) => Source::Ready(Arc::new(snapshot)),
            Origin::S3(url, aws) => Source::S3 { url, aws: Box::new(aws.unwrap_or_default()), limits: snapshot.limits },
        }
    } else if given.is_instance(python::collector(given.py())?)? {
        Source::Ready(Arc::new(PythonCollector::of(given)?))
    } else {
        return Ok(None);
    }))
}

/// A runtime of a scan's own, which ends with it: there is none that outlives a scan, or that a fork could lose.
pub(crate) fn runtime() -> cspm::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("cspm-scan")
        .enable_all()
        .build()
        .map_err(|e| Error::new(ErrorKind::Io, "start the threads of the scan").with_source(e))
}

/// Ends a runtime with its threads; one in which Python code of the caller is stuck ends when that does.
pub(crate) fn end(runtime: Runtime) {
    runtime.shutdown_timeout(GRACE);
}
