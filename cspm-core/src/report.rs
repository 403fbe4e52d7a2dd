//! The result of a scan.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    Coverage, Exception, Exceptions, Finding, Identity, Inventory, Plan, Resource, Rule, Scores, Severity, Status,
    Verdict,
};

/// The result of a scan: findings in a fixed order, with scores and coverage.
///
/// Findings are made when they are looked at: the report keeps the status of each, and its evidence is derived again
/// from the inventory. So a million verdicts need tens of megabytes, and formats can be written without holding them.
#[derive(Clone)]
pub struct Report {
    pub(crate) rules: Vec<Arc<dyn Rule>>,
    pub(crate) inventory: Arc<Inventory>,
    /// In the order of rule id and resource uid.
    pub(crate) entries: Vec<Entry>,
    pub(crate) exceptions: Exceptions,
    /// What could and could not be read.
    pub coverage: Coverage,
    /// The calls that the scan set out to make; none for what comes from files.
    pub plan: Arc<Plan>,
    /// Who the collectors were.
    pub identities: Vec<Identity>,
    /// When the scan or the evaluation began. No format has it, so that a snapshot gives the same bytes each time.
    pub started_at: Timestamp,
    /// The present of the report: when the latest of its resources was collected, or the scan began where it has none. Exceptions
    /// expire by it, and formats say it.
    pub collected_at: Timestamp,
    /// The scores.
    pub scores: Scores,
    /// The counts.
    pub summary: Summary,
}

/// A verdict as the report keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) rule: u32,
    pub(crate) status: Status,
    /// The number of the exception plus one; 0 where none covers it.
    pub(crate) exception: u32,
    pub(crate) resource: Arc<Resource>,
    /// Kept where it cannot be made again.
    pub(crate) verdict: Option<Box<Verdict>>,
}

/// The counts of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Passes.
    pub pass: u64,
    /// Failures that no exception covers.
    pub fail: u64,
    /// Unknown verdicts.
    pub unknown: u64,
    /// Failures that an exception covers.
    pub excepted: u64,
    /// Failures that no exception covers, by severity.
    pub fail_by_severity: BTreeMap<Severity, u64>,
    /// How many rules were selected.
    pub rules: u64,
    /// Rules for which there was no resource: not applicable, which is not a pass.
    pub not_applicable: Vec<Arc<str>>,
    /// How many resources there are.
    pub resources: u64,
    /// Resources by kind.
    pub resources_by_kind: BTreeMap<Arc<str>, u64>,
    /// Exceptions that cover no finding.
    pub unused_exceptions: Vec<Exception>,
    /// Exceptions that have expired, used or not.
    pub expired_exceptions: Vec<Exception>,
}

impl Report {
    /// How many findings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no findings.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The findings, in the order of rule id and resource uid, each made as it is asked for.
    pub fn findings(&self) -> impl ExactSizeIterator<Item = Finding> {
        self.entries.iter().map(|entry| self.make(entry))
    }

    /// The finding at a position in that order.
    #[must_use]
    pub fn finding(&self, position: usize) -> Option<Finding> {
        self.entries.get(position).map(|entry| self.make(entry))
    }

    /// The status, rule and resource of each finding in the same order, without making the findings.
    pub fn statuses(&self) -> impl ExactSizeIterator<Item = (Status, &Arc<dyn Rule>, &Arc<Resource>)> {
        self.entries.iter().map(|entry| (entry.status, &self.rules[entry.rule as usize], &entry.resource))
    }

    /// Failures of at least this severity that no exception covers.
    #[must_use]
    pub fn open_failures(&self, at_least: Severity) -> u64 {
        self.summary.fail_by_severity.iter().filter(|(severity, _)| **severity >= at_least).map(|(_, n)| n).sum()
    }

    /// The rules, in the order of their ids.
    #[must_use]
    pub fn rules(&self) -> &[Arc<dyn Rule>] {
        &self.rules
    }

    /// All resources of the scan; empty where the scan was told not to keep them.
    #[must_use]
    pub fn inventory(&self) -> &Arc<Inventory> {
        &self.inventory
    }

    fn make(&self, entry: &Entry) -> Finding {
        let rule = &self.rules[entry.rule as usize];
        let verdict = match &entry.verdict {
            Some(verdict) => (**verdict).clone(),
            None => rule.evaluate(&entry.resource, &self.inventory),
        };
        let mut finding = Finding::new(rule.meta(), &entry.resource, verdict);
        finding.exception =
            (entry.exception as usize).checked_sub(1).and_then(|number| self.exceptions.applied(number)).cloned();
        finding
    }
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Report")
            .field("summary", &self.summary)
            .field("started_at", &self.started_at)
            .field("collected_at", &self.collected_at)
            .finish_non_exhaustive()
    }
}
