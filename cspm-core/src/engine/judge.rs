//! Rules applied to resources.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::reading::Reading;
use super::tally::{Parts, Tally};
use super::withholding::Withholding;
use super::{RuleSource, Selected};
use crate::report::Entry;
use crate::{
    Coverage, Exceptions, Finding, Inventory, Kind, Reason, Report, Resource, Result, Rule, Status, Unread, Verdict,
};

/// The rules of a scan, by the kind that they judge.
pub(super) struct Judge {
    rules: Vec<Arc<dyn Rule>>,
    alone: HashMap<Arc<str>, Vec<u32>>,
    across: HashMap<Arc<str>, Vec<u32>>,
    /// Kinds that some rule looks up from another resource.
    pub(super) looked_up: BTreeSet<Arc<str>>,
    /// When it is cancelled, the verdicts that are left are unknown: a scan ends soon, also where rules take long.
    cancel: CancellationToken,
}

impl Judge {
    /// Takes rules in the order of their ids.
    pub(super) fn new(rules: Vec<Arc<dyn Rule>>, cancel: CancellationToken) -> Self {
        let rules = rules.into_iter().map(Withholding::around).collect();
        let (alone, across) = (HashMap::new(), HashMap::new());
        let mut judge = Self { rules, alone, across, looked_up: BTreeSet::new(), cancel };
        for (number, rule) in (0u32..).zip(&judge.rules) {
            let (kinds, reads) = (rule.meta().kinds(), rule.reads());
            let alone = reads.only(&kinds);
            let group = if alone { &mut judge.alone } else { &mut judge.across };
            for kind in &kinds {
                group.entry(kind.clone()).or_default().push(number);
            }
            if !alone {
                let lookups = reads.lookups.iter().map(|(kind, _)| kind);
                // A resource that is itself judged across kinds must still be there when its turn comes.
                judge.looked_up.extend(reads.fields.keys().chain(lookups).chain(&reads.others).chain(&kinds).cloned());
            }
        }
        judge
    }

    pub(super) fn rules(&self) -> &[Arc<dyn Rule>] {
        &self.rules
    }

    /// What the rules need to be read; everything where there are no rules.
    pub(super) fn reading(&self, kinds: &[Arc<Kind>]) -> Reading<'_> {
        match self.rules.is_empty() {
            true => Reading::everything(),
            false => Reading::of(kinds, self.rules.iter().map(|rule| rule.reads())),
        }
    }

    /// The numbers of the rules that need a resource of the kind alone.
    pub(super) fn alone(&self, kind: &str) -> &[u32] {
        self.alone.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The verdicts of the rules that need the resource alone.
    pub(super) fn on_arrival<'a>(
        &'a self,
        resource: &'a Arc<Resource>,
        nothing: &'a Inventory,
    ) -> impl Iterator<Item = Entry> + 'a {
        self.by(self.alone.get(&resource.kind), resource, nothing)
    }

    /// The verdicts of the rules that look across kinds.
    pub(super) fn at_end<'a>(
        &'a self,
        resource: &'a Arc<Resource>,
        inventory: &'a Inventory,
    ) -> impl Iterator<Item = Entry> + 'a {
        self.by(self.across.get(&resource.kind), resource, inventory)
    }

    fn by<'a>(
        &'a self,
        rules: Option<&'a Vec<u32>>,
        resource: &'a Arc<Resource>,
        inventory: &'a Inventory,
    ) -> impl Iterator<Item = Entry> + 'a {
        rules.into_iter().flatten().map(move |&number| {
            let rule = &self.rules[number as usize];
            let (status, verdict) = if self.cancel.is_cancelled() {
                let unread =
                    Unread::new(Reason::Cancelled, "").with_detail("the scan was cancelled before the verdict");
                (Status::Unknown, Some(Box::new(Verdict::unknown("verdict", unread))))
            } else if rule.repeatable() {
                (rule.judge(resource, inventory), None)
            } else {
                let verdict = rule.evaluate(resource, inventory).scrubbed(resource);
                (verdict.status, Some(Box::new(verdict)))
            };
            Entry { rule: number, status, exception: 0, resource: resource.clone(), verdict }
        })
    }

    /// The finding of an entry, in full.
    pub(super) fn finding(&self, entry: &Entry, inventory: &Inventory) -> Finding {
        let rule = &self.rules[entry.rule as usize];
        let verdict = match &entry.verdict {
            Some(verdict) => (**verdict).clone(),
            None => rule.evaluate(&entry.resource, inventory),
        };
        Finding::new(rule.meta(), &entry.resource, verdict)
    }
}

