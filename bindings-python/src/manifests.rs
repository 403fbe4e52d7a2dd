//! Manifests of Kubernetes on disk.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::aws::given;
use crate::error::raised;

/// Objects of Kubernetes that are written in YAML or JSON: files, and folders with all that is in them; `-` is the standard
/// input.
///
/// They are judged as of `kubernetes_version`, e.g. `"1.37"`; without it, what depends on the version is unknown. What is
/// written is judged as if the cluster had no more that could change it, such as a limit range, and messages say so; what the
/// manifests name and do not hold, such as a secret, is unknown. `complete` says that they are all that the cluster will have:
/// what they name and do not hold is then missing. `partial` says that they are a part of it, of which nothing is assumed.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct Manifests {
    pub(crate) manifests: Arc<cspm::Manifests>,
    paths: Vec<PathBuf>,
}

#[pymethods]
impl Manifests {
    #[new]
    #[pyo3(signature = (paths, *, kubernetes_version=None, cluster_name=None, namespace=None, complete=false, partial=false))]
    fn new(
        py: Python<'_>,
        paths: &Bound<'_, PyAny>,
        kubernetes_version: Option<String>,
        cluster_name: Option<String>,
        namespace: Option<String>,
        complete: bool,
        partial: bool,
    ) -> PyResult<Self> {
        if complete && partial {
            let error = cspm::Error::new(cspm::ErrorKind::Config, "take manifests for complete and for partial");
            return Err(raised(py, &error.with_help("give one of the two")));
        }
        let paths = self::paths(paths)?;
        let mut manifests = cspm::Manifests::new(paths.clone()).map_err(|e| raised(py, &e))?;
        manifests = given(manifests, kubernetes_version, cspm::Manifests::kubernetes_version);
        manifests = given(manifests, cluster_name, cspm::Manifests::cluster_name);
        manifests = given(manifests, namespace, cspm::Manifests::namespace);
        manifests = given(manifests, complete.then_some(()), |manifests, ()| manifests.complete());
        manifests = given(manifests, partial.then_some(()), |manifests, ()| manifests.partial());
        Ok(Self { manifests: Arc::new(manifests), paths })
    }

    fn __repr__(&self) -> String {
        format!("Manifests({:?})", self.paths)
    }
}

/// One path, or several.
pub(crate) fn paths(given: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
    let one = given.is_instance_of::<PyString>() || given.hasattr("__fspath__")?;
    if one {
        return Ok(vec![given.extract()?]);
    }
    given.try_iter()?.map(|path| path?.extract()).collect()
}
