//! Whether Rust, Python and Node have the same public names. README.md says how they are found and compared.
//!
//! The names of Python and Node are those of the packages as they are installed, which `scripts/parity.sh` does; without them
//! a test says so and checks nothing, except in CI, where that is a failure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "these are tests")]

mod bindings;
mod review;
mod rust;

use std::collections::{BTreeMap, BTreeSet};

use review::{Language, Review};

type Names = BTreeSet<String>;

#[test]
fn the_names_of_the_three_languages_differ_only_where_that_is_meant() {
    let review = Review::read();
    let mut surfaces = bindings::names();
    surfaces.insert(Language::Rust, rust::names());
    for (language, names) in &surfaces {
        assert!(names.len() > 100, "{language:?} has {} names: they were not found", names.len());
    }
    let complaints = review.complaints(&surfaces);
    assert!(complaints.is_empty(), "{} differences:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn what_rust_has_is_found_in_its_sources() {
    let names = rust::names();
    let known = [
        "Scan",                      // a struct, from another crate by a glob
        "Scan.drop_inventory",       // a method
        "Report.summary",            // a field
        "Summary.unused_exceptions", // a field of such
        "Status.unknown",            // a variant
        "Event.planned.rules",       // a field of a variant
        "Aws.role_arn",              // a method of a builder
        "Collector.collect",         // a method of a trait
        "RuleError.column",          // a method under another name
        "sample",                    // a function
        "analysis",                  // a module
    ];
    for name in known {
        assert!(names.contains(name), "{name} is not among {names:#?}");
    }
    for hidden in ["Report.make", "Report.entries", "Entry", "Score.add"] {
        assert!(!names.contains(hidden), "{hidden} is not public");
    }
}

#[test]
fn a_difference_that_nobody_reviewed_is_told_of_and_so_is_a_review_of_none() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Names>();
    let review = Review::parse(
        r#"{"translations": {"rust": {"Scan": "scan"}, "python": {}, "node": {}},
            "differences": [{"only": ["rust"], "why": "a test", "names": ["Kind", "Kind.*"]}]}"#,
    );
    let bindings = ["Report", "Report.len", "scan"];
    let surfaces = |rust: &[&str], python: &[&str]| {
        let node = names(&bindings);
        BTreeMap::from([(Language::Rust, names(rust)), (Language::Python, names(python)), (Language::Node, node)])
    };
    let sound = ["Scan", "Report", "Report.len", "Kind", "Kind.name"];
    assert_eq!(review.complaints(&surfaces(&sound, &bindings)), [""; 0]);
    let missing = review.complaints(&surfaces(&sound, &["Report", "scan"]));
    assert_eq!(missing, ["Report.len: in Rust and Node, not in Python"]);
    let stale = review.complaints(&surfaces(&["Scan", "Report", "Report.len", "Kind"], &bindings));
    assert_eq!(stale, ["Kind.*: reviewed as only in Rust, which no difference is any more"]);
}
