//! The course of a scan.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::{BoxStream, select_all};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::judge::Judge;
use super::tally::{Parts, Tally};
use super::{Listener, Scan};
use crate::report::Entry;
use crate::{
    Batch, CallEvent, Collected, Collector, Coverage, Data, Error, ErrorKind, Event, Failure, GLOBAL, Gap, GraphSink,
    Identity, Inventory, InventoryBuilder, Outcome, Plan, Progress, Reason, Report, Resource, Result, Status, Unread,
    Wanted,
};

/// How many nodes or edges go to a sink at once.
const BATCH: usize = 1000;
/// The least time between two events of progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);
/// How long collectors may take to end after a scan is cancelled.
const GRACE: Duration = Duration::from_secs(5);

pub(super) async fn run(mut scan: Scan, sender: Option<mpsc::Sender<Event>>) -> Result<Arc<Report>> {
    let judge = Judge::new(scan.selected_rules()?);
    let plan = Arc::new(Plan::of(&scan.collectors, judge.rules()));
    let kinds = scan.kinds();
    let (collectors, sinks) = (std::mem::take(&mut scan.collectors), std::mem::take(&mut scan.sinks));
    let mut course = Course {
        events: Events { sender, listener: scan.on_event.take(), progress_only: scan.progress_only },
        judge: &judge,
        nothing: Inventory::default(),
        inventory: Inventory::builder(kinds),
        entries: Vec::new(),
        tally: Tally::default(),
        verdicts: 0,
        coverage: Coverage::default(),
        identities: Vec::new(),
        gaps: Vec::new(),
        collected_at: None,
        counts: BTreeMap::new(),
        keep: !scan.drop_inventory,
        sinks: sinks.into_iter().map(|sink| Some((sink, Batch::default()))).collect(),
        started_at: Timestamp::now(),
        began: Instant::now(),
        told: None,
        calls_done: 0,
        calls_expected: 0,
    };
    for rule in judge.rules() {
        for (kind, field) in &rule.reads().lookups {
            course.inventory.index(kind.clone(), field.clone());
        }
    }
    course.events.send(Event::Planned { plan: plan.clone(), rules: judge.rules().len() }).await;

    let mut streams: Vec<BoxStream<'_, Collected>> = Vec::new();
    let mut errors = Vec::new();
    for collector in &collectors {
        let kinds = collector.kinds();
        let wanted = match scan.collect_everything {
            true => Wanted::everything(&kinds),
            false => Wanted::of(&kinds, judge.rules().iter().map(|rule| rule.reads())),
        };
        match scan.cancel.run_until_cancelled(collector.connect()).await {
            None => course.not_begun(&**collector, &wanted),
            Some(Ok(identities)) => {
                course.identities.extend(identities);
                collector.lists(&wanted).into_iter().for_each(|kind| course.inventory.listed(kind));
                streams.push(collector.collect(Arc::new(wanted), scan.cancel.child_token()));
            }
            Some(Err(error)) => {
                course.not_connected(&**collector, &wanted, &error).await;
                errors.push(error);
            }
        }
    }
    if errors.len() == collectors.len()
        && let Some(error) = errors.into_iter().next()
    {
        return Err(error);
    }
    course.collect(select_all(streams), &scan.cancel).await;
    course.coverage.cancelled = scan.cancel.is_cancelled();
    let report = course.finish(scan.exceptions, plan).await;
    Ok(Arc::new(report))
}

struct Events {
    sender: Option<mpsc::Sender<Event>>,
    listener: Option<Listener>,
    progress_only: bool,
}

impl Events {
    /// Whether somebody wants to be told of each resource and finding.
    fn each_wanted(&self) -> bool {
        self.wanted() && !self.progress_only
    }

    fn wanted(&self) -> bool {
        self.sender.is_some() || self.listener.is_some()
    }

    async fn send(&mut self, event: Event) {
        if let Some(listener) = &mut self.listener {
            listener(&event);
        }
        if let Some(sender) = &self.sender {
            // The receiver goes only with the whole stream, and this future with it.
            let _ = sender.send(event).await;
        }
    }
}

struct Course<'a> {
    events: Events,
    judge: &'a Judge,
    nothing: Inventory,
    inventory: InventoryBuilder,
    entries: Vec<Entry>,
    /// Passes whose resource was dropped.
    tally: Tally,
    verdicts: u64,
    coverage: Coverage,
    identities: Vec<Identity>,
    gaps: Vec<Gap>,
    /// The latest time of a resource.
    collected_at: Option<Timestamp>,
    counts: BTreeMap<Arc<str>, u64>,
    keep: bool,
    /// A sink that failed is gone; what was written stays as it is.
    sinks: Vec<Option<(Box<dyn GraphSink>, Batch)>>,
    started_at: Timestamp,
    began: Instant,
    told: Option<Instant>,
    calls_done: u64,
    calls_expected: u64,
}

