//! The catalog: every rule loads, every case ends as it says, every rule bears null and unread fields.

#![allow(clippy::expect_used, reason = "a test that cannot begin fails")]

use std::path::PathBuf;
use std::sync::Arc;

use cspm_core::Kind;
use cspm_rules::{Rules, cases};

fn kinds() -> Vec<Arc<Kind>> {
    let kinds = cspm_aws::kinds().expect("the kinds are sound").into_iter();
    kinds.chain(cspm_k8s::kinds().expect("the kinds are sound")).map(Arc::new).collect()
}

/// `CSPM_CATALOG` names another folder of rules.
fn catalog() -> PathBuf {
    std::env::var_os("CSPM_CATALOG")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("catalog"), PathBuf::from)
}

#[test]
fn every_case_ends_as_it_says() {
    let checked = cases::check(catalog(), &kinds()).expect("the catalog can be read");
    let errors: Vec<_> = checked.iter().flat_map(|file| &file.errors).map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{} of {} rules:\n{}", errors.len(), checked.len(), errors.join("\n"));
    assert!(!checked.is_empty(), "there are no rules");
}

#[test]
fn the_built_in_rules_load_with_their_frameworks() {
    let rules = Rules::builtin().load(&kinds()).expect("the catalog is sound");
    for rule in rules.rules() {
        let meta = rule.meta();
        assert!(meta.id.starts_with(&*meta.provider), "{}: the id begins with the provider", meta.id);
        assert!(meta.id.starts_with(&*meta.kind), "{} judges {}: the id begins with the kind", meta.id, meta.kind);
        assert!(!meta.remediation.text.is_empty(), "{}", meta.id);
        assert!(rule.reads().fields.contains_key(&meta.kind), "{}", meta.id);
    }
    for framework in rules.frameworks() {
        let id = &framework.id;
        let chosen = Rules::builtin().framework(&**id).load(&kinds()).expect("the framework can be chosen");
        assert!(chosen.rules().iter().all(|rule| rule.meta().frameworks.contains_key(&**id)), "{id}");
    }
}

#[test]
fn the_texts_of_the_built_in_rules_are_shown_as_they_are() {
    for rule in Rules::builtin().load(&kinds()).expect("the catalog is sound").rules() {
        assert_eq!(rule.meta().scrubbed(), None, "{}", rule.meta().id);
    }
}

#[test]
fn no_expression_names_a_partition_in_an_arn() {
    for rule in Rules::builtin().load(&kinds()).expect("the catalog is sound").rules() {
        let expression = rule.meta().expression.as_deref().unwrap_or_default();
        assert!(!expression.contains("arn:aws"), "{}: the partition comes from the resource", rule.meta().id);
    }
}
