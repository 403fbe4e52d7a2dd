//! What is said of a rule.

use std::sync::Arc;

use cspm::RuleMeta;
use pyo3::prelude::*;

use crate::data;

/// What is said of a rule, apart from how it judges.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct RuleInfo {
    pub(crate) meta: Arc<RuleMeta>,
}

#[pymethods]
impl RuleInfo {
    /// Never changes; a rename leaves an alias.
    #[getter]
    fn id(&self) -> &str {
        &self.meta.id
    }

    /// The state that the rule wants, in a few words.
    #[getter]
    fn title(&self) -> &str {
        &self.meta.title
    }

    /// How bad a failure is.
    #[getter]
    fn severity(&self) -> &'static str {
        self.meta.severity.as_str()
    }

    /// The kind of resource that it judges.
    #[getter]
    fn kind(&self) -> &str {
        &self.meta.kind
    }

    /// Every kind that it judges: workloads hold a pod template, which rules of pods judge too.
    #[getter]
    fn kinds(&self) -> Vec<String> {
        self.meta.kinds().iter().map(ToString::to_string).collect()
    }

    /// The kinds among those that hold one of the rule's kind in them.
    #[getter]
    fn embedded_in(&self) -> Vec<String> {
        self.meta.embedded_in.iter().map(ToString::to_string).collect()
    }

    /// The service, e.g. `s3`.
    #[getter]
    fn service(&self) -> &str {
        &self.meta.service
    }

    /// The provider, e.g. `aws`.
    #[getter]
    fn provider(&self) -> &str {
        &self.meta.provider
    }

    /// The controls that it answers, by framework.
    #[getter]
    fn frameworks<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::serialized(py, &self.meta.frameworks)
    }

    /// The names of the same check in other tools: `prowler`, `security_hub`, `aws_config`.
    #[getter]
    fn equivalents<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::serialized(py, &self.meta.equivalents)
    }

    /// The CEL expression; `None` for rules in code.
    #[getter]
    fn expression(&self) -> Option<&str> {
        self.meta.expression.as_deref()
    }

    /// What a failure says.
    #[getter]
    fn message(&self) -> &str {
        &self.meta.message
    }

    /// Why it matters.
    #[getter]
    fn rationale(&self) -> &str {
        &self.meta.rationale
    }

    /// How to mend it: `text`, and where there are any `cli`, `terraform` and `console`.
    #[getter]
    fn remediation<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::serialized(py, &self.meta.remediation)
    }

    /// Where to read more.
    #[getter]
    fn references(&self) -> Vec<String> {
        self.meta.references.clone()
    }

    /// Former ids.
    #[getter]
    fn aliases(&self) -> Vec<String> {
        self.meta.aliases.clone()
    }

    /// Why it should no longer be used, where that is so.
    #[getter]
    fn deprecated(&self) -> Option<&str> {
        self.meta.deprecated.as_deref()
    }

    /// All of this as a dict of JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::serialized(py, &*self.meta)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.meta == other.meta
    }

    fn __repr__(&self) -> String {
        format!("RuleInfo({:?}, severity={:?}, title={:?})", self.meta.id, self.severity(), self.meta.title)
    }
}
