//! A scenario as it is written.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

/// What to judge, by which rules, and what to look at then.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// What it shows.
    #[serde(rename = "description")]
    pub(crate) _description: String,
    #[serde(default)]
    pub(crate) input: Input,
    #[serde(default)]
    pub(crate) rules: Selection,
    #[serde(default)]
    pub(crate) options: Options,
    /// What is asked for, in this order; the first error ends it.
    pub(crate) steps: Vec<Step>,
    /// The input says no time of collection, so findings have the present, which is taken out.
    #[serde(default)]
    pub(crate) undated: bool,
    /// The formats of the step `formats`.
    #[serde(default)]
    pub(crate) formats: Vec<String>,
    /// The queries of the step `sql`.
    #[serde(default)]
    pub(crate) queries: Vec<String>,
    /// The name of the snapshot of the step `save`.
    #[serde(default)]
    pub(crate) save_as: String,
}

/// One of `snapshot`, `text`, `manifests` and `resources`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// A file.
    pub(crate) snapshot: Option<PathBuf>,
    /// A snapshot in memory, and what errors call it.
    pub(crate) text: Option<String>,
    #[serde(default)]
    pub(crate) name: String,
    pub(crate) max_bytes: Option<u64>,
    /// Files and folders.
    pub(crate) manifests: Option<Vec<PathBuf>>,
    pub(crate) kubernetes_version: Option<String>,
    pub(crate) cluster_name: Option<String>,
    /// Given to `evaluate`, or to a collector of the host language where `collector` is set.
    pub(crate) resources: Option<Vec<Value>>,
    #[serde(default)]
    pub(crate) collector: bool,
}

/// The rules.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Selection {
    pub(crate) builtin: Option<bool>,
    #[serde(default)]
    pub(crate) ids: Vec<String>,
    #[serde(default)]
    pub(crate) frameworks: Vec<String>,
    #[serde(default)]
    pub(crate) severities: Vec<String>,
    #[serde(default)]
    pub(crate) services: Vec<String>,
    #[serde(default)]
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) exceptions: Option<PathBuf>,
    /// Rules of the host language, by the names that each suite knows.
    #[serde(default)]
    pub(crate) host: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Options {
    #[serde(default)]
    pub(crate) drop_inventory: bool,
    #[serde(default)]
    pub(crate) collect_everything: bool,
}

/// Something to look at.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// What is said of the rules.
    Rules,
    /// Their ids alone.
    RuleIds,
    /// The calls and the policies.
    Plan,
    /// The findings as lines of JSON.
    Findings,
    Summary,
    Coverage,
    Scores,
    OpenFailures,
    /// The resources, as the inventory gives them.
    Inventory,
    /// Which verdicts are a fault of their rule, without the words, which are of the language.
    Faults,
    /// How often each event comes in a stream, but for progress.
    Events,
    Formats,
    Sql,
    /// Saves a snapshot, and scans it: the findings must be the same.
    Save,
}

impl Step {
    pub(crate) const ALL: [Self; 14] = [
        Self::Rules,
        Self::RuleIds,
        Self::Plan,
        Self::Findings,
        Self::Summary,
        Self::Coverage,
        Self::Scores,
        Self::OpenFailures,
        Self::Inventory,
        Self::Faults,
        Self::Events,
        Self::Formats,
        Self::Sql,
        Self::Save,
    ];
}

impl Scenario {
    pub(crate) fn read(folder: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let scenario: Self = serde_json::from_slice(&std::fs::read(folder.join("scenario.json"))?)?;
        for (step, given) in [
            (Step::Formats, !scenario.formats.is_empty()),
            (Step::Sql, !scenario.queries.is_empty()),
            (Step::Save, !scenario.save_as.is_empty()),
        ] {
            assert_eq!(scenario.steps.contains(&step), given, "{}: {step:?}", folder.display());
        }
        Ok(scenario)
    }

    pub(crate) fn needs_sql(&self) -> bool {
        self.steps.contains(&Step::Sql)
    }
}
