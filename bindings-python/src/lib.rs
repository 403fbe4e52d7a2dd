//! The Python package `cspm`: the facade, in Python's types.

mod aws;
mod cancel;
mod cli;
mod collector;
mod data;
mod error;
mod evaluate;
mod event;
mod evidence;
mod field;
mod finding;
mod graph;
mod inventory;
mod kinds;
mod kubernetes;
mod manifests;
mod plan;
mod python;
mod report;
mod resource;
mod rows;
mod rule;
mod rule_info;
mod rules;
mod run;
mod scan;
mod snapshot;
mod source;

/// The native half of the package `cspm`, which re-exports what is public.
#[pyo3::pymodule]
mod _cspm {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::aws::Aws;
    #[pymodule_export]
    use super::cancel::CancellationToken;
    #[pymodule_export]
    use super::cli::main;
    #[pymodule_export]
    use super::collector::Wanted;
    #[pymodule_export]
    use super::evaluate::start_evaluate;
    #[pymodule_export]
    use super::event::{
        DeniedEvent, DoneEvent, FailedEvent, FindingEvent, PlannedEvent, ProgressEvent, ResourceEvent, ThrottledEvent,
    };
    #[pymodule_export]
    use super::finding::Finding;
    #[pymodule_export]
    use super::inventory::Inventory;
    #[pymodule_export]
    use super::kinds::kinds;
    #[pymodule_export]
    use super::kubernetes::Kubernetes;
    #[pymodule_export]
    use super::manifests::Manifests;
    #[pymodule_export]
    use super::plan::{Plan, plan};
    #[pymodule_export]
    use super::report::Report;
    #[pymodule_export]
    use super::resource::Resource;
    #[pymodule_export]
    use super::rule_info::RuleInfo;
    #[pymodule_export]
    use super::rules::Rules;
    #[pymodule_export]
    use super::run::Run;
    #[pymodule_export]
    use super::scan::start_scan;
    #[pymodule_export]
    use super::snapshot::{Snapshot, sample};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
