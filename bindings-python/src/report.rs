//! A report.

use std::path::PathBuf;
use std::sync::Arc;

use cspm::{Format, OutputFile};
use pyo3::prelude::*;

use crate::finding::Finding;
use crate::inventory::Inventory;
use crate::plan::Plan;
use crate::rule_info::RuleInfo;
use crate::{data, error, python};

/// The result of a scan: findings in a fixed order, with scores and coverage.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct Report {
    report: Arc<cspm::Report>,
}

impl Report {
    pub(crate) fn of(report: Arc<cspm::Report>) -> Self {
        Self { report }
    }

    fn format(py: Python<'_>, name: &str) -> PyResult<Format> {
        name.parse().map_err(|e| error::raised(py, &e))
    }
}

#[pymethods]
impl Report {
    /// The findings, in the order of rule id and resource uid, each made when it is looked at.
    #[getter]
    fn findings<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let made = slf.getattr("_findings_at")?;
        python::lazy(slf.py())?.call1((made, slf.get().report.len()))
    }

    /// The findings at some positions.
    fn _findings_at(&self, py: Python<'_>, start: usize, step: isize, count: usize) -> Vec<Finding> {
        py.detach(|| {
            let positions = (0..count).filter_map(|n| start.checked_add_signed(step.checked_mul(n as isize)?));
            let findings = positions.filter_map(|position| self.report.finding(position));
            findings.map(|finding| Finding { finding: Arc::new(finding) }).collect()
        })
    }

    /// The counts.
    #[getter]
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::serialized(py, &self.report.summary)
    }

    /// What could and could not be read.
    #[getter]
    fn coverage<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::serialized(py, &self.report.coverage)
    }

    /// The share of verdicts that could be given, from 0 to 1. What was read has a share of its own, `coverage["read_share"]`.
    #[getter]
    fn coverage_share(&self) -> f64 {
        self.report.coverage.share()
    }

    /// Whether everything that the rules need was read and nothing failed.
    #[getter]
    fn is_complete(&self) -> bool {
        self.report.coverage.is_complete()
    }

    /// The scores: weighted shares of passes in percent, with the share of what is unknown beside them.
    #[getter]
    fn scores<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::serialized(py, &self.report.scores)
    }

    /// Who the collectors were to their providers.
    #[getter]
    fn identities<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::serialized(py, &self.report.identities)
    }

    /// The calls that the scan set out to make.
    #[getter]
    fn plan(&self) -> Plan {
        Plan { plan: self.report.plan.clone() }
    }

    /// When the scan or the evaluation began. No format has it, so that a snapshot gives the same bytes each time.
    #[getter]
    fn started_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::time(py, self.report.started_at.as_microsecond())
    }

    /// The present of the report: when the latest of its resources was collected, or the scan began where it has none.
    #[getter]
    fn collected_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        data::time(py, self.report.collected_at.as_microsecond())
    }

    /// The rules, in the order of their ids.
    #[getter]
    fn rules(&self) -> Vec<RuleInfo> {
        self.report.rules().iter().map(|rule| RuleInfo { meta: rule.meta().clone() }).collect()
    }

    /// All resources of the scan; empty where the scan was told not to keep them.
    #[getter]
    fn inventory(&self) -> Inventory {
        Inventory { inventory: self.report.inventory().clone() }
    }

    /// The status, rule id and resource uid of each finding, in the order of the findings, without making them.
    fn statuses<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let rows: Vec<_> = self
            .report
            .statuses()
            .map(|(status, rule, resource)| (status.as_str(), &*rule.meta().id, &*resource.uid))
            .collect();
        Ok(rows.into_pyobject(py)?.into_any())
    }

    /// How many failures of at least this severity no exception covers.
    #[pyo3(signature = (at_least="informational"))]
    fn open_failures(&self, py: Python<'_>, at_least: &str) -> PyResult<u64> {
        let severity = at_least.parse().map_err(|e| error::raised(py, &e))?;
        Ok(self.report.open_failures(severity))
    }

    /// Writes the report to a file, which is there whole or not at all. Without a format the name says it: `report.html`.
    #[pyo3(signature = (path, format=None))]
    fn write(&self, py: Python<'_>, path: PathBuf, format: Option<&str>) -> PyResult<()> {
        let format = match format {
            Some(name) => Self::format(py, name)?,
            None => Format::from_path(&path).ok_or_else(|| {
                error::config(py, &format!("tell the format of {} by its name", path.display()), "give format=")
            })?,
        };
        py.detach(|| {
            let mut file = OutputFile::create(&path)?;
            cspm::write(&self.report, format, &mut file)?;
            file.commit()
        })
        .map_err(|e| error::raised(py, &e))
    }

    /// The report as a text: json, ocsf, asff, sarif, junit, csv, markdown or html.
    fn to_string(&self, py: Python<'_>, format: &str) -> PyResult<String> {
        let format = Self::format(py, format)?;
        py.detach(|| cspm::to_string(&self.report, format)).map_err(|e| error::raised(py, &e))
    }

    pub(crate) fn __repr__(&self) -> String {
        let summary = &self.report.summary;
        format!("<Report: {} pass, {} fail, {} unknown>", summary.pass, summary.fail, summary.unknown)
    }
}
