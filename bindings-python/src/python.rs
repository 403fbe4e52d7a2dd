//! What of the package is written in Python, and used from here.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

macro_rules! of_package {
    ($(#[doc = $doc:literal] $name:ident, $type:ty, $module:literal, $attribute:literal;)*) => {$(
        #[doc = $doc]
        pub(crate) fn $name<'py>(py: Python<'py>) -> PyResult<&'py Bound<'py, $type>> {
            static FOUND: PyOnceLock<Py<$type>> = PyOnceLock::new();
            FOUND.import(py, $module, $attribute)
        }
    )*};
}

of_package! {
    /// The class of what was not read.
    unread, PyType, "cspm._unread", "Unread";
    /// The error of reading what was not read.
    unread_error, PyType, "cspm._errors", "UnreadError";
    /// Makes an error of its parts.
    make_error, PyAny, "cspm._errors", "make";
    /// The base of all errors of the package.
    cspm_error, PyType, "cspm._errors", "CspmError";
    /// The class of lists that could not be made.
    gap, PyType, "cspm._collector", "Gap";
    /// The class of collectors in Python.
    collector, PyType, "cspm._collector", "Collector";
    /// The items that a collector in Python yields.
    collected_items, PyAny, "cspm._collector", "items";
    /// The class of sequences whose items are made when they are looked at.
    lazy, PyType, "cspm._lazy", "Lazy";
    /// The class of verdicts in Python.
    verdict, PyType, "cspm._rule", "Verdict";
    /// The rows of a query.
    rows, PyType, "cspm._rows", "Rows";
    /// The text of a traceback.
    format_exception, PyAny, "traceback", "format_exception";
}
