//! Verdicts on resources that the caller already has.

use std::sync::Arc;

use cspm::{CancellationToken as Token, RuleSource};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::inventory::Inventory;
use crate::resource::Resource;
use crate::rules::{Rules, Selection};
use crate::run::{Outcome, Run};
use crate::{data, error};

/// What is judged.
enum Given {
    Inventory(Arc<cspm::Inventory>),
    Resources(Vec<Arc<cspm::Resource>>),
}

/// Begins to judge resources (dicts, `Resource`s, or an `Inventory`) on a thread of its own.
#[pyfunction]
#[pyo3(signature = (resources, rules=None, *, exceptions=None))]
pub(crate) fn start_evaluate(
    py: Python<'_>,
    resources: &Bound<'_, PyAny>,
    rules: Option<&Bound<'_, Rules>>,
    exceptions: Option<&Bound<'_, PyAny>>,
) -> PyResult<Run> {
    let cancel = Token::new();
    let selection = Selection::of(py, rules)?.cancelled_by(cancel.clone());
    let exceptions = match exceptions {
        Some(given) => crate::rules::exceptions(given)?,
        None => selection.exceptions(),
    };
    let given = match resources.cast::<Inventory>() {
        Ok(inventory) => Given::Inventory(inventory.get().inventory.clone()),
        Err(_) => Given::Resources(described(resources, &selection)?),
    };
    Run::start(py, cancel, move |_| {
        let selected = match selection.select(selection.kinds()) {
            Ok(selected) => selected,
            Err(error) => return Outcome::Failed(Arc::new(error)),
        };
        let mut inventory = cspm::Inventory::builder(selection.kinds().iter().cloned());
        for (kind, field) in selected.rules.iter().flat_map(|rule| &rule.reads().lookups) {
            inventory.index(kind.clone(), field.clone());
        }
        match given {
            Given::Resources(resources) => {
                if let Err(error) = resources.into_iter().try_for_each(|resource| inventory.insert(resource)) {
                    return Outcome::Failed(Arc::new(error));
                }
            }
            Given::Inventory(known) => {
                known.resources().iter().for_each(|resource| inventory.add(resource.clone()));
                known.gaps().for_each(|gap| inventory.add_gap(gap.clone()));
                known.listed().for_each(|kind| inventory.listed(kind.clone()));
                known.accounts().for_each(|account| inventory.account(account.clone()));
                inventory.calls(known.calls().clone());
            }
        }
        match cspm::try_evaluate(Arc::new(inventory.build()), selected, exceptions) {
            Ok(report) => Outcome::Done(Arc::new(report)),
            Err(error) => Outcome::Failed(Arc::new(error)),
        }
    })
}

fn described(resources: &Bound<'_, PyAny>, selection: &Selection) -> PyResult<Vec<Arc<cspm::Resource>>> {
    let py = resources.py();
    let alone = resources.is_instance_of::<PyDict>() || resources.is_instance_of::<Resource>();
    let items = if alone { vec![Ok(resources.clone())] } else { resources.try_iter()?.collect() };
    items
        .into_iter()
        .map(|item| {
            let item = item?;
            if let Ok(resource) = item.cast::<Resource>() {
                return Ok(resource.get().resource.clone());
            }
            let given = data::from_python(&item)?;
            let resource = cspm::Resource::from_data(&given, selection.kinds());
            resource.map(Arc::new).map_err(|e| error::raised(py, &e))
        })
        .collect()
}
