//! Events, each of a class of its own whose `type` names it.

use std::sync::Arc;
use std::time::Duration;

use cspm::{CallEvent, Event, Progress};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;

use crate::finding::Finding;
use crate::plan::Plan;
use crate::report::Report;
use crate::resource::Resource;

/// The scan begins: the calls that it will make, and how many rules it has.
#[pyclass(frozen, get_all, module = "cspm")]
pub(crate) struct PlannedEvent {
    /// The calls.
    plan: Py<Plan>,
    /// The number of rules.
    rules: usize,
}

/// How far the scan is. Comes at most ten times a second.
#[pyclass(frozen, get_all, module = "cspm")]
pub(crate) struct ProgressEvent {
    /// Calls that have ended.
    calls_done: u64,
    /// Calls known of so far, those that have ended included; grows as lists arrive.
    calls_expected: u64,
    /// Resources collected.
    resources: u64,
    /// Verdicts given.
    findings: u64,
    /// The seconds since the scan began.
    elapsed: f64,
    /// An estimate of the seconds left, from the pace so far; `None` until there is one.
    left: Option<f64>,
}

/// A resource was collected.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct ResourceEvent(Arc<cspm::Resource>);

/// A verdict was given.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct FindingEvent(Arc<cspm::Finding>);

/// A call was refused for lack of a permission.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct DeniedEvent(CallEvent);

/// The provider asked to slow down.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct ThrottledEvent(CallEvent, Duration);

/// A call was not answered for another reason, or a collector or sink failed.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct FailedEvent(CallEvent);

/// The scan is over. The last event.
#[pyclass(frozen, get_all, module = "cspm")]
pub(crate) struct DoneEvent {
    /// The result.
    pub(crate) report: Py<Report>,
}

#[pymethods]
impl PlannedEvent {
    /// `planned`.
    #[classattr]
    #[pyo3(name = "type")]
    const TYPE: &'static str = "planned";

    fn __repr__(&self) -> String {
        format!("PlannedEvent(calls={}, rules={})", self.plan.get().plan.calls.len(), self.rules)
    }
}

#[pymethods]
impl ProgressEvent {
    /// `progress`.
    #[classattr]
    #[pyo3(name = "type")]
    const TYPE: &'static str = "progress";

    fn __repr__(&self) -> String {
        let Self { calls_done, calls_expected, resources, findings, elapsed, .. } = self;
        format!(
            "ProgressEvent(calls={calls_done}/{calls_expected}, resources={resources}, findings={findings}, \
             elapsed={elapsed:.1})"
        )
    }
}

#[pymethods]
impl ResourceEvent {
    /// `resource`.
    #[classattr]
    #[pyo3(name = "type")]
    const TYPE: &'static str = "resource";

    /// The resource.
    #[getter]
    fn resource(&self) -> Resource {
        Resource::of(self.0.clone())
    }

    fn __repr__(&self) -> String {
        format!("ResourceEvent({:?}, kind={:?})", self.0.uid, self.0.kind)
    }
}

#[pymethods]
impl FindingEvent {
    /// `finding`.
    #[classattr]
    #[pyo3(name = "type")]
    const TYPE: &'static str = "finding";

    /// The finding.
    #[getter]
    fn finding(&self) -> Finding {
        Finding { finding: self.0.clone() }
    }

    fn __repr__(&self) -> String {
        format!("FindingEvent({:?}, {:?}, {:?})", self.0.status.as_str(), self.0.rule.id, self.0.message)
    }
}

macro_rules! of_a_call {
    ($($event:ident, $name:literal;)*) => {$(
        #[pymethods]
        impl $event {
            #[doc = concat!("`", $name, "`.")]
            #[classattr]
            #[pyo3(name = "type")]
            const TYPE: &'static str = $name;

            /// The account; empty where no single call failed.
            #[getter]
            fn account(&self) -> &str {
                &self.0.account
            }

            /// The region.
            #[getter]
            fn region(&self) -> &str {
                &self.0.region
            }

            /// The call, as `service:Operation`, or what failed.
            #[getter]
            fn call(&self) -> &str {
                &self.0.call
            }

            /// Why.
            #[getter]
            fn reason(&self) -> &'static str {
                self.0.reason.as_str()
            }

            /// What the provider said.
            #[getter]
            fn detail(&self) -> &str {
                &self.0.detail
            }

            fn __repr__(&self) -> String {
                let CallEvent { account, region, call, reason, .. } = &self.0;
                format!(concat!(stringify!($event), "({:?}, account={:?}, region={:?}, reason={:?})"),
                    call, account, region, reason.as_str())
            }
        }
    )*};
}

of_a_call! {
    DeniedEvent, "denied";
    FailedEvent, "failed";
}

#[pymethods]
impl ThrottledEvent {
    /// `throttled`.
    #[classattr]
    #[pyo3(name = "type")]
    const TYPE: &'static str = "throttled";

    /// The account.
    #[getter]
    fn account(&self) -> &str {
        &self.0.account
    }

    /// The region.
    #[getter]
    fn region(&self) -> &str {
        &self.0.region
    }

    /// The call, as `service:Operation`.
    #[getter]
    fn call(&self) -> &str {
        &self.0.call
    }

    /// Why: `throttled`.
    #[getter]
    fn reason(&self) -> &'static str {
        self.0.reason.as_str()
    }

    /// What the provider said; empty where that is not known.
    #[getter]
    fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The seconds until the next try.
    #[getter]
    fn wait(&self) -> f64 {
        self.1.as_secs_f64()
    }

    fn __repr__(&self) -> String {
        let CallEvent { account, region, call, .. } = &self.0;
        format!("ThrottledEvent({call:?}, account={account:?}, region={region:?}, wait={:.1})", self.wait())
    }
}

#[pymethods]
impl DoneEvent {
    /// `done`.
    #[classattr]
    #[pyo3(name = "type")]
    const TYPE: &'static str = "done";

    fn __repr__(&self) -> String {
        format!("DoneEvent({})", self.report.get().__repr__())
    }
}

/// The event as an object of its class.
pub(crate) fn to_python(py: Python<'_>, event: Event) -> PyResult<Bound<'_, PyAny>> {
    match event {
        Event::Planned { plan, rules } => {
            PlannedEvent { plan: Py::new(py, Plan { plan })?, rules }.into_bound_py_any(py)
        }
        Event::Progress(progress) => progressed(progress).into_bound_py_any(py),
        Event::Resource(resource) => ResourceEvent(resource).into_bound_py_any(py),
        Event::Finding(finding) => FindingEvent(finding).into_bound_py_any(py),
        Event::Denied(call) => DeniedEvent(call).into_bound_py_any(py),
        Event::Throttled { call, wait } => ThrottledEvent(call, wait).into_bound_py_any(py),
        Event::Failed(call) => FailedEvent(call).into_bound_py_any(py),
        Event::Done(report) => DoneEvent { report: Py::new(py, Report::of(report))? }.into_bound_py_any(py),
        Event::Aborted(error) => Err(crate::error::raised(py, &error)),
        other => Err(crate::error::internal(py, &format!("an event without a class: {}", other.name()))),
    }
}

fn progressed(progress: Progress) -> ProgressEvent {
    let Progress { calls_done, calls_expected, resources, findings, elapsed, left } = progress;
    let (elapsed, left) = (elapsed.as_secs_f64(), left.map(|left| left.as_secs_f64()));
    ProgressEvent { calls_done, calls_expected, resources, findings, elapsed, left }
}
