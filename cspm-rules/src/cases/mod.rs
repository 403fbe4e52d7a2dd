//! The cases of rule files: each must end as its rule says, and a rule must bear what it may meet.

mod conform;
#[cfg(test)]
mod contradictions;
mod probe;
mod read;
mod scene;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cspm_core::{Data, Kind, Reason, Rule, Status, Verdict};
use serde_saphyr::Spanned;

use crate::cel::{Kinds, parse};
use crate::error::{Error, ErrorKind, Result};
use crate::rule::CelRule;
use crate::rule_file::{File, RuleFile, Tests};
use crate::rule_folder::{self, rule_files};
use crate::rules::is_framework;
pub use read::{Case, read};
use scene::Scene;

/// A rule file after its check.
#[derive(Debug)]
pub struct Checked {
    /// The file.
    pub path: PathBuf,
    /// How many cases the rule has.
    pub cases: usize,
    /// What is wrong; empty where nothing is.
    pub errors: Vec<Error>,
}

/// Checks every rule file in a folder and the folders in it, or one file: that it loads; that each case ends as it says;
/// that a field that is `null` breaks no case; and that a field that is not read never turns a pass into a fail or back.
///
/// Framework files are passed over.
///
/// # Errors
/// [`ErrorKind::Io`] where the folder or a file cannot be read. What is wrong with rules is in [`Checked::errors`].
pub fn check(path: impl AsRef<Path>, kinds: &[Arc<Kind>]) -> Result<Vec<Checked>> {
    let kinds: Kinds = kinds.iter().map(|kind| (kind.name().clone(), kind.clone())).collect();
    let mut paths = Vec::new();
    rule_files(path.as_ref(), &mut paths)?;
    let mut all = Vec::with_capacity(paths.len());
    for path in paths {
        let text = rule_folder::read(&path)?;
        if !is_framework(&text) {
            let (cases, errors) = check_file(&path, &text, &kinds);
            all.push(Checked { path, cases, errors });
        }
    }
    Ok(all)
}

/// Checks the text of one rule file as [`check`] does. Never panics, whatever the text is.
#[must_use]
pub fn check_text(path: impl AsRef<Path>, text: &str, kinds: &[Arc<Kind>]) -> Vec<Error> {
    let kinds: Kinds = kinds.iter().map(|kind| (kind.name().clone(), kind.clone())).collect();
    check_file(path.as_ref(), text, &kinds).1
}

fn check_file(path: &Path, text: &str, kinds: &Kinds) -> (usize, Vec<Error>) {
    let file = File { path, text };
    let rule: RuleFile<Tests> = match file.parse() {
        Ok(rule) => rule,
        Err(error) => return (0, vec![error]),
    };
    let tests =
        [(Status::Pass, &rule.tests.pass), (Status::Fail, &rule.tests.fail), (Status::Unknown, &rule.tests.unknown)];
    let cases = tests.iter().map(|(_, cases)| cases.len()).sum();
    let compiled = match rule.compile(file, parse(&rule.expression.value), kinds, Default::default()) {
        Ok(compiled) => compiled,
        Err(error) => return (cases, vec![error]),
    };
    let mut errors: Vec<_> = rule.tests.missing().map(|status| rule.without_case(file, status)).collect();
    for (status, cases) in tests {
        for case in cases {
            if let Err(error) = run(file, &compiled, kinds, status, case) {
                errors.push(error);
            }
        }
    }
    (cases, errors)
}

/// Runs one case and its variants.
fn run(file: File<'_>, rule: &CelRule, kinds: &Kinds, must: Status, case: &Spanned<Data>) -> Result<()> {
    let wrong = |message: String| file.error(ErrorKind::Case, case, message);
    let scene = Scene::of(&case.value, rule, kinds).map_err(wrong)?;
    let verdict = scene.judge(rule);
    let fault = verdict.unread.iter().find(|field| field.unread.reason == Reason::RuleError);
    if let Some(fault) = fault {
        return Err(wrong(format!("the rule breaks in this case: {}", fault.unread.detail)));
    }
    if verdict.status != must {
        let message = format!("this case must end as {}, and ends as {}", must.as_str(), verdict.status.as_str());
        return Err(wrong(message).with_help(explained(&verdict)));
    }
    if must == Status::Unknown { Ok(()) } else { probe::probe(&scene, rule, kinds, must).map_err(wrong) }
}

/// What a verdict rests on, in a line.
fn explained(verdict: &Verdict) -> String {
    let read = verdict.evidence.iter().map(|e| format!("{} is {}", e.field, e.value.to_json()));
    let unread = verdict.unread.iter().map(|u| format!("{} is unread: {}", u.field, u.unread));
    let all: Vec<_> = read.chain(unread).collect();
    if all.is_empty() { "no field was read".to_owned() } else { all.join("; ") }
}

impl Scene {
    /// The verdict, by the way that scans take and by the way that explains.
    fn judge(&self, rule: &CelRule) -> Verdict {
        let (resource, inventory) = self.stage();
        let verdict = rule.evaluate(&resource, &inventory);
        debug_assert_eq!(rule.judge(&resource, &inventory), verdict.status, "{}", rule.meta().id);
        verdict
    }
}
