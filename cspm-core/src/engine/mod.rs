//! A scan: collect what the rules need, judge it, say what could not be read.

mod arrivals;
mod judge;
mod reading;
mod run;
mod selected;
mod sources;
mod tally;
mod withholding;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub use judge::{evaluate, try_evaluate};
pub use selected::{Selected, SelectedPart};

use crate::{Collector, Event, Exceptions, GraphSink, Kind, Plan, Report, Result, Rule};

/// Where the rules of a scan come from: a list, a catalog with a selection, a folder.
pub trait RuleSource: Send + Sync {
    /// The rules, checked against the kinds that the scan's collectors have.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Rule`] or [`crate::ErrorKind::Config`] where a rule or the selection is not usable.
    fn rules(&self, kinds: &[Arc<Kind>]) -> Result<Vec<Arc<dyn Rule>>>;

    /// The rules, with what was asked for by name: what of that selects nothing is told, and where all of it selects nothing the
    /// scan is an error.
    ///
    /// # Errors
    /// As [`RuleSource::rules`].
    fn select(&self, kinds: &[Arc<Kind>]) -> Result<Selected> {
        self.rules(kinds).map(Selected::from)
    }
}

impl RuleSource for Vec<Arc<dyn Rule>> {
    fn rules(&self, _: &[Arc<Kind>]) -> Result<Vec<Arc<dyn Rule>>> {
        Ok(self.clone())
    }
}

/// A scan to be: what to collect, the rules to judge it by, and where to send what it finds.
///
/// ```
/// use std::sync::Arc;
/// use cspm_core::{Memory, Scan};
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let report = Scan::new().collector(Memory::new("cmdb", "acme")).run().await?;
/// assert!(report.is_empty());
/// # Ok::<(), cspm_core::Error>(()) }).unwrap();
/// ```
#[must_use = "a scan does nothing until it is run"]
#[derive(Default)]
pub struct Scan {
    collectors: Vec<Arc<dyn Collector>>,
    rules: Vec<Box<dyn RuleSource>>,
    exceptions: Exceptions,
    sinks: Vec<Box<dyn GraphSink>>,
    cancel: CancellationToken,
    drop_inventory: bool,
    collect_everything: bool,
    progress_only: bool,
    timeout: Option<Duration>,
    on_event: Option<Listener>,
    models: Vec<Arc<Kind>>,
}

/// What is told of each event.
type Listener = Box<dyn FnMut(&Event) + Send>;

impl Scan {
    /// A scan of nothing, with no rules.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a source of resources.
    pub fn collector(self, collector: impl Collector + 'static) -> Self {
        self.collector_arc(Arc::new(collector))
    }

    /// Adds a source of resources that others hold too.
    pub fn collector_arc(mut self, collector: Arc<dyn Collector>) -> Self {
        self.collectors.push(collector);
        self
    }

    /// Adds rules.
    pub fn rules(mut self, rules: impl RuleSource + 'static) -> Self {
        self.rules.push(Box::new(rules));
        self
    }

    /// Sets the reviewed waivers.
    pub fn exceptions(mut self, exceptions: Exceptions) -> Self {
        self.exceptions = exceptions;
        self
    }

    /// Adds a place for the graph.
    pub fn sink(mut self, sink: impl GraphSink + 'static) -> Self {
        self.sinks.push(Box::new(sink));
        self
    }

    /// Has every event told to `listener`, which should be quick: the scan waits for it.
    pub fn on_event(mut self, listener: impl FnMut(&Event) + Send + 'static) -> Self {
        self.on_event = Some(Box::new(listener));
        self
    }

    /// Lets `token` cancel the scan: it then ends soon, with a report of what it has.
    pub fn cancel_with(mut self, token: CancellationToken) -> Self {
        self.cancel = token;
        self
    }

    /// Lets the sources take this long, all at once and connecting included. What a source has not given by then is not read,
    /// with the reason [`crate::Reason::TimedOut`], and the report is of what there is.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Tells of kinds whose resources a source may give without declaring them: what these kinds say is secret is withheld of
    /// such resources too.
    pub fn models(mut self, kinds: impl IntoIterator<Item = Arc<Kind>>) -> Self {
        self.models.extend(kinds);
        self
    }