impl Course<'_> {
    async fn not_connected(&mut self, collector: &dyn Collector, wanted: &Wanted, error: &Error) {
        let reason = match error.kind() {
            ErrorKind::AccessDenied | ErrorKind::Credentials => Reason::AccessDenied,
            ErrorKind::Unreachable => Reason::TimedOut,
            _ => Reason::Failed,
        };
        self.nothing_listed(collector, wanted, Unread::new(reason, "connect").with_detail(error.to_string()));
        self.failed(collector.name(), error.to_string()).await;
    }

    /// The scan was cancelled before the collector had connected.
    fn not_begun(&mut self, collector: &dyn Collector, wanted: &Wanted) {
        self.nothing_listed(collector, wanted, Unread::new(Reason::Cancelled, "connect"));
    }

    fn nothing_listed(&mut self, collector: &dyn Collector, wanted: &Wanted, unread: Unread) {
        let unread = Arc::new(unread);
        for kind in wanted.kinds() {
            let (provider, region) = (collector.provider().into(), GLOBAL.into());
            self.gaps.push(Gap { kind: kind.clone(), provider, account: "".into(), region, unread: unread.clone() });
        }
    }

    async fn failed(&mut self, of: String, error: String) {
        let call = CallEvent {
            account: "".into(),
            region: "".into(),
            call: of.as_str().into(),
            reason: Reason::Failed,
            detail: error.as_str().into(),
        };
        self.coverage.failures.push(Failure { of, error });
        self.events.send(Event::Failed(call)).await;
    }

    async fn collect(&mut self, mut all: impl futures::Stream<Item = Collected> + Unpin, cancel: &CancellationToken) {
        let mut deadline: Option<Instant> = None;
        loop {
            let next = match deadline {
                None => tokio::select! {
                    biased;
                    () = cancel.cancelled() => {
                        deadline = Some(Instant::now() + GRACE);
                        continue;
                    }
                    next = all.next() => next,
                },
                Some(deadline) => match tokio::time::timeout_at(deadline, all.next()).await {
                    Ok(next) => next,
                    Err(_) => {
                        let error = format!("did not end within {} s of being cancelled", GRACE.as_secs());
                        return self.failed("a collector".to_owned(), error).await;
                    }
                },
            };
            match next {
                Some(collected) => self.take(collected).await,
                None => return,
            }
        }
    }

    async fn take(&mut self, collected: Collected) {
        match collected {
            Collected::Resource(resource) => self.arrived(Arc::new(resource)).await,
            Collected::Gap(gap) => self.gaps.push(gap),
            Collected::Calls(calls) => self.coverage.merge(calls),
            Collected::Expect(calls) => self.calls_expected += calls,
            Collected::Failed(error) => self.failed("a collector".to_owned(), error.to_string()).await,
            Collected::Throttled { account, region, call, wait } => {
                let call = CallEvent { account, region, call, reason: Reason::Throttled, detail: "".into() };
                self.events.send(Event::Throttled { call, wait }).await;
            }
            Collected::Call(outcome) => {
                self.calls_done += 1;
                self.coverage.count(&outcome);
                if let Outcome::Unread(reason) = outcome.outcome {
                    let (account, region, call, detail) =
                        (outcome.account, outcome.region, outcome.call, outcome.detail);
                    let event = CallEvent { account, region, call, reason, detail };
                    self.events
                        .send(match reason {
                            Reason::AccessDenied => Event::Denied(event),
                            _ => Event::Failed(event),
                        })
                        .await;
                }
            }
        }
        self.progress().await;
    }

    async fn arrived(&mut self, resource: Arc<Resource>) {
        self.collected_at = self.collected_at.max(Some(resource.collected_at));
        *self.counts.entry(resource.kind.clone()).or_default() += 1;
        if self.events.each_wanted() {
            self.events.send(Event::Resource(resource.clone())).await;
        }
        let entries: Vec<_> = self.judge.on_arrival(&resource, &self.nothing).collect();
        for entry in entries {
            self.judged(entry, None).await;
        }
        for number in 0..self.sinks.len() {
            if let Some((_, batch)) = &mut self.sinks[number] {
                batch.nodes.push(resource.clone());
                if batch.nodes.len() >= BATCH {
                    self.flush(number).await;
                }
            }
        }
        if self.keep || !self.sinks.is_empty() || self.judge.looked_up.contains(&resource.kind) {
            self.inventory.add(resource);
        }
    }

    async fn judged(&mut self, mut entry: Entry, inventory: Option<&Inventory>) {
        self.verdicts += 1;
        if self.events.each_wanted() {
            let finding = self.judge.finding(&entry, inventory.unwrap_or(&self.nothing));
            self.events.send(Event::Finding(Arc::new(finding))).await;
        }
        if !self.keep {
            let rule = &self.judge.rules()[entry.rule as usize];
            if entry.status == Status::Pass {
                let counted = (Status::Pass, false);
                return self.tally.count(entry.rule, &**rule, &entry.resource, counted, &mut self.coverage);
            }
            if entry.verdict.is_none() {
                let verdict = rule.evaluate(&entry.resource, inventory.unwrap_or(&self.nothing));
                entry.verdict = Some(Box::new(verdict));
            }
            entry.resource = Arc::new(Resource { data: Data::Null, ..(*entry.resource).clone() });
        }
        self.entries.push(entry);
    }

    async fn flush(&mut self, number: usize) {
        let Some((sink, batch)) = &mut self.sinks[number] else { return };
        let batch = std::mem::take(batch);
        if let Err(error) = sink.write(batch).await {
            let name = sink.name();
            self.sinks[number] = None;
            self.failed(name, error.to_string()).await;
        }
    }

    async fn progress(&mut self) {
        let now = Instant::now();
        if !self.events.wanted() || self.told.is_some_and(|told| now - told < PROGRESS_EVERY) {
            return;
        }
        self.told = Some(now);
        let elapsed = now - self.began;
        let expected = self.calls_expected.max(self.calls_done);
        // Below a tenth, what is still unknown of the lists makes any estimate worthless.
        let left = (self.calls_done * 10 > expected && self.calls_done > 0)
            .then(|| elapsed.mul_f64((expected - self.calls_done) as f64 / self.calls_done as f64));
        let progress = Progress {
            calls_done: self.calls_done,
            calls_expected: expected,
            resources: self.counts.values().sum(),
            findings: self.verdicts,
            elapsed,
            left,
        };
        self.events.send(Event::Progress(progress)).await;
    }

    async fn finish(mut self, exceptions: crate::Exceptions, plan: Arc<Plan>) -> Report {
        self.gaps.sort();
        self.gaps.dedup_by(|a, b| (&a.kind, &a.account, &a.region) == (&b.kind, &b.account, &b.region));
        let mut builder = std::mem::take(&mut self.inventory);
        for gap in &self.gaps {
            builder.add_gap(gap.clone());
        }
        builder.calls(self.coverage.calls.clone());
        let inventory = Arc::new(builder.build());
        // The present is the time of collection, so that a snapshot gives the same report next year.
        self.started_at = self.collected_at.unwrap_or(self.started_at);
        let stand_ins: Vec<_> = self
            .gaps
            .iter()
            .filter(|gap| gap.is_selected())
            .map(|gap| Arc::new(gap.stand_in(self.started_at)))
            .collect();
        for resource in &stand_ins {
            let entries: Vec<_> = self.judge.on_arrival(resource, &inventory).collect();
            for entry in entries {
                self.judged(entry, Some(&inventory)).await;
            }
        }
        for resource in inventory.resources().iter().chain(&stand_ins) {
            let entries: Vec<_> = self.judge.at_end(resource, &inventory).collect();
            for entry in entries {
                self.judged(entry, Some(&inventory)).await;
            }
            self.progress().await;
        }
        self.finish_sinks(&inventory).await;
        let Self { judge, entries, tally, coverage, identities, counts, started_at, keep, .. } = self;
        let parts = Parts {
            inventory: if keep { inventory } else { Arc::default() },
            entries,
            tally,
            exceptions,
            coverage,
            plan,
            identities,
            started_at,
            resources_by_kind: counts,
        };
        parts.report(judge.rules().to_vec())
    }

    async fn finish_sinks(&mut self, inventory: &Inventory) {
        if self.sinks.is_empty() {
            return;
        }
        let edges = crate::graph::edges(inventory);
        for number in 0..self.sinks.len() {
            for edges in edges.chunks(BATCH) {
                if let Some((_, batch)) = &mut self.sinks[number] {
                    batch.edges.extend_from_slice(edges);
                }
                self.flush(number).await;
            }
            self.flush(number).await;
            let Some((mut sink, _)) = self.sinks[number].take() else { continue };
            if let Err(error) = sink.finish(&self.coverage).await {
                self.failed(sink.name(), error.to_string()).await;
            }
        }
    }
}
