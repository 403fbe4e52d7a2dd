//! Verdicts counted, and the report put together.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::report::Entry;
use crate::secrets::scrub_foreign;
use crate::{
    Coverage, Exceptions, Failure, Identity, Inventory, Plan, Report, Resource, Rule, Scores, Severity, Status, Summary,
};

/// Counts verdicts as they are given.
#[derive(Default)]
pub(super) struct Tally {
    scores: Scores,
    summary: Summary,
    judged: Vec<bool>,
}

impl Tally {
    /// Counts a verdict of the rule with this number.
    pub(super) fn count(
        &mut self,
        number: u32,
        rule: &dyn Rule,
        resource: &Resource,
        (status, excepted): (Status, bool),
        coverage: &mut Coverage,
    ) {
        let number = number as usize;
        if self.judged.len() <= number {
            self.judged.resize(number + 1, false);
        }
        self.judged[number] = true;
        coverage.count_verdict(status);
        self.scores.add(rule.meta(), resource, status, excepted);
        match status {
            Status::Pass => self.summary.pass += 1,
            Status::Unknown => self.summary.unknown += 1,
            Status::Fail if excepted => self.summary.excepted += 1,
            Status::Fail => {
                self.summary.fail += 1;
                *self.summary.fail_by_severity.entry(rule.meta().severity).or_default() += 1;
            }
        }
    }
}

impl Tally {
    /// Takes back a pass that was counted for a resource of an account.
    pub(super) fn take_back(&mut self, rule: &dyn Rule, account: &Arc<str>, coverage: &mut Coverage) {
        coverage.verdicts_given -= 1;
        self.scores.take_back(rule.meta(), account);
        self.summary.pass -= 1;
    }
}

/// The parts of a report that a scan brings together.
pub(super) struct Parts {
    pub(super) inventory: Arc<Inventory>,
    pub(super) entries: Vec<Entry>,
    /// What was counted already and has no entry.
    pub(super) tally: Tally,
    pub(super) exceptions: Exceptions,
    pub(super) coverage: Coverage,
    pub(super) plan: Arc<Plan>,
    pub(super) identities: Vec<Identity>,
    pub(super) started_at: Timestamp,
    pub(super) collected_at: Timestamp,
    pub(super) resources_by_kind: BTreeMap<Arc<str>, u64>,
}

impl Parts {
    /// Puts the entries in order, applies the exceptions, and counts.
    pub(super) fn report(self, rules: Vec<Arc<dyn Rule>>) -> Report {
        let Self { inventory, mut entries, mut tally, exceptions, mut coverage, plan, identities, .. } = self;
        let (started_at, collected_at) = (self.started_at, self.collected_at);
        entries.sort_by(|a, b| {
            let (a_uid, b_uid) = (&a.resource.uid, &b.resource.uid);
            (a.rule, a_uid, &a.resource.kind).cmp(&(b.rule, b_uid, &b.resource.kind))
        });
        for rule in &rules {
            let of = || format!("the rule {}", rule.meta().id);
            coverage
                .failures
                .extend(rule.faults().into_iter().map(|error| Failure { of: of(), error: scrub_foreign(&error) }));
        }
        coverage.failures.sort();
        let mut used = vec![false; exceptions.len()];
        for entry in &mut entries {
            let rule = &rules[entry.rule as usize];
            if entry.status != Status::Pass
                && let Some(number) = exceptions.covering(rule.meta(), &entry.resource)
            {
                used[number] = true;
                entry.exception = number as u32 + 1;
            }
            tally.count(entry.rule, &**rule, &entry.resource, (entry.status, entry.exception > 0), &mut coverage);
        }
        let Tally { scores, mut summary, judged } = tally;
        summary.rules = rules.len() as u64;
        summary.resources = self.resources_by_kind.values().sum();
        summary.resources_by_kind = self.resources_by_kind;
        for severity in Severity::ALL {
            summary.fail_by_severity.entry(severity).or_default();
        }
        let was_judged = |number: usize| judged.get(number).copied().unwrap_or(false);
        let not_applicable = rules.iter().enumerate().filter(|(number, _)| !was_judged(*number));
        summary.not_applicable = not_applicable.map(|(_, rule)| rule.meta().id.clone()).collect();
        for (exception, used) in exceptions.iter().zip(used) {
            if exception.expired(collected_at) {
                summary.expired_exceptions.push(exception.clone());
            } else if !used {
                summary.unused_exceptions.push(exception.clone());
            }
        }
        Report {
            rules,
            inventory,
            entries,
            exceptions,
            coverage,
            plan,
            identities,
            started_at,
            collected_at,
            scores,
            summary,
        }
    }
}
