//! How much of what was judged is as the rules want it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::{Resource, RuleMeta, Status};

/// Verdicts counted and weighed by severity.
///
/// The score is the weighted share of passes among passes and failures. What is unknown is in neither: its share stands
/// beside the score, so that a scan that could read little does not look good or bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Passes.
    pub pass: u64,
    /// Failures that no exception covers.
    pub fail: u64,
    /// Unknown verdicts.
    pub unknown: u64,
    /// Failures that an exception covers; they count in nothing else.
    pub excepted: u64,
    pass_weight: u64,
    fail_weight: u64,
    unknown_weight: u64,
}

impl Score {
    /// The weighted share of passes, from 0 to 100 in percent; `None` where nothing was judged.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        percent(self.pass_weight, self.pass_weight + self.fail_weight)
    }

    /// The weighted share of unknown verdicts among all, from 0 to 100 in percent.
    #[must_use]
    pub fn unknown_share(&self) -> f64 {
        percent(self.unknown_weight, self.pass_weight + self.fail_weight + self.unknown_weight).unwrap_or(0.0)
    }

    fn take_back(&mut self, rule: &RuleMeta) {
        (self.pass, self.pass_weight) = (self.pass - 1, self.pass_weight - rule.severity.weight());
    }

    fn add(&mut self, rule: &RuleMeta, status: Status, excepted: bool) {
        let weight = rule.severity.weight();
        match status {
            Status::Pass => (self.pass, self.pass_weight) = (self.pass + 1, self.pass_weight + weight),
            Status::Fail if excepted => self.excepted += 1,
            Status::Fail => (self.fail, self.fail_weight) = (self.fail + 1, self.fail_weight + weight),
            Status::Unknown => (self.unknown, self.unknown_weight) = (self.unknown + 1, self.unknown_weight + weight),
        }
    }
}

/// A share in percent with one digit, so that the same input gives the same text everywhere.
fn percent(part: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| (part as f64 * 1000.0 / all as f64).round() / 10.0)
}

impl Serialize for Score {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct View {
            score: Option<f64>,
            unknown_share: f64,
            pass: u64,
            fail: u64,
            unknown: u64,
            excepted: u64,
        }
        let Self { pass, fail, unknown, excepted, .. } = *self;
        View { score: self.score(), unknown_share: self.unknown_share(), pass, fail, unknown, excepted }
            .serialize(serializer)
    }
}

/// The scores of a scan, as a whole and by what users are asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Scores {
    /// The whole scan.
    pub total: Score,
    /// By provider.
    pub providers: BTreeMap<Arc<str>, Score>,
    /// By account.
    pub accounts: BTreeMap<Arc<str>, Score>,
    /// By service.
    pub services: BTreeMap<Arc<str>, Score>,
    /// By framework; a rule counts in each framework that has it.
    pub frameworks: BTreeMap<String, Score>,
}

impl Scores {
    pub(crate) fn add(&mut self, rule: &RuleMeta, resource: &Resource, status: Status, excepted: bool) {
        let add = |score: &mut Score| score.add(rule, status, excepted);
        add(&mut self.total);
        add(entry(&mut self.providers, &rule.provider));
        add(entry(&mut self.accounts, &resource.account));
        add(entry(&mut self.services, &rule.service));
        for framework in rule.frameworks.keys() {
            add(entry(&mut self.frameworks, framework));
        }
    }
}

impl Scores {
    /// Takes back a pass that was added.
    pub(crate) fn take_back(&mut self, rule: &RuleMeta, account: &Arc<str>) {
        self.total.take_back(rule);
        entry(&mut self.providers, &rule.provider).take_back(rule);
        entry(&mut self.accounts, account).take_back(rule);
        entry(&mut self.services, &rule.service).take_back(rule);
        for framework in rule.frameworks.keys() {
            entry(&mut self.frameworks, framework).take_back(rule);
        }
    }
}

/// The entry of a key, made without copying the key where it is there already.
fn entry<'a, K: Ord + Clone>(scores: &'a mut BTreeMap<K, Score>, key: &K) -> &'a mut Score {
    if !scores.contains_key(key) {
        scores.insert(key.clone(), Score::default());
    }
    scores.entry(key.clone()).or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Severity;

    #[test]
    fn unknown_is_never_folded_into_the_score() {
        let critical = RuleMeta::new("c", "c", "aws", "k", Severity::Critical);
        let low = RuleMeta::new("l", "l", "aws", "k", Severity::Low);
        let mut score = Score::default();
        assert_eq!(score.score(), None);
        score.add(&low, Status::Pass, false);
        score.add(&critical, Status::Unknown, false);
        assert_eq!(score.score(), Some(100.0));
        assert_eq!(score.unknown_share(), 88.9);
        score.add(&critical, Status::Fail, false);
        assert_eq!(score.score(), Some(11.1));
        score.add(&critical, Status::Fail, true);
        assert_eq!((score.score(), score.excepted), (Some(11.1), 1));
    }
}
