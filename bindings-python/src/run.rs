//! Work on a thread of its own, as Python waits for it.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use cspm::{CancellationToken as Token, Error, ErrorKind, Event};
use pyo3::prelude::*;
use tokio::sync::Notify;

use crate::error;
use crate::event::{self, DoneEvent};
use crate::report::Report;

/// How many events wait for the caller; then the scan waits for it.
const WAITING: usize = 1024;
/// How many events are given at once, so that an event loop is not held up.
const BATCH: usize = 256;

/// How work ended.
#[derive(Clone)]
pub(crate) enum Outcome {
    Done(Arc<cspm::Report>),
    Failed(Arc<Error>),
    /// Its result was no longer wanted.
    Stopped,
    /// By a mistake of ours.
    Panicked(String),
}

#[derive(Default)]
struct State {
    events: VecDeque<Event>,
    outcome: Option<Outcome>,
    /// Called when there is something to take.
    wake: Option<Py<PyAny>>,
}

/// What the thread and its caller share.
pub(crate) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    room: Notify,
    /// Triggered when the caller wants no more.
    pub(crate) stop: Token,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives an event to the caller, as soon as it has room for one; to nobody where it wants no more.
    pub(crate) async fn push(&self, event: Event) {
        let mut event = Some(event);
        while event.is_some() {
            let room = self.room.notified();
            {
                let mut state = self.state();
                if self.stop.is_cancelled() {
                    return;
                }
                if state.events.len() < WAITING {
                    state.events.extend(event.take());
                }
            }
            if event.is_some() {
                room.await;
            }
        }
        self.tell();
    }

    /// Ends when the caller wants no more.
    pub(crate) async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    fn tell(&self) {
        self.changed.notify_all();
        let wake = self.state().wake.take();
        if let Some(wake) = wake {
            // The event loop may be closed, and the interpreter about to end: nobody waits then.
            Python::try_attach(|py| drop(wake.call0(py)));
        }
    }
}

/// A scan or evaluation that runs.
#[pyclass(frozen, module = "cspm._cspm")]
pub(crate) struct Run {
    shared: Arc<Shared>,
    cancel: Token,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Run {
    /// Does `work` on a thread of its own, which `cancel` cancels.
    pub(crate) fn start(
        py: Python<'_>,
        cancel: Token,
        work: impl FnOnce(&Shared) -> Outcome + Send + 'static,
    ) -> PyResult<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            changed: Condvar::new(),
            room: Notify::new(),
            stop: Token::new(),
        });
        let theirs = shared.clone();
        let thread = std::thread::Builder::new().name("cspm-scan".to_owned()).spawn(move || {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&theirs))).unwrap_or_else(|panic| {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
                Outcome::Panicked(text.unwrap_or("a panic").to_owned())
            });
            theirs.state().outcome = Some(outcome);
            theirs.tell();
        });
        let thread = thread.map_err(|e| {
            let error = Error::new(ErrorKind::Io, "start the thread of the scan").with_source(e);
            error::raised(py, &error)
        })?;
        Ok(Self { shared, cancel, thread: Mutex::new(Some(thread)) })
    }
}

#[pymethods]
impl Run {
    /// Waits until there is something to take or the work is over, for so many seconds at most.
    fn wait(&self, py: Python<'_>, seconds: f64) {
        let deadline = Instant::now() + Duration::try_from_secs_f64(seconds).unwrap_or(Duration::from_secs(3600));
        py.detach(|| {
            let mut state = self.shared.state();
            while state.events.is_empty() && state.outcome.is_none() {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return;
                }
                state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            }
        });
    }

    /// Calls `wake` once, from any thread, when there is something to take or the work is over.
    fn notify(&self, py: Python<'_>, wake: Py<PyAny>) -> PyResult<()> {
        {
            let mut state = self.shared.state();
            if state.events.is_empty() && state.outcome.is_none() {
                state.wake = Some(wake);
                return Ok(());
            }
        }
        wake.call0(py).map(drop)
    }

    /// The events that wait, some hundred at most.
    fn take<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let events: Vec<Event> = {
            let mut state = self.shared.state();
            let count = state.events.len().min(BATCH);
            state.events.drain(..count).collect()
        };
        self.shared.room.notify_waiters();
        events.into_iter().map(|event| event::to_python(py, event)).collect()
    }

    /// Whether the work is over and all events are taken.
    #[getter]
    fn over(&self) -> bool {
        let state = self.shared.state();
        state.events.is_empty() && state.outcome.is_some()
    }

    /// Ends the work at once; its result is not wanted.
    fn stop(&self) {
        self.cancel.cancel();
        self.shared.stop.cancel();
        self.shared.state().events.clear();
        self.shared.room.notify_waiters();
    }

    /// Waits for the end of the thread.
    fn join(&self, py: Python<'_>) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // It catches its panics.
            py.detach(|| drop(thread.join()));
        }
    }

    /// The report, when the work is over. Raises what ended it otherwise.
    fn result(&self, py: Python<'_>) -> PyResult<Report> {
        self.join(py);
        let outcome = self.shared.state().outcome.clone();
        match outcome {
            Some(Outcome::Done(report)) => Ok(Report::of(report)),
            Some(Outcome::Failed(error)) => Err(error::raised(py, &error)),
            Some(Outcome::Panicked(what)) => Err(error::internal(py, &what)),
            Some(Outcome::Stopped) | None => {
                Err(error::raised(py, &Error::new(ErrorKind::Cancelled, "finish the scan")))
            }
        }
    }

    /// The last event, when the work is over.
    fn done(&self, py: Python<'_>) -> PyResult<DoneEvent> {
        Ok(DoneEvent { report: Py::new(py, self.result(py)?)? })
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.stop();
    }
}
