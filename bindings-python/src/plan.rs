//! The plan of a scan.

use std::sync::Arc;

use pyo3::prelude::*;

use crate::rules::{Rules, Selection};
use crate::{data, error, source};

/// The calls that the selected rules need, derived without making any.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct Plan {
    pub(crate) plan: Arc<cspm::Plan>,
}

#[pymethods]
impl Plan {
    /// The calls, in the order of provider, service and operation.
    #[getter]
    fn calls<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::serialized(py, &self.plan.calls)
    }

    /// The IAM policy document that allows exactly the AWS calls of the plan.
    fn iam_policy<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::json_to_python(py, &self.plan.iam_policy())
    }

    /// The ClusterRole that allows exactly the Kubernetes calls of the plan.
    fn cluster_role<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::json_to_python(py, &self.plan.cluster_role())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.plan == other.plan
    }

    fn __repr__(&self) -> String {
        format!("<Plan of {} calls>", self.plan.calls.len())
    }
}

/// The calls that a scan of these collectors with these rules would make, and the permissions that they need. Nothing is called
/// and no exec plugin is run; files need no call.
#[pyfunction]
#[pyo3(signature = (collectors, rules=None))]
pub(crate) fn plan(py: Python<'_>, collectors: &Bound<'_, PyAny>, rules: Option<&Bound<'_, Rules>>) -> PyResult<Plan> {
    let sources = source::sources(collectors)?;
    let selection = Selection::of(py, rules)?;
    let plan = py.detach(move || {
        let runtime = source::runtime()?;
        let mut collectors = Vec::new();
        for source in sources {
            collectors.push(runtime.block_on(source.build_for_plan())?);
        }
        collectors.into_iter().fold(cspm::Scan::new(), cspm::Scan::collector_arc).rules(selection).plan()
    });
    plan.map(|plan| Plan { plan: Arc::new(plan) }).map_err(|e| error::raised(py, &e))
}
