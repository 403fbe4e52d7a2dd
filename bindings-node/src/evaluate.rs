//! Verdicts on resources that the caller has already.

use std::sync::Arc;

use cspm::{Data, Error, ErrorKind, Inventory, Resource};
use napi_derive::napi;

use crate::error::Failure;
use crate::job::{self, Job};
use crate::link::{Link, Outcome, Tell};
use crate::report::Report;
use crate::rules::{Rules, Selection};

/// Starts to judge resources, a JSON text of a list.
#[napi]
pub fn evaluate(resources: String, rules: &Rules, tell: Tell<'_>) -> napi::Result<Job> {
    let rules = rules.unlinked();
    job::start(&tell, move |link| judge(link, &resources, rules.linked(link)))
}

fn judge(link: &Link, resources: &str, rules: Selection) -> Result<Outcome, Failure> {
    let given: Vec<Data> = serde_json::from_str(resources)
        .map_err(|e| Error::new(ErrorKind::Format, "take the resources").with_source(e))?;
    let mut inventory = Inventory::builder(rules.kinds().iter().cloned());
    for given in &given {
        inventory.add(Resource::from_data(given, rules.kinds())?);
    }
    let report = cspm::evaluate(Arc::new(inventory.build()), rules.all()?, rules.exceptions());
    if link.stop().is_cancelled() {
        return Err(Error::new(ErrorKind::Cancelled, "finish").into());
    }
    Ok(Outcome::Report(Box::new(Report::of(Arc::new(report)))))
}
