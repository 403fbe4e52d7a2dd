//! The course of a scan.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::{BoxStream, select_all};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::arrivals::{Arrival, Arrivals};
use super::judge::Judge;
use super::reading::Reading;
use super::sources::Source;
use super::tally::{Parts, Tally};
use super::{Listener, Scan};
use crate::account::told_apart;
use crate::report::Entry;
use crate::secrets::scrub_foreign;
use crate::{
    Batch, CallEvent, Collected, Collector, Coverage, Data, Error, ErrorKind, Event, Failure, Gap, GraphSink, Identity,
    Inventory, InventoryBuilder, Kind, Outcome, Plan, Progress, Reason, Report, Resource, Result, Status, Unread,
    Wanted,
};

/// How many nodes or edges go to a sink at once.
const BATCH: usize = 1000;
/// The least time between two events of progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);
/// How long collectors may take to end after a scan is cancelled.
const GRACE: Duration = Duration::from_secs(5);

pub(super) async fn run(mut scan: Scan, sender: Option<mpsc::Sender<Event>>) -> Result<Arc<Report>> {
    let (started_at, began) = (Timestamp::now(), Instant::now());
    let deadline = scan.timeout.and_then(|limit| began.checked_add(limit));
    let selected = scan.selected()?;
    let judge = Judge::new(selected.rules.clone(), scan.cancel.clone());
    let plan = Arc::new(Plan::of(&scan.collectors, judge.rules()));
    let (kinds, has_any_kind, names) = (scan.kinds(), scan.has_any_kind(), scan.sources());
    let withholding = withholding(&scan.collectors, &scan.models);
    let (collectors, sinks) = (std::mem::take(&mut scan.collectors), std::mem::take(&mut scan.sinks));
    let reading = if scan.collect_everything { Reading::everything() } else { judge.reading(&kinds) };
    let mut course = Course {
        events: Events { sender, listener: scan.on_event.take(), progress_only: scan.progress_only },
        judge: &judge,
        reading: &reading,
        nothing: Inventory::builder(kinds.iter().cloned()).build(),
        inventory: Inventory::builder(kinds),
        arrivals: Arrivals::default(),
        entries: Vec::new(),
        tally: Tally::default(),
        verdicts: 0,
        coverage: Coverage::default(),
        identities: Vec::new(),
        sources: Vec::new(),
        gaps: Vec::new(),
        late: None,
        collected_at: None,
        counts: BTreeMap::new(),
        keep: !scan.drop_inventory,
        sinks: sinks.into_iter().map(|sink| Some((sink, Batch::default()))).collect(),
        started_at,
        began,
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

    let stop = scan.cancel.child_token();
    let mut connected = Vec::new();
    let mut errors = Vec::new();
    for (number, collector) in collectors.iter().enumerate() {
        let kinds = collector.kinds();
        let wanted = match scan.collect_everything {
            true => Wanted::everything(&kinds),
            false => Wanted::of(&kinds, judge.rules().iter().map(|rule| rule.reads())),
        };
        course.sources.push(Source::new(&**collector, &wanted));
        let connecting = connect(&**collector, deadline, scan.timeout);
        match scan.cancel.run_until_cancelled(connecting).await {
            None => course.not_read(number, Unread::new(Reason::Cancelled, "connect")),
            Some(Ok(identities)) => connected.push((number, wanted, identities)),
            Some(Err(error)) => {
                let unread = Unread::new(error.kind().into(), "connect").with_detail(error.to_string());
                course.not_read(number, unread);
                course.sources[number].failed(&error);
                course.failed(collector.name(), error.kind().into(), error.to_string()).await;
                errors.push(error);
            }
        }
    }
    if errors.len() == collectors.len()
        && let Some(error) = errors.into_iter().next()
    {
        return Err(error);
    }
    // Only now is it known which of them have accounts of one name.
    let told = told_apart(connected.iter().map(|(number, ..)| collectors[*number].accounts()));
    let mut streams: Vec<BoxStream<'_, (usize, Option<Collected>)>> = Vec::new();
    for ((number, wanted, identities), (told, accounts)) in connected.into_iter().zip(told) {
        let (collector, wanted) = (&collectors[number], wanted.with_names(told));
        let identities: Vec<_> = identities.into_iter().map(|identity| identity.called(wanted.names())).collect();
        course.sources[number].connected(&identities);
        course.identities.extend(identities);
        accounts.into_iter().for_each(|account| course.inventory.account(account));
        collector.lists(&wanted).into_iter().for_each(|kind| course.inventory.listed(kind));
        let collected = collector.collect(Arc::new(wanted), stop.child_token());
        // Nothing of the scan sees a resource before this.
        let (withholding, by_place) = (withholding.clone(), !collector.withholds());
        let collected = collected.map(move |collected| collected.withheld(&withholding, by_place));
        let end = futures::stream::once(async move { (number, None) });
        streams.push(collected.map(move |collected| (number, Some(collected))).chain(end).boxed());
    }
    course.collect(select_all(streams), &stop, deadline).await;
    course.coverage.cancelled = scan.cancel.is_cancelled();
    // Of a source that was not read to its end nobody knows what it has.
    if !has_any_kind && !course.coverage.cancelled && course.late.is_none() {
        course.coverage.unmatched = selected.unmatched(&names, |kind| course.has(kind))?;
    }
    let report = course.finish(scan.exceptions, plan).await;
    Ok(Arc::new(report))
}

/// Connects, before the deadline.
async fn connect(
    collector: &dyn Collector,
    deadline: Option<Instant>,
    limit: Option<Duration>,
) -> Result<Vec<Identity>> {
    let connecting = collector.connect();
    let Some(deadline) = deadline else { return connecting.await };
    let late = |_| {
        let help = format!("it did not answer within {}", seconds(limit));
        Err(Error::new(ErrorKind::Unreachable, format!("connect {}", collector.name())).with_help(help))
    };
    tokio::time::timeout_at(deadline, connecting).await.unwrap_or_else(late)
}

/// A time limit in words.
fn seconds(limit: Option<Duration>) -> String {
    format!("the time limit of {} s", limit.unwrap_or_default().as_secs_f64())
}

/// Waits for a time that may never come.
async fn at(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// The kinds that know which of their values are secret.
fn withholding(collectors: &[Arc<dyn Collector>], models: &[Arc<Kind>]) -> Arc<BTreeMap<Arc<str>, Arc<Kind>>> {
    let kinds = models.iter().cloned().chain(collectors.iter().flat_map(|collector| collector.kinds()));
    Arc::new(kinds.filter(|kind| kind.withhold().is_some()).map(|kind| (kind.name().clone(), kind)).collect())
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
    reading: &'a Reading<'a>,
    nothing: Inventory,
    inventory: InventoryBuilder,
    arrivals: Arrivals,
    entries: Vec<Entry>,
    /// Passes whose resource was dropped.
    tally: Tally,
    verdicts: u64,
    coverage: Coverage,
    identities: Vec<Identity>,
    sources: Vec<Source>,
    gaps: Vec<Gap>,
    /// The time limit, where not all was read within it.
    late: Option<Duration>,
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
    /// Whether the sources have a kind, or may have it.
    fn has(&self, kind: &str) -> bool {
        self.counts.contains_key(kind)
            || self.inventory.is_listed(kind)
            || self.gaps.iter().any(|gap| *gap.kind == *kind)
    }

    /// Nothing, or nothing more, of a source was read.
    fn not_read(&mut self, number: usize, unread: Unread) {
        let gaps = self.sources[number].nothing_listed(unread);
        self.gaps.extend(gaps);
    }

    async fn failed(&mut self, of: String, reason: Reason, error: String) {
        let (of, error) = (scrub_foreign(&of), scrub_foreign(&error));
        let call = CallEvent {
            account: "".into(),
            region: "".into(),
            call: of.as_str().into(),
            reason,
            detail: error.as_str().into(),
        };
        self.coverage.failures.push(Failure { of, error });
        self.events.send(Event::Failed(call)).await;
    }

    async fn collect(
        &mut self,
        mut all: impl futures::Stream<Item = (usize, Option<Collected>)> + Unpin,
        stop: &CancellationToken,
        deadline: Option<Instant>,
    ) {
        let mut grace: Option<Instant> = None;
        // The sources that had not ended when they were told to, and how many lists they had said they did not finish.
        let mut stopped = Vec::new();
        loop {
            let next = match grace {
                None => tokio::select! {
                    biased;
                    () = stop.cancelled() => {
                        grace = Some(Instant::now() + GRACE);
                        let open = self.sources.iter().enumerate().filter(|(_, source)| source.is_open());
                        stopped = open.map(|(number, source)| (number, source.gaps())).collect();
                        continue;
                    }
                    () = at(deadline) => {
                        self.late = deadline.map(|deadline| deadline - self.began);
                        stop.cancel();
                        continue;
                    }
                    next = all.next() => next,
                },
                Some(grace) => match tokio::time::timeout_at(grace, all.next()).await {
                    Ok(next) => next,
                    Err(_) => break,
                },
            };
            match next {
                Some((number, Some(collected))) => self.take(number, collected).await,
                Some((number, None)) => self.sources[number].ended = true,
                None => break,
            }
        }
        for (number, gaps) in stopped {
            self.cut_off(number, gaps).await;
        }
    }

    /// Says what is missing of a source that was stopped before its end; `gaps` is how many lists it had not finished before.
    async fn cut_off(&mut self, number: usize, gaps: u64) {
        let (name, ended, told) = {
            let source = &self.sources[number];
            (source.name.clone(), source.ended, source.gaps() > gaps)
        };
        if self.late.is_some() {
            let error = format!("it was not read to its end within {}", seconds(self.late));
            self.failed(name.clone(), Reason::TimedOut, error).await;
        }
        if !ended {
            let error = format!("it did not end within {} s of being told to", GRACE.as_secs());
            self.failed(name, self.stopped_by(), error).await;
        }
        // One that ended in good order has said which lists it did not finish.
        if !ended || !told {
            self.not_read(number, Unread::new(self.stopped_by(), ""));
        }
    }

    /// Why sources were stopped.
    fn stopped_by(&self) -> Reason {
        if self.late.is_some() { Reason::TimedOut } else { Reason::Cancelled }
    }

    async fn take(&mut self, number: usize, collected: Collected) {
        self.sources[number].count(&collected);
        match collected {
            Collected::Resource(mut resource) => {
                // Before it is shared: afterwards it cannot be changed.
                self.inventory.shapes().share(&mut resource.data);
                self.arrived(number, Arc::new(resource)).await;
            }
            Collected::Gap(gap) => self.gaps.push(self.because(gap)),
            Collected::Calls(calls) => self.coverage.merge(calls),
            Collected::Expect(calls) => self.calls_expected += calls,
            Collected::Failed(error) => {
                let name = self.sources[number].name.clone();
                self.failed(name, error.kind().into(), error.to_string()).await;
            }
            Collected::Throttled { account, region, call, wait } => {
                let call = CallEvent { account, region, call, reason: Reason::Throttled, detail: "".into() };
                self.events.send(Event::Throttled { call, wait }).await;
            }
            Collected::Call(mut outcome) => {
                self.calls_done += 1;
                if outcome.outcome == Outcome::Unread(Reason::Cancelled) {
                    outcome.outcome = Outcome::Unread(self.stopped_by());
                }
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

    /// The gap of a list that was given up, with the reason why it was.
    fn because(&self, mut gap: Gap) -> Gap {
        if gap.unread.reason == Reason::Cancelled && self.late.is_some() {
            gap.unread = Arc::new(Unread { reason: self.stopped_by(), ..(*gap.unread).clone() });
        }
        gap
    }

    async fn arrived(&mut self, number: usize, resource: Arc<Resource>) {
        self.collected_at = self.collected_at.max(Some(resource.collected_at));
        let held = self.keep || !self.sinks.is_empty() || self.judge.looked_up.contains(&resource.kind);
        match self.arrivals.note(number, &resource, held.then_some(&mut self.inventory)) {
            Arrival::New => {}
            Arrival::Again => return self.coverage.repeated += 1,
            Arrival::Differing => return,
        }
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
    }

    /// Withdraws the verdicts on resources that came again with another content.
    fn withdraw(&mut self) {
        let withdrawn = &self.arrivals.withdrawn;
        if withdrawn.is_empty() {
            return;
        }
        let mut kept: BTreeSet<(Arc<str>, Arc<str>, u32)> = BTreeSet::new();
        self.entries.retain(|entry| {
            let key = (entry.resource.uid.clone(), entry.resource.kind.clone());
            let holds = !withdrawn.contains_key(&key);
            if !holds {
                kept.insert((key.0, key.1, entry.rule));
            }
            holds
        });
        if self.keep {
            return;
        }
        // Of what was dropped the passes were counted when they were given.
        for ((uid, kind), first) in withdrawn {
            for number in self.judge.alone(kind) {
                if !kept.contains(&(uid.clone(), kind.clone(), *number)) {
                    let rule = &self.judge.rules()[*number as usize];
                    self.tally.take_back(&**rule, &first.account, &mut self.coverage);
                }
            }
        }
    }

    /// Says which sources differ in what.
    async fn tell_differences(&mut self) {
        let differences: Vec<_> = self.arrivals.differences().collect();
        for ((one, other), error) in differences {
            let name = |number: usize| self.sources.get(number).map(|source| source.name.clone()).unwrap_or_default();
            let of = if one == other { name(one) } else { format!("{} and {}", name(one), name(other)) };
            self.failed(of, Reason::Conflicting, error).await;
        }
    }

    /// Judges what came again with another content, by what is known of it, and writes it to the sinks.
    async fn judge_again(&mut self, inventory: &Inventory) {
        let withdrawn = std::mem::take(&mut self.arrivals.withdrawn);
        for ((uid, kind), first) in withdrawn {
            let Some(resource) = first.instead.or_else(|| inventory.get_of_kind(&uid, &kind).cloned()) else {
                continue;
            };
            let entries: Vec<_> = self.judge.on_arrival(&resource, inventory).collect();
            for entry in entries {
                self.judged(entry, Some(inventory)).await;
            }
            for (_, batch) in self.sinks.iter_mut().flatten() {
                batch.nodes.push(resource.clone());
            }
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
            self.failed(name, error.kind().into(), error.to_string()).await;
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
        self.withdraw();
        self.tell_differences().await;
        self.gaps.sort();
        self.gaps.dedup_by(|a, b| (&a.kind, &a.account, &a.region) == (&b.kind, &b.account, &b.region));
        for source in &self.sources {
            source.count_failures(&mut self.coverage);
        }
        self.reading.count(&mut self.coverage, &self.gaps);
        let mut builder = std::mem::take(&mut self.inventory);
        for gap in &self.gaps {
            builder.add_gap(gap.clone());
        }
        builder.calls(self.coverage.calls.clone());
        let inventory = Arc::new(builder.build());
        // The present is the time of collection, so that a snapshot gives the same report next year.
        let collected_at = self.collected_at.unwrap_or(self.started_at);
        let stand_ins: Vec<_> =
            self.gaps.iter().filter(|gap| gap.is_selected()).map(|gap| Arc::new(gap.stand_in(collected_at))).collect();
        for resource in &stand_ins {
            let entries: Vec<_> = self.judge.on_arrival(resource, &inventory).collect();
            for entry in entries {
                self.judged(entry, Some(&inventory)).await;
            }
        }
        self.judge_again(&inventory).await;
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
            collected_at,
            resources_by_kind: counts,
        };
        parts.report(judge.rules().to_vec())
    }

    async fn finish_sinks(&mut self, inventory: &Inventory) {
        if self.sinks.is_empty() {
            return;
        }
        let (edges, unknown_ends) = crate::graph::linked(inventory);
        for number in 0..self.sinks.len() {
            if let Some((_, batch)) = &mut self.sinks[number] {
                batch.nodes.extend_from_slice(&unknown_ends);
            }
            for edges in edges.chunks(BATCH) {
                if let Some((_, batch)) = &mut self.sinks[number] {
                    batch.edges.extend_from_slice(edges);
                }
                self.flush(number).await;
            }
            self.flush(number).await;
            let Some((mut sink, _)) = self.sinks[number].take() else { continue };
            if let Err(error) = sink.finish(&self.coverage).await {
                self.failed(sink.name(), error.kind().into(), error.to_string()).await;
            }
        }
    }
}
