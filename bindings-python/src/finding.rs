//! A finding.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use pyo3::prelude::*;

use crate::data;
use crate::resource::Resource;

/// A rule's answer for a resource: `pass`, `fail`, or `unknown` where a field that it depends on was not read.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct Finding {
    pub(crate) finding: Arc<cspm::Finding>,
}

#[pymethods]
impl Finding {
    /// Stable from scan to scan.
    #[getter]
    fn id(&self) -> &str {
        &self.finding.id
    }

    /// The id of the rule.
    #[getter]
    fn rule_id(&self) -> &str {
        &self.finding.rule.id
    }

    /// `pass`, `fail` or `unknown`.
    #[getter]
    fn status(&self) -> &'static str {
        self.finding.status.as_str()
    }

    /// The severity of the rule.
    #[getter]
    fn severity(&self) -> &'static str {
        self.finding.severity().as_str()
    }

    /// The state that the rule wants, in a few words.
    #[getter]
    fn title(&self) -> &str {
        &self.finding.rule.title
    }

    /// The answer in a sentence.
    #[getter]
    fn message(&self) -> &str {
        &self.finding.message
    }

    /// The resource that was judged.
    #[getter]
    fn resource(&self) -> Resource {
        Resource::of(self.finding.resource.clone())
    }

    /// The fields that the answer rests on, with their values; long ones are cut.
    #[getter]
    fn evidence<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let evidence = self.finding.evidence.iter().map(|e| (e.field.to_string(), e.value.to_json()));
        data::json_to_python(py, &evidence.collect())
    }

    /// The fields that were needed and not read, with the call and the reason; empty unless the status is `unknown`.
    #[getter]
    fn unread<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.finding.unread.iter().map(|unread| data::unread_row(&unread.field, &unread.unread));
        data::json_to_python(py, &rows.collect())
    }

    /// How to mend it: `text`, and where there are any `cli`, `terraform` and `console`.
    #[getter]
    fn remediation<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::serialized(py, &self.finding.rule.remediation)
    }

    /// The controls that the rule answers, by framework.
    #[getter]
    fn frameworks<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::serialized(py, &self.finding.rule.frameworks)
    }

    /// The reviewed waiver that covers it: `owner`, `reason` and `expires`.
    #[getter]
    fn exception<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.finding.exception.as_deref().map(|exception| data::serialized(py, exception)).transpose()
    }

    /// When the resource was collected: the present of the answer.
    #[getter]
    fn collected_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::time(py, self.finding.resource.collected_at.as_microsecond())
    }

    /// Whether it is a failure that no exception covers.
    #[getter]
    fn is_open_failure(&self) -> bool {
        self.finding.is_open_failure()
    }

    /// The finding as a dict of JSON, as the format `json` has it.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::serialized(py, &*self.finding)
    }

    /// The same as JSON, in a line.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        data::json(py, &*self.finding)
    }

    fn __eq__(&self, other: &Self) -> bool {
        let (a, b) = (&*self.finding, &*other.finding);
        Arc::ptr_eq(&self.finding, &other.finding)
            || ((&a.id, a.status, &a.message) == (&b.id, b.status, &b.message)
                && (&a.evidence, &a.unread, &a.exception) == (&b.evidence, &b.unread, &b.exception)
                && (a.rule == b.rule && a.resource == b.resource))
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.finding.id, self.finding.status.as_str()).hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        let (status, severity) = (self.status(), self.severity());
        format!("<Finding {status} {severity} {}: {}>", self.finding.rule.id, self.finding.message)
    }
}
