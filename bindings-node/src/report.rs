//! Reports.

use std::path::PathBuf;
use std::sync::Arc;

use cspm::{Format, OutputFile, Severity};
use napi::Env;
use napi::bindgen_prelude::ObjectFinalize;
use napi_derive::napi;
use serde_json::json;

use crate::error::{Failure, sync, to_json};
use crate::inventory::Inventory;
use crate::job::{self, Job};
use crate::link::{Outcome, Tell};
use crate::plan::Plan;
use crate::rules::RULE;

/// What a resource and a verdict take in memory, more or less.
const RESOURCE: usize = 1500;
const VERDICT: usize = 64;

/// The result of a scan.
#[napi(custom_finalize)]
pub struct Report {
    report: Arc<cspm::Report>,
    /// What JavaScript was told of its size, so that it looks for garbage in time: to it, a report is a few bytes.
    told: i64,
}

impl Report {
    pub(crate) fn of(report: Arc<cspm::Report>) -> Self {
        Self { report, told: 0 }
    }

    /// The same, with JavaScript told of its size.
    pub(crate) fn told(mut self, env: Env) -> Self {
        let Self { report, .. } = &self;
        let size = report.inventory().len() * RESOURCE + report.len() * VERDICT + report.rules().len() * RULE;
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        if env.adjust_external_memory(size).is_ok() {
            self.told = size;
        }
        self
    }
}

impl ObjectFinalize for Report {
    fn finalize(self, env: Env) -> napi::Result<()> {
        env.adjust_external_memory(-self.told).map(|_| ())
    }
}

#[napi]
impl Report {
    /// How many findings there are.
    #[napi(getter)]
    pub fn length(&self) -> u32 {
        u32::try_from(self.report.len()).unwrap_or(u32::MAX)
    }

    /// The findings from one position to another, one a line.
    #[napi]
    pub fn findings(&self, start: u32, end: u32) -> napi::Result<String> {
        sync(|| {
            let findings = (start as usize..end as usize).map_while(|position| self.report.finding(position));
            Ok(findings.map(|finding| to_json(&finding)).collect::<Result<Vec<_>, _>>()?.join("\n"))
        })
    }

    /// The status, rule id and uid of each finding.
    #[napi]
    pub fn statuses(&self) -> napi::Result<String> {
        sync(|| {
            let rows = self.report.statuses();
            to_json(&rows.map(|(status, rule, resource)| (status, &rule.meta().id, &resource.uid)).collect::<Vec<_>>())
        })
    }

    /// Everything about the report as a whole.
    #[napi]
    pub fn head(&self) -> napi::Result<String> {
        sync(|| {
            let report = &self.report;
            to_json(&json!({
                "summary": report.summary,
                "scores": report.scores,
                "coverage": report.coverage,
                "coverage_share": report.coverage.share(),
                "is_complete": report.coverage.is_complete(),
                "identities": report.identities,
                "started_at": report.started_at,
                "collected_at": report.collected_at,
            }))
        })
    }

    /// What is said of each rule, in the order of their ids.
    #[napi]
    pub fn rules(&self) -> napi::Result<String> {
        sync(|| to_json(&self.report.rules().iter().map(|rule| rule.meta()).collect::<Vec<_>>()))
    }

    /// Failures of at least this severity that no exception covers.
    #[napi]
    pub fn open_failures(&self, at_least: String) -> napi::Result<f64> {
        sync(|| Ok(self.report.open_failures(at_least.parse::<Severity>()?) as f64))
    }

    /// The calls that the scan set out to make.
    #[napi]
    pub fn plan(&self) -> Plan {
        Plan::of((*self.report.plan).clone())
    }

    /// All resources.
    #[napi]
    pub fn inventory(&self) -> Inventory {
        Inventory::of(self.report.inventory().clone())
    }

    /// The report in a format.
    #[napi]
    pub fn text(&self, format: String) -> napi::Result<String> {
        sync(|| Ok(cspm::to_string(&self.report, format.parse()?)?))
    }

    /// Writes the report to a file that is there whole or not at all, in the format given or that its name asks for.
    #[napi]
    pub fn write(&self, path: String, format: Option<String>, tell: Tell<'_>) -> napi::Result<Job> {
        let report = self.report.clone();
        job::start(&tell, move |_| {
            let path = PathBuf::from(path);
            let format = match format {
                Some(name) => name.parse()?,
                None => Format::from_path(&path).unwrap_or(Format::Json),
            };
            let mut file = OutputFile::create(&path)?;
            cspm::write(&report, format, &mut file)?;
            file.commit().map_err(Failure::from)?;
            Ok(Outcome::Nothing)
        })
    }
}
