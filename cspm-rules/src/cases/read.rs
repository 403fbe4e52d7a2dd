//! The cases of rule files as data, for those who put them to another judge.

use std::path::Path;
use std::sync::Arc;

use cspm_core::Status;
use serde_json::Value;

use crate::error::Result;
use crate::rule_file::{File, RuleFile, Tests};
use crate::rule_folder::{self, rule_files};
use crate::rules::is_framework;

/// A case of a rule.
#[derive(Clone, Debug)]
pub struct Case {
    /// The rule's id.
    pub rule: Arc<str>,
    /// The kind of the resource that is judged.
    pub kind: Arc<str>,
    /// How it must end.
    pub status: Status,
    /// The data of the resource, with the keys that begin with `$`, as it is written.
    pub data: Value,
}

/// The cases of every rule file in a folder and the folders in it, or in one file.
///
/// # Errors
/// [`Error`](crate::Error) where a file cannot be read or is no rule.
pub fn read(path: impl AsRef<Path>) -> Result<Vec<Case>> {
    let (mut paths, mut all) = (Vec::new(), Vec::new());
    rule_files(path.as_ref(), &mut paths)?;
    for path in paths {
        let text = rule_folder::read(&path)?;
        if is_framework(&text) {
            continue;
        }
        let rule: RuleFile<Tests> = File { path: &path, text: &text }.parse()?;
        let Tests { pass, fail, unknown } = &rule.tests;
        for (status, cases) in [(Status::Pass, pass), (Status::Fail, fail), (Status::Unknown, unknown)] {
            for case in cases {
                let data = case.value.to_json();
                let kind = data.get("$kind").and_then(Value::as_str).unwrap_or(&rule.kind.value).into();
                all.push(Case { rule: rule.id.value.as_str().into(), kind, status, data });
            }
        }
    }
    Ok(all)
}
