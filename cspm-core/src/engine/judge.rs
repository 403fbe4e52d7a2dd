//! Rules applied to resources.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::tally::{Parts, Tally};
use crate::report::Entry;
use crate::{Coverage, Exceptions, Finding, Inventory, Report, Resource, Rule};

/// The rules of a scan, by the kind that they judge.
pub(super) struct Judge {
    rules: Vec<Arc<dyn Rule>>,
    alone: HashMap<Arc<str>, Vec<u32>>,
    across: HashMap<Arc<str>, Vec<u32>>,
    /// Kinds that some rule looks up from another resource.
    pub(super) looked_up: BTreeSet<Arc<str>>,
}

impl Judge {
    /// Takes rules in the order of their ids.
    pub(super) fn new(rules: Vec<Arc<dyn Rule>>) -> Self {
        let mut judge = Self { rules, alone: HashMap::new(), across: HashMap::new(), looked_up: BTreeSet::new() };
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
            let (status, verdict) = if rule.repeatable() {
                (rule.judge(resource, inventory), None)
            } else {
                let verdict = rule.evaluate(resource, inventory);
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

/// Judges an inventory that the caller already has: no collector, no call.
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
    let judge = Judge::new(rules);
    let started_at = inventory.resources().iter().map(|r| r.collected_at).max().unwrap_or(Timestamp::UNIX_EPOCH);
    let stand_ins: Vec<_> =
        inventory.gaps().filter(|gap| gap.is_selected()).map(|gap| Arc::new(gap.stand_in(started_at))).collect();
    let mut entries = Vec::new();
    for resource in inventory.resources().iter().chain(&stand_ins) {
        entries.extend(judge.on_arrival(resource, &inventory));
        entries.extend(judge.at_end(resource, &inventory));
    }
    let counts = inventory.counts().into_iter().map(|(kind, n)| (kind, n as u64)).filter(|(_, n)| *n > 0);
    let parts = Parts {
        resources_by_kind: counts.collect(),
        inventory: inventory.clone(),
        entries,
        tally: Tally::default(),
        exceptions,
        coverage: Coverage::default(),
        plan: Arc::default(),
        identities: Vec::new(),
        started_at,
    };
    parts.report(judge.rules)
}