    /// Collects everything that the collectors have, not only what the rules need: for a full snapshot or graph.
    pub fn collect_everything(mut self) -> Self {
        self.collect_everything = true;
        self
    }

    /// Drops each resource when it is judged, unless a rule looks it up from another. The report then has no
    /// inventory, and of the findings only failures and unknowns; passes are in events, summary and scores.
    pub fn drop_inventory(mut self) -> Self {
        self.drop_inventory = true;
        self
    }

    /// Tells of progress and of calls that did not go well, and not of each resource and finding: making those in full
    /// only to tell of them takes longer than judging.
    pub fn progress_only(mut self) -> Self {
        self.progress_only = true;
        self
    }

    /// The calls that the scan would make. Makes none.
    ///
    /// # Errors
    /// As [`RuleSource::rules`]; [`crate::ErrorKind::Config`] where no selected rule judges a kind that the collectors have.
    pub fn plan(&self) -> Result<Plan> {
        Ok(Plan::of(&self.collectors, &self.selected()?.rules))
    }

    /// Runs the scan.
    ///
    /// # Errors
    /// Where the rules are not usable, where none of them judges a kind that the sources have, or where no collector could
    /// connect. What goes wrong later is in the coverage. A scan to which no rules were given collects alone.
    pub async fn run(self) -> Result<Report> {
        run::run(self, None).await.map(|report| Arc::try_unwrap(report).unwrap_or_else(|shared| (*shared).clone()))
    }

    /// Runs the scan as a stream of events; the last is [`Event::Done`] with the report, or [`Event::Aborted`].
    /// Dropping the stream stops the scan.
    pub fn stream(self) -> impl Stream<Item = Event> + Send {
        let (sender, receiver) = mpsc::channel(256);
        let events = futures::stream::unfold(receiver, |mut receiver| async {
            receiver.recv().await.map(|event| (event, receiver))
        });
        let events = events.fuse();
        let scan = futures::stream::once(async move {
            match run::run(self, Some(sender)).await {
                Ok(report) => Event::Done(report),
                Err(error) => Event::Aborted(Arc::new(error)),
            }
        });
        // The last event is known when the scan ends, but must come after those still in the channel.
        LastOfAll { events: Box::pin(events), scan: Box::pin(scan), last: None }
    }

    fn kinds(&self) -> Vec<Arc<Kind>> {
        let mut kinds: Vec<_> = self.collectors.iter().flat_map(|collector| collector.kinds()).collect();
        kinds.sort_by(|a, b| a.name().cmp(b.name()));
        kinds.dedup_by(|a, b| a.name() == b.name());
        kinds
    }

    fn selected(&self) -> Result<Selected> {
        let kinds = self.kinds();
        let all = self.rules.iter().map(|source| source.select(&kinds)).collect::<Result<Vec<_>>>()?;
        let selected = Selected::joined(all)?;
        let known: BTreeSet<&str> = kinds.iter().map(|kind| &**kind.name()).collect();
        selected.unmatched(&self.sources(), |kind| self.has_any_kind() || known.contains(kind))?;
        Ok(selected)
    }

    /// Whether some source announces no kinds, and so may have any.
    fn has_any_kind(&self) -> bool {
        self.collectors.iter().any(|collector| collector.kinds().is_empty())
    }

    /// What the sources are called together.
    fn sources(&self) -> String {
        self.collectors.iter().map(|collector| collector.name()).collect::<Vec<_>>().join(" and ")
    }
}

struct LastOfAll<E, S> {
    events: std::pin::Pin<Box<E>>,
    scan: std::pin::Pin<Box<S>>,
    last: Option<Event>,
}

impl<E: Stream<Item = Event>, S: Stream<Item = Event>> Stream for LastOfAll<E, S> {
    type Item = Event;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Event>> {
        use std::task::Poll;
        if let Poll::Ready(Some(event)) = self.events.as_mut().poll_next(context) {
            return Poll::Ready(Some(event));
        }
        if self.last.is_none()
            && let Poll::Ready(Some(last)) = self.scan.as_mut().poll_next(context)
        {
            self.last = Some(last);
        }
        match self.events.as_mut().poll_next(context) {
            Poll::Ready(Some(event)) => Poll::Ready(Some(event)),
            Poll::Ready(None) => Poll::Ready(self.last.take()),
            Poll::Pending => Poll::Pending,
        }
    }
}
