//! An inventory.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;

use crate::resource::Resource;
use crate::{data, error, python, rows};

/// All resources of a scan, in the order of kind and uid, with look-up by uid and by kind. It never changes.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct Inventory {
    pub(crate) inventory: Arc<cspm::Inventory>,
}

impl Inventory {
    fn lazy<'py>(slf: &Bound<'py, Self>, start: usize, count: usize) -> PyResult<Bound<'py, PyAny>> {
        let made = slf.getattr("_resources_at")?;
        python::lazy(slf.py())?.call1((made, count, start))
    }
}

#[pymethods]
impl Inventory {
    fn __len__(&self) -> usize {
        self.inventory.len()
    }

    fn __iter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Ok(Self::lazy(slf, 0, slf.get().inventory.len())?.try_iter()?.into_any())
    }

    fn __contains__(&self, uid: &str) -> bool {
        self.inventory.get(uid).is_some()
    }

    /// The resources at some positions.
    fn _resources_at(&self, start: usize, step: isize, count: usize) -> Vec<Resource> {
        let positions = (0..count).filter_map(|n| start.checked_add_signed(step.checked_mul(n as isize)?));
        let found = positions.filter_map(|position| self.inventory.resources().get(position));
        found.map(|resource| Resource::of(resource.clone())).collect()
    }

    /// The resource with this uid, if there is one.
    fn get(&self, uid: &str) -> Option<Resource> {
        self.inventory.get_arc(uid).map(|resource| Resource::of(resource.clone()))
    }

    /// The resources of a kind, in the order of their uids, each made when it is looked at.
    fn of_kind<'py>(slf: &Bound<'py, Self>, kind: &str) -> PyResult<Bound<'py, PyAny>> {
        let resources = slf.get().inventory.resources();
        // They stand together, in the order of their kinds.
        let start = resources.partition_point(|resource| *resource.kind < *kind);
        let count = resources[start..].partition_point(|resource| *resource.kind == *kind);
        Self::lazy(slf, start, count)
    }

    /// The kinds of which there are resources.
    #[getter]
    fn kinds(&self) -> Vec<String> {
        let counts = self.inventory.counts().into_iter().filter(|(_, count)| *count > 0);
        counts.map(|(kind, _)| kind.to_string()).collect()
    }

    /// How many resources there are of each kind, those included of which a list could not be made.
    #[getter]
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::serialized(py, &self.inventory.counts())
    }

    /// Every list that could not be made, with the call and the reason.
    #[getter]
    fn gaps<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.inventory.gaps().map(|gap| {
            let unread = &gap.unread;
            serde_json::json!({
                "kind": gap.kind, "provider": gap.provider, "account": gap.account, "region": gap.region,
                "reason": unread.reason, "call": unread.call, "detail": unread.detail,
            })
        });
        data::json_to_python(py, &rows.collect())
    }

    /// The rows that one `select` statement gives, in SQLite's SQL: a table for each kind, with its fields as columns. It reads
    /// only. What was not read is `None`, and in `unread` of the rows. `time_limit` is in seconds, 10 unless given; more than
    /// `max_rows` rows (100,000) or `max_memory` bytes (512 MiB) are an error.
    #[pyo3(signature = (query, *, time_limit=None, max_rows=None, max_memory=None))]
    fn sql<'py>(
        &self,
        py: Python<'py>,
        query: &str,
        time_limit: Option<f64>,
        max_rows: Option<usize>,
        max_memory: Option<u64>,
    ) -> PyResult<Bound<'py, PyAny>> {
        rows::rows(py, &self.inventory, query, (time_limit, max_rows, max_memory))
    }

    /// Writes a snapshot, which is there whole or not at all; compressed where the name ends in `.zst`.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| cspm::save_snapshot(&self.inventory, &path)).map_err(|e| error::raised(py, &e))
    }

    fn __repr__(&self) -> String {
        format!("<Inventory: {} resources>", self.inventory.len())
    }
}
