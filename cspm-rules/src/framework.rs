//! Compliance frameworks: controls that point to rules.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::rule_file::File;
use crate::suggest::did_you_mean;

/// A framework: the controls of a published benchmark or standard, and the rules that answer them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Never changes, e.g. `cis_aws_5.0`; the name of its file.
    pub id: Arc<str>,
    /// As its publisher calls it.
    pub title: String,
    /// The version of the publisher.
    pub version: String,
    /// The provider that it is about, e.g. `aws`.
    pub provider: Arc<str>,
    /// Where it is published.
    pub source: String,
    /// In the order of the publisher.
    pub controls: Vec<Control>,
}

/// One demand of a framework.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// The publisher's number, e.g. `2.1.4`.
    pub id: String,
    /// What it demands, in our own words.
    pub title: String,
    /// The profile level, where the framework has levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// Whether rules answer it.
    pub status: ControlStatus,
    /// The rules that answer it.
    pub rules: Vec<Arc<str>>,
    /// What a reader should know, e.g. why it is not answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Whether a control is answered by rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlStatus {
    /// By at least one rule.
    Automated,
    /// In a part, by at least one rule: it can fail, but never pass as a whole.
    Partial,
    /// No API can answer it; people must.
    Manual,
    /// An API could, and no rule does yet.
    NotCovered,
}

impl Framework {
    /// The framework in a file.
    pub(crate) fn parse(file: File<'_>) -> Result<Self> {
        let framework: Self = file.parse()?;
        let wrong = |message: String| Error::new(ErrorKind::Rule, message).in_file(file.path);
        if file.path.file_stem().is_none_or(|stem| *stem != *framework.id) {
            return Err(wrong(format!("the framework `{0}` must be in the file {0}.yaml", framework.id)));
        }
        let mut seen = BTreeSet::new();
        for control in &framework.controls {
            if !seen.insert(&control.id) {
                return Err(wrong(format!("the control {} is there twice", control.id)));
            }
            let answered = matches!(control.status, ControlStatus::Automated | ControlStatus::Partial);
            if answered == control.rules.is_empty() {
                let rule = "must have rules if, and only if, it is automated or partial";
                return Err(wrong(format!("the control {} {rule}", control.id)));
            }
        }
        Ok(framework)
    }

    /// Puts the ids of rules in the place of their former ids.
    pub(crate) fn resolve(&mut self, path: &Path, ids: &BTreeMap<&str, Arc<str>>) -> Result<()> {
        for control in &mut self.controls {
            for rule in &mut control.rules {
                let Some(id) = ids.get(&**rule) else {
                    let message = format!("the control {} names the rule `{rule}`, which does not exist", control.id);
                    let help = did_you_mean(rule, ids.keys().copied());
                    return Err(Error::new(ErrorKind::Rule, message).in_file(path).with_help_if(help));
                };
                *rule = id.clone();
            }
        }
        Ok(())
    }
}
