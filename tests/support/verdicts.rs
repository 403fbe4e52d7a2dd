//! The verdicts of two scans, held against each other.

use std::collections::{BTreeMap, BTreeSet};

use cspm::{Data, Inventory, Report, Status};

/// A verdict, with the calls that it lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub status: Status,
    pub region: String,
    pub unread: BTreeSet<String>,
}

/// The verdicts of a scan, by rule and resource.
pub type Verdicts = BTreeMap<(String, String), Verdict>;

/// The verdicts of a report.
pub fn of(report: &Report) -> Verdicts {
    let verdicts = report.statuses().enumerate().map(|(number, (status, rule, resource))| {
        let unread = match status {
            Status::Unknown => report.finding(number).unwrap().unread,
            _ => Vec::new(),
        };
        let unread = unread.iter().map(|field| field.unread.call.to_string()).collect();
        let key = (rule.meta().id.to_string(), resource.uid.to_string());
        (key, Verdict { status, region: resource.region.to_string(), unread })
    });
    verdicts.collect()
}

/// The difference that a fault made.
#[derive(Debug, Default)]
pub struct Difference {
    /// Verdicts that became unknown as they should.
    pub unknown: BTreeSet<(String, String)>,
    /// What should not be.
    pub wrong: Vec<String>,
}

/// The calls of all that is unread in an inventory.
pub fn not_given(inventory: &Inventory) -> BTreeSet<String> {
    fn look(data: &Data, into: &mut BTreeSet<String>) {
        match data {
            Data::Unread(unread) => drop(into.insert(unread.call.to_string())),
            Data::List(items) => items.iter().for_each(|item| look(item, into)),
            Data::Object(object) => object.iter().for_each(|(_, value)| look(value, into)),
            _ => {}
        }
    }
    let mut calls = BTreeSet::new();
    inventory.resources().iter().for_each(|resource| look(&resource.data, &mut calls));
    calls
}

/// What became of the verdicts when `call` was not answered. Verdicts that became unknown may lack `others` too, which
/// were not known before either.
pub fn compare(before: &Verdicts, after: &Verdicts, call: &str, others: &BTreeSet<String>) -> Difference {
    let mut difference = Difference::default();
    for (key, was) in before {
        match after.get(key) {
            Some(is) if (is.status, &is.unread) == (was.status, &was.unread) => {}
            Some(is) => difference.check(key, Some(was), is, (call, others)),
            // Its list was not made: something must stand for it, and say so.
            None if stands_for(after, key, was) => {}
            None => difference.wrong.push(format!("{key:?} was {was:?} and is nowhere")),
        }
    }
    for (key, is) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
        difference.check(key, None, is, (call, others));
    }
    difference
}

impl Difference {
    fn check(
        &mut self,
        key: &(String, String),
        was: Option<&Verdict>,
        is: &Verdict,
        (call, others): (&str, &BTreeSet<String>),
    ) {
        let mut may_lack: BTreeSet<String> = others.clone();
        may_lack.extend(was.iter().flat_map(|was| was.unread.iter().cloned()));
        may_lack.insert(call.to_owned());
        if is.status != Status::Unknown {
            self.wrong.push(format!("{key:?} was {was:?} and is {is:?}"));
        } else if !is.unread.contains(call) || !is.unread.is_subset(&may_lack) {
            self.wrong.push(format!("{key:?} was {was:?} and is {is:?}, which does not name {call} alone"));
        } else {
            self.unknown.insert(key.clone());
        }
    }
}

fn stands_for(after: &Verdicts, (rule, uid): &(String, String), was: &Verdict) -> bool {
    after.iter().any(|((other, stand_in), verdict)| {
        other == rule
            && stand_in != uid
            && stand_in.starts_with("unlisted://")
            && verdict.status == Status::Unknown
            && [was.region.as_str(), "global"].contains(&verdict.region.as_str())
    })
}
