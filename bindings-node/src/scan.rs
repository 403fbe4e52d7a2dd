//! Scans.

use std::sync::Arc;
use std::time::Duration;

use cspm::{Event, JsonGraph, Scan};
use futures::StreamExt;
use napi_derive::napi;
use serde::Deserialize;

use crate::error::{Failure, sync};
use crate::event;
use crate::job::{self, Job};
use crate::link::{Link, Message, Outcome, Tell};
use crate::report::Report;
use crate::rules::{Rules, Selection};
use crate::source::{Source, Spec, collectors, parse, specs};

/// How many events go to JavaScript at once: what is read in one turn of the event loop should not hold it up.
const BATCH: usize = 64;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Options {
    /// Whether somebody listens to events.
    events: bool,
    progress_only: bool,
    drop_inventory: bool,
    collect_everything: bool,
    graph: Option<String>,
    /// In seconds.
    timeout: Option<f64>,
}

/// Starts a scan.
#[napi]
pub fn scan(sources: Vec<&Source>, rules: &Rules, options: String, tell: Tell<'_>) -> napi::Result<Job> {
    let options: Options = sync(|| parse("use the options of the scan", &options))?;
    let (specs, rules) = (specs(&sources), rules.unlinked());
    job::start(&tell, move |link| {
        let rules = rules.linked(link);
        job::run(link, run(link, specs, rules, options))
    })
}

async fn run(link: &Arc<Link>, specs: Vec<Spec>, rules: Selection, options: Options) -> Result<Outcome, Failure> {
    let collectors = collectors(specs, Some(link)).await?;
    let mut scan = collectors.into_iter().fold(Scan::new(), Scan::collector_arc).exceptions(rules.exceptions());
    scan = scan.rules(rules).models(cspm::kinds()?);
    if options.drop_inventory {
        scan = scan.drop_inventory();
    }
    if options.collect_everything {
        scan = scan.collect_everything();
    }
    if options.progress_only {
        scan = scan.progress_only();
    }
    if let Some(seconds) = options.timeout {
        scan = scan.timeout(limit(seconds)?);
    }
    if let Some(path) = &options.graph {
        scan = scan.sink(JsonGraph::create(path)?);
    }
    let report = match options.events {
        true => told(link, scan).await?,
        false => Arc::new(scan.run().await?),
    };
    Ok(Outcome::Report(Box::new(Report::of(report))))
}

/// A time limit in seconds.
fn limit(seconds: f64) -> cspm::Result<Duration> {
    let limit = Duration::try_from_secs_f64(seconds).ok().filter(|limit| !limit.is_zero());
    limit.ok_or_else(|| {
        let error = cspm::Error::new(cspm::ErrorKind::Config, format!("scan within {seconds} s"));
        error.with_help("timeout is a number of seconds above 0")
    })
}

/// Runs the scan, and tells of its events as JavaScript asks for them.
async fn told(link: &Link, scan: Scan) -> Result<Arc<cspm::Report>, Failure> {
    let mut events = std::pin::pin!(scan.stream().ready_chunks(BATCH));
    while let Some(batch) = events.next().await {
        let mut lines = Vec::with_capacity(batch.len());
        let mut end = None;
        for event in &batch {
            match event {
                Event::Done(report) => end = Some(Ok(report.clone())),
                Event::Aborted(error) => end = Some(Err(Failure::from(&**error))),
                event => lines.extend(event::line(event)?),
            }
        }
        if !lines.is_empty() {
            link.demand().await;
            link.tell(Message::Batch(lines.join("\n")));
        }
        if let Some(end) = end {
            return end;
        }
    }
    Err(cspm::Error::new(cspm::ErrorKind::Cancelled, "finish the scan").into())
}
