//! What cancels scans.

use pyo3::prelude::*;

/// Cancels the scans that it is given to, from any thread. A cancelled scan ends soon, with a report of what it has, whose
/// `coverage["cancelled"]` is true.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct CancellationToken {
    pub(crate) token: cspm::CancellationToken,
}

#[pymethods]
impl CancellationToken {
    #[new]
    fn new() -> Self {
        Self { token: cspm::CancellationToken::new() }
    }

    /// Cancels; again changes nothing.
    fn cancel(&self) {
        self.token.cancel();
    }

    /// Whether it was cancelled.
    #[getter]
    fn cancelled(&self) -> bool {
        self.token.is_cancelled()
    }

    fn __repr__(&self) -> String {
        let cancelled = if self.cancelled() { "True" } else { "False" };
        format!("CancellationToken(cancelled={cancelled})")
    }
}
