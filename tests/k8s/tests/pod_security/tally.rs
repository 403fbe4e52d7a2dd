//! The comparison, and what it showed.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::scan::Verdicts;
use crate::{generate, reasons, scan};

/// What all comparisons came to.
#[derive(Default)]
pub(crate) struct Tally {
    /// How many pods were refused and admitted, by version and level.
    pods: BTreeMap<(String, String), [usize; 2]>,
    /// How often a rule gave fail and pass, by level.
    rules: BTreeMap<(String, String), [usize; 2]>,
    /// What the two judged otherwise.
    differences: Vec<String>,
}

impl Tally {
    /// Compares verdicts on forms of a pod with the server's reasons to refuse it, which are empty where it is admitted.
    pub(crate) fn pod(
        &mut self,
        (version, level): (&str, &str),
        pod: &Value,
        message: &str,
        forms: &[(&str, &Verdicts)],
    ) {
        self.pods.entry((version.to_owned(), level.to_owned())).or_default()[usize::from(message.is_empty())] += 1;
        let name = pod["metadata"]["name"].as_str().unwrap();
        for (rule, _) in reasons::of(level) {
            let passes = forms[0].1.passes(name, &rule);
            self.rules.entry((level.to_owned(), rule)).or_default()[usize::from(passes)] += 1;
        }
        for (form, ours) in forms {
            let differences = differences(level, name, message, ours);
            let told = differences
                .into_iter()
                .map(|what| format!("{version} {level}, {form}: {what}\n  {message:?}\n  {pod}"));
            self.differences.extend(told);
        }
    }

    /// That there was no difference, and that each rule could have made one: it gave either verdict so often.
    pub(crate) fn check(&self, at_least: usize) {
        for ((version, level), [refused, admitted]) in &self.pods {
            println!("{version} {level}: {admitted} admitted, {refused} refused");
        }
        for ((level, rule), [fail, pass]) in &self.rules {
            println!("{level} {rule}: {pass} pass, {fail} fail");
        }
        for difference in self.differences.iter().take(20) {
            println!("{difference}");
        }
        let (count, seed) = (self.differences.len(), generate::seed());
        assert!(count == 0, "{count} differences, seed {seed}: {}", self.differences[0]);
        for level in crate::LEVELS {
            let compared: Vec<_> = reasons::of(level).into_iter().map(|(rule, _)| rule).collect();
            for rule in scan::rules(level) {
                assert!(compared.contains(&rule), "{level} {rule} was not compared");
                let verdicts = self.rules[&(level.to_owned(), rule.clone())];
                assert!(verdicts.iter().all(|n| *n >= at_least), "{level} {rule}: {verdicts:?}, seed {seed}");
            }
        }
    }
}

/// Where the verdict of the level is another than the server's, or that of a control.
fn differences(level: &str, name: &str, message: &str, ours: &Verdicts) -> Vec<String> {
    let mut by_reason = BTreeMap::<_, Vec<String>>::new();
    for (rule, reason) in reasons::of(level) {
        let failing = by_reason.entry(reason).or_default();
        if !ours.passes(name, &rule) {
            failing.push(rule);
        }
    }
    let admitted = by_reason.values().all(Vec::is_empty);
    let mut differences = Vec::new();
    if admitted != message.is_empty() {
        differences.push(format!("we would admit: {admitted}"));
    }
    let differ = by_reason.into_iter().filter(|(reason, failing)| failing.is_empty() == message.contains(reason));
    differences.extend(differ.map(|(reason, failing)| format!("{reason:?}, we: {failing:?}")));
    differences
}
