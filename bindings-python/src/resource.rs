//! A resource.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use cspm::{Data, Kind, Unread};
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::evidence::Recorder;
use crate::field::{self, Field};
use crate::{data, error, kinds, python};

/// One object of a provider: where it is, what it is called, and its data.
///
/// `resource["name"]` looks in the data, and then in the fields that every resource has; `resource["a.b"]` looks below `a`. What
/// was not read raises `UnreadError`, so that nothing is taken for empty that is not known.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct Resource {
    pub(crate) resource: Arc<cspm::Resource>,
    model: Option<Arc<Kind>>,
    recorder: Option<Arc<Recorder>>,
}

impl Resource {
    pub(crate) fn of(resource: Arc<cspm::Resource>) -> Self {
        Self { resource, model: None, recorder: None }
    }

    /// The same for a rule, whose evidence is what it reads.
    pub(crate) fn judged(resource: Arc<cspm::Resource>, model: Option<Arc<Kind>>, recorder: Arc<Recorder>) -> Self {
        Self { resource, model, recorder: Some(recorder) }
    }

    fn find(&self, path: &str) -> Field {
        let model = self.model.as_ref().or_else(|| kinds::model(&self.resource.kind));
        let found = field::find(&self.resource, model.map(|model| &**model), path);
        if let (Field::Known(value), Some(recorder)) = (&found, &self.recorder) {
            recorder.note(path, value);
        }
        found
    }

    fn value<'py>(&self, py: Python<'py>, path: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.find(path) {
            Field::Known(value) => data::to_python(py, &value, &mut path.to_owned()).map(Some),
            Field::Absent => Ok(None),
            Field::Unread(field, unread) => Err(unread_error(py, field, &unread)?),
        }
    }
}

fn unread_error(py: Python<'_>, field: String, unread: &Unread) -> PyResult<PyErr> {
    let parts = (field, unread.reason.as_str(), &*unread.call, &*unread.detail);
    Ok(PyErr::from_value(python::unread_error(py)?.call1(parts)?))
}

#[pymethods]
impl Resource {
    /// The resource that a dict describes, of which only `uid` and `kind` must be there.
    #[staticmethod]
    fn from_dict(py: Python<'_>, given: &Bound<'_, PyAny>) -> PyResult<Self> {
        let given = data::from_python(given)?;
        let resource = cspm::Resource::from_data(&given, kinds::builtin()).map_err(|e| error::raised(py, &e))?;
        Ok(Self::of(Arc::new(resource)))
    }

    /// Unique over all providers: the ARN; for Kubernetes `k8s://CLUSTER/NAMESPACE/KIND/NAME`.
    #[getter]
    fn uid(&self) -> &str {
        &self.resource.uid
    }

    /// The name of its kind, e.g. `aws_s3_bucket`.
    #[getter]
    fn kind(&self) -> &str {
        &self.resource.kind
    }

    /// The provider, e.g. `aws`.
    #[getter]
    fn provider(&self) -> &str {
        &self.resource.provider
    }

    /// The account, subscription or cluster.
    #[getter]
    fn account(&self) -> &str {
        &self.resource.account
    }

    /// The region; `global` where there is none.
    #[getter]
    fn region(&self) -> &str {
        &self.resource.region
    }

    /// What people call it.
    #[getter]
    fn name(&self) -> &str {
        &self.resource.name
    }

    /// Its tags or labels.
    #[getter]
    fn tags<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        // A rule must not take tags that were not read for none.
        if self.recorder.is_some()
            && let Field::Unread(field, unread) = self.find("tags")
        {
            return Err(unread_error(py, field, &unread)?);
        }
        let tags = PyDict::new(py);
        for (key, value) in self.resource.tags.iter() {
            tags.set_item(&**key, &**value)?;
        }
        Ok(tags)
    }

    /// When it was collected: the present of every rule that judges it.
    #[getter]
    fn collected_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::time(py, self.resource.collected_at.as_microsecond())
    }

    /// The file and line where it is written, if it comes from a file that people write.
    #[getter]
    fn origin<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.resource.origin.as_deref().map(|origin| data::serialized(py, origin)).transpose()
    }

    /// What is known of it, with an `Unread` for each part that was not read; an `Unread` as a whole where its list could not
    /// be made.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::to_python(py, &self.resource.data, &mut String::new())
    }

    /// The parts of the data that were not read, with the call and the reason.
    #[getter]
    fn unread<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let mut rows = Vec::new();
        self.resource.data.for_each_unread(&mut |path, why| rows.push(data::unread_row(&field::dotted(path), why)));
        data::json_to_python(py, &rows.into())
    }

    fn __getitem__<'py>(&self, py: Python<'py>, path: &str) -> PyResult<Bound<'py, PyAny>> {
        self.value(py, path)?.ok_or_else(|| PyKeyError::new_err(path.to_owned()))
    }

    fn __contains__(&self, path: &str) -> bool {
        // What was not read is there, as far as anybody knows: looking at it says why it is not known.
        !matches!(self.find(path), Field::Absent)
    }

    /// The value at a path, or `default` where there is none. What was not read raises `UnreadError`.
    #[pyo3(signature = (path, default=None))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        path: &str,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self.value(py, path)?.or(default))
    }

    /// The resource as a dict of JSON, with what was not read in `unread`; `evaluate` takes it back.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::serialized(py, &*self.resource)
    }

    /// The same as JSON.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        data::json(py, &*self.resource)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyAny>,))> {
        let py = slf.py();
        Ok((slf.get_type().getattr("from_dict")?, (slf.get().to_dict(py)?,)))
    }

    fn __eq__(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.resource, &other.resource) || self.resource == other.resource
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.resource.uid, &self.resource.kind).hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        let unlisted = if matches!(self.resource.data, Data::Unread(_)) { ", unread" } else { "" };
        format!("Resource({:?}, kind={:?}{unlisted})", self.resource.uid, self.resource.kind)
    }
}
