//! What scans of Kubernetes are given that is not good: each is refused with an error that says what, where and what to do,
//! or is in the coverage, and nothing else is lost for it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that cannot be set up fails")]

mod access;
mod dump;
mod endpoint;
mod lists;
mod manifests;
#[path = "../../../support/program.rs"]
#[allow(dead_code, unreachable_pub, missing_docs, reason = "other tests use the rest of it")]
mod program;

use std::path::Path;
use std::sync::Arc;

use cspm::{Collector, Report, Resource, Rules, Scan, Status};

/// Not a test: the command line, where the tests start this program again to be it.
#[test]
fn as_a_program() {
    program::be();
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

async fn scan(collector: impl Collector + 'static) -> Report {
    Scan::new().collector(collector).rules(Rules::builtin()).run().await.unwrap()
}

/// What an error says of a scan that cannot begin.
async fn refusal(collector: impl Collector + 'static) -> String {
    Scan::new().collector(collector).rules(Rules::builtin()).run().await.unwrap_err().to_string()
}

fn of_kind<'a>(report: &'a Report, kind: &str) -> Vec<&'a Arc<Resource>> {
    report.inventory().resources().iter().filter(|resource| *resource.kind == *kind).collect()
}

/// The verdicts of rules on a kind.
fn verdicts(report: &Report, kind: &str) -> Vec<Status> {
    report.statuses().filter(|(_, rule, _)| *rule.meta().kind == *kind).map(|(status, ..)| status).collect()
}

/// How often a call was made of which the name ends so: answered, and not.
fn calls(report: &Report, name: &str) -> (u64, u64) {
    let calls = report.coverage.calls.iter().filter(|(key, _)| key.call.ends_with(name)).map(|(_, counts)| counts);
    calls.fold((0, 0), |(done, not), counts| {
        (done + counts.done, not + counts.denied + counts.throttled + counts.failed + counts.skipped)
    })
}
