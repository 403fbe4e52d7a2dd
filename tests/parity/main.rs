//! The scenarios that Rust, Python and Node all run, in Rust. README.md says what a scenario is.
//!
//! What is expected is what Rust gives: `CSPM_BLESS=1 cargo test -p cspm --features sql --test parity` writes it anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "these are tests")]

mod expected;
mod host;
mod outcome;
mod scenario;
mod steps;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use scenario::Scenario;

/// The folders of the scenarios, in order.
fn folders() -> Vec<PathBuf> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity/scenarios");
    let mut folders: Vec<_> = std::fs::read_dir(all).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

/// One test, since each scenario is run within its folder: so files have the same names in all languages and on all machines.
#[test]
fn every_scenario_ends_as_expected() {
    let (mut ran, mut wrong, mut skipped) = (0, Vec::new(), 0);
    let bless = std::env::var_os("CSPM_BLESS").is_some();
    for folder in folders() {
        std::env::set_current_dir(&folder).unwrap();
        let scenario = Scenario::read(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        if scenario.needs_sql() && cfg!(not(feature = "sql")) {
            eprintln!("SKIPPED: {} needs the feature sql", folder.display());
            skipped += 1;
            continue;
        }
        let outcome = steps::run(&scenario);
        outcome.leave_copy("rust", &folder);
        ran += 1;
        if bless {
            expected::write(&folder, &outcome);
        } else {
            wrong.extend(expected::differences(&folder, &outcome));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(ran + skipped, folders().len());
    assert!(ran >= 25, "there were {ran} scenarios");
}

#[test]
fn what_a_scenario_does_not_know_is_an_error() {
    for text in [
        r#"{"description": "", "steps": [], "no_such_key": 1}"#,
        r#"{"description": "", "steps": [], "input": {"no_such_key": 1}}"#,
        r#"{"description": "", "steps": [], "rules": {"no_such_key": 1}}"#,
        r#"{"description": "", "steps": [], "options": {"no_such_key": 1}}"#,
        r#"{"description": "", "steps": ["no_such_step"]}"#,
    ] {
        assert!(serde_json::from_str::<Scenario>(text).is_err(), "{text}");
    }
}

/// Each part of a scenario is there to be used: what no scenario has is not tested in any language.
#[test]
fn every_step_is_taken_by_some_scenario() {
    let scenarios = folders().into_iter().map(|folder| Scenario::read(&folder).unwrap());
    let taken: BTreeSet<_> = scenarios.flat_map(|scenario| scenario.steps).collect();
    assert_eq!(taken, scenario::Step::ALL.into_iter().collect());
}