/// Judges an inventory that the caller already has: no collector, no call. Its calls and gaps are in the coverage.
///
/// Where no rule judges a kind that the inventory has, the coverage says so and its share is 0; [`try_evaluate`] makes that an
/// error.
///
/// ```
/// use std::sync::Arc;
/// use cspm_core::{Exceptions, Inventory, evaluate};
///
/// let report = evaluate(Arc::new(Inventory::default()), vec![], Exceptions::default());
/// assert_eq!(report.coverage.share(), 1.0);
/// ```
#[must_use]
pub fn evaluate(inventory: Arc<Inventory>, mut rules: Vec<Arc<dyn Rule>>, exceptions: Exceptions) -> Report {
    rules.sort_by(|a, b| a.meta().id.cmp(&b.meta().id));
    let selected = Selected::from(rules);
    let unmatched = unmatched(&selected, &inventory).unwrap_or_else(|_| selected.names());
    judged(inventory, selected.rules, unmatched, exceptions)
}

/// As [`evaluate`], by rules that are still to be selected.
///
/// # Errors
/// As [`RuleSource::rules`]; [`crate::ErrorKind::Config`] where resources are given and no selected rule judges one of their
/// kinds. Rules that are written in code may be asked about anything.
pub fn try_evaluate(inventory: Arc<Inventory>, rules: impl RuleSource, exceptions: Exceptions) -> Result<Report> {
    let kinds: Vec<_> = inventory.kinds().cloned().collect();
    let selected = Selected::joined([rules.select(&kinds)?])?;
    let unmatched = unmatched(&selected, &inventory)?;
    Ok(judged(inventory, selected.rules, unmatched, exceptions))
}

/// What of the selection has nothing to judge; nothing where nothing was given to judge.
fn unmatched(selected: &Selected, inventory: &Inventory) -> Result<Vec<String>> {
    let mut has: BTreeSet<_> =
        inventory.listed().cloned().chain(inventory.gaps().map(|gap| gap.kind.clone())).collect();
    has.extend(inventory.counts().into_iter().filter(|(_, resources)| *resources > 0).map(|(kind, _)| kind));
    if has.is_empty() {
        return Ok(Vec::new());
    }
    let in_code = !selected.rules.is_empty() && selected.rules.iter().all(|rule| rule.meta().expression.is_none());
    match selected.unmatched("the resources", |kind| has.contains(kind)) {
        Err(_) if in_code => Ok(selected.names()),
        unmatched => unmatched,
    }
}

fn judged(
    inventory: Arc<Inventory>,
    rules: Vec<Arc<dyn Rule>>,
    unmatched: Vec<String>,
    exceptions: Exceptions,
) -> Report {
    let judge = Judge::new(rules, CancellationToken::new());
    let started_at = Timestamp::now();
    let collected_at = inventory.resources().iter().map(|r| r.collected_at).max().unwrap_or(started_at);
    let stand_ins: Vec<_> =
        inventory.gaps().filter(|gap| gap.is_selected()).map(|gap| Arc::new(gap.stand_in(collected_at))).collect();
    let mut entries = Vec::new();
    for resource in inventory.resources().iter().chain(&stand_ins) {
        entries.extend(judge.on_arrival(resource, &inventory));
        entries.extend(judge.at_end(resource, &inventory));
    }
    let counts = inventory.counts().into_iter().map(|(kind, n)| (kind, n as u64)).filter(|(_, n)| *n > 0);
    let kinds: Vec<_> = inventory.kinds().cloned().collect();
    let repeated = inventory.repeated();
    let mut coverage = Coverage { calls: inventory.calls().clone(), unmatched, repeated, ..Coverage::default() };
    judge.reading(&kinds).count(&mut coverage, inventory.gaps());
    let parts = Parts {
        resources_by_kind: counts.collect(),
        inventory: inventory.clone(),
        entries,
        tally: Tally::default(),
        exceptions,
        coverage,
        plan: Arc::default(),
        identities: Vec::new(),
        started_at,
        collected_at,
    };
    parts.report(judge.rules)
}
