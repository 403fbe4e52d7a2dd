//! Scans.

use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use cspm::{CancellationToken as Token, Event};
use futures::StreamExt;
use pyo3::prelude::*;

use crate::cancel::CancellationToken;
use crate::error;
use crate::graph::Graph;
use crate::kinds;
use crate::rules::{Rules, Selection};
use crate::run::{Outcome, Run, Shared};
use crate::source::{self, Source};

/// A scan to be.
struct Job {
    sources: Vec<Source>,
    selection: Selection,
    cancel: Token,
    events: bool,
    progress_only: bool,
    drop_inventory: bool,
    collect_everything: bool,
    graph: Option<PathBuf>,
    timeout: Option<Duration>,
}

/// Begins a scan on a thread of its own.
#[pyfunction]
#[pyo3(signature = (collectors, rules=None, *, events=false, progress_only=false, drop_inventory=false,
    collect_everything=false, graph=None, timeout=None, cancel=None))]
#[allow(clippy::too_many_arguments, reason = "they are named in Python")]
pub(crate) fn start_scan(
    py: Python<'_>,
    collectors: &Bound<'_, PyAny>,
    rules: Option<&Bound<'_, Rules>>,
    events: bool,
    progress_only: bool,
    drop_inventory: bool,
    collect_everything: bool,
    graph: Option<PathBuf>,
    timeout: Option<f64>,
    cancel: Option<&Bound<'_, CancellationToken>>,
) -> PyResult<Run> {
    // A child: a scan that is stopped does not cancel others that have the same token.
    let cancel = cancel.map_or_else(Token::new, |cancel| cancel.get().token.child_token());
    let sources = source::sources(collectors)?;
    let timeout = timeout.map(|seconds| limit(py, seconds)).transpose()?;
    let selection = Selection::of(py, rules)?.cancelled_by(cancel.clone());
    let job = Job {
        sources,
        selection,
        cancel: cancel.clone(),
        events,
        progress_only,
        drop_inventory,
        collect_everything,
        graph,
        timeout,
    };
    Run::start(py, cancel, move |shared| {
        let runtime = match source::runtime() {
            Ok(runtime) => runtime,
            Err(error) => return Outcome::Failed(Arc::new(error)),
        };
        let outcome = runtime.block_on(async {
            // Whoever stops the scan wants no report: dropping it ends all its work at once.
            tokio::select! {
                biased;
                () = shared.stopped() => Outcome::Stopped,
                outcome = scan(job, shared) => outcome.unwrap_or_else(|error| Outcome::Failed(Arc::new(error))),
            }
        });
        source::end(runtime);
        outcome
    })
}

/// A time limit in seconds.
fn limit(py: Python<'_>, seconds: f64) -> PyResult<Duration> {
    let limit = Duration::try_from_secs_f64(seconds).ok().filter(|limit| !limit.is_zero());
    limit.ok_or_else(|| {
        error::config(py, &format!("scan within {seconds} s"), "timeout= is a number of seconds above 0")
    })
}

async fn scan(job: Job, shared: &Shared) -> cspm::Result<Outcome> {
    let exceptions = job.selection.exceptions();
    let cancel = job.cancel;
    let mut scan = cspm::Scan::new()
        .models(kinds::builtin().iter().cloned())
        .rules(job.selection)
        .exceptions(exceptions)
        .cancel_with(cancel.clone());
    for source in job.sources {
        let unbuilt = source.unbuilt();
        scan = scan.collector_arc(match cancel.run_until_cancelled(source.build()).await {
            Some(built) => built?,
            None => unbuilt,
        });
    }
    if !job.events || job.progress_only {
        scan = scan.progress_only();
    }
    if job.drop_inventory {
        scan = scan.drop_inventory();
    }
    if job.collect_everything {
        scan = scan.collect_everything();
    }
    if let Some(limit) = job.timeout {
        scan = scan.timeout(limit);
    }
    if let Some(path) = &job.graph {
        scan = scan.sink(Graph::create(path, shared.stop.clone())?);
    }
    let mut events = pin!(scan.stream());
    while let Some(event) = events.next().await {
        match event {
            Event::Done(report) => return Ok(Outcome::Done(report)),
            Event::Aborted(error) => return Ok(Outcome::Failed(error)),
            event if job.events => shared.push(event).await,
            _ => {}
        }
    }
    Ok(Outcome::Stopped)
}
