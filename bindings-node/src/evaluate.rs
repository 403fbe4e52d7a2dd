//! Verdicts on resources that the caller has already.

use std::sync::Arc;

use cspm::{Data, Error, ErrorKind, Exceptions, Inventory, Resource};
use napi_derive::napi;
use serde::Deserialize;

use crate::error::{Failure, sync};
use crate::job::{self, Job};
use crate::link::{Link, Outcome, Tell};
use crate::report::Report;
use crate::rules::{Rules, Selection, Waivers};
use crate::source::parse;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Options {
    /// Instead of those of the rules.
    exceptions: Option<Waivers>,
}

/// Starts to judge resources, a JSON text of a list.
#[napi]
pub fn evaluate(resources: String, rules: &Rules, options: String, tell: Tell<'_>) -> napi::Result<Job> {
    let options: Options = sync(|| parse("use the options of the evaluation", &options))?;
    let rules = rules.unlinked();
    job::start(&tell, move |link| {
        let exceptions = options.exceptions.map_or_else(|| Ok(rules.exceptions()), Waivers::read)?;
        judge(link, &resources, rules.linked(link), exceptions)
    })
}

fn judge(link: &Link, resources: &str, rules: Selection, exceptions: Exceptions) -> Result<Outcome, Failure> {
    let given: Vec<Data> = serde_json::from_str(resources)
        .map_err(|e| Error::new(ErrorKind::Format, "take the resources").with_source(e))?;
    let mut inventory = Inventory::builder(rules.kinds().iter().cloned());
    for given in &given {
        inventory.insert(Resource::from_data(given, rules.kinds())?)?;
    }
    let report = cspm::try_evaluate(Arc::new(inventory.build()), rules.all()?, exceptions)?;
    if link.stop().is_cancelled() {
        return Err(Error::new(ErrorKind::Cancelled, "finish").into());
    }
    Ok(Outcome::Report(Box::new(Report::of(Arc::new(report)))))
}
