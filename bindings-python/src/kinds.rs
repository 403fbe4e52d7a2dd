//! The kinds of all providers.

use std::sync::{Arc, LazyLock};

use cspm::Kind;
use pyo3::prelude::*;
use serde_json::json;

use crate::data;

/// The kinds never change, so that they are made once for a process.
static BUILTIN: LazyLock<Vec<Arc<Kind>>> = LazyLock::new(|| {
    // They contradict nothing, which the tests of their crates see to.
    cspm::kinds().unwrap_or_default()
});

/// The kinds that come with the library, in the order of their names.
pub(crate) fn builtin() -> &'static [Arc<Kind>] {
    &BUILTIN
}

/// The model of a kind that comes with the library.
pub(crate) fn model(name: &str) -> Option<&'static Arc<Kind>> {
    BUILTIN.binary_search_by(|kind| (**kind.name()).cmp(name)).ok().map(|at| &BUILTIN[at])
}

/// The kinds of resources that rules can be written for, with the JSON Schema of their data.
#[pyfunction]
pub(crate) fn kinds(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let rows = builtin().iter().map(|kind| {
        json!({
            "name": kind.name(),
            "provider": kind.provider(),
            "service": kind.service(),
            "scope": kind.scope(),
            "native": kind.is_native(),
            "call": kind.list().call(),
            "permission": kind.list().permission(),
            "schema": kind.schema(),
        })
    });
    data::json_to_python(py, &rows.collect())
}
