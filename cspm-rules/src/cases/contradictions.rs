//! No two rules of the catalog demand the opposite of each other.
//!
//! Two rules that read one field of a kind must have a resource that both pass. It is looked for among the cases that pass: those
//! of one rule, those of the other, and what comes of writing one over the other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cspm_core::{Data, Object, Rule, Status};

use super::scene::Scene;
use crate::cel::{Kinds, parse};
use crate::rule::CelRule;
use crate::rule_file::{File, RuleFile, Tests};
use crate::rule_folder::rule_files;
use crate::rules::is_framework;

/// A rule with its cases that pass.
struct Subject {
    rule: CelRule,
    passing: Vec<Data>,
}

fn kinds() -> Kinds {
    let kinds = cspm_aws::kinds().unwrap().into_iter().chain(cspm_k8s::kinds().unwrap());
    kinds.map(|kind| (kind.name().clone(), Arc::new(kind))).collect()
}

fn subjects(kinds: &Kinds) -> Vec<Subject> {
    let mut paths: Vec<PathBuf> = Vec::new();
    rule_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog"), &mut paths).unwrap();
    let mut subjects = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        if is_framework(&text) {
            continue;
        }
        let file = File { path: &path, text: &text };
        let read: RuleFile<Tests> = file.parse().unwrap();
        let rule = read.compile(file, parse(&read.expression.value), kinds, Default::default()).unwrap();
        // A case of another kind that embeds the rule's own says nothing of the rule's own.
        let own = |case: &&Data| case.get("$kind").is_none();
        let passing = read.tests.pass.iter().map(|case| &case.value).filter(own).cloned().collect();
        subjects.push(Subject { rule, passing });
    }
    subjects
}

/// Resources that pass several rules where the cases of those rules cannot be joined: all of them read one string.
const WITNESSES: [&str; 1] = [r#"{"flags": {"enable-admission-plugins":
    "AlwaysPullImages,DenyServiceExternalIPs,EventRateLimit,ImagePolicyWebhook,NodeRestriction",
    "admission-control-config-file": "/etc/admission.yaml"}}"#];

/// `over` written over `under`, name by name. Lists are those of `over`, or, where `joined`, are written over item by item; lists
/// of resources that stand around (`$with`) have those of both.
fn written_over(under: &Data, over: &Data, joined: bool) -> Data {
    let merge = |under: &Data, over: &Data| written_over(under, over, joined);
    match (under, over) {
        (Data::Object(a), Data::Object(b)) => {
            let mut merged: BTreeMap<&str, Data> = a.iter().map(|(key, value)| (key, value.clone())).collect();
            for (key, value) in b.iter() {
                let value = match (key, merged.get(key)) {
                    ("$with", Some(Data::Object(before))) => around(before, value),
                    (_, Some(before)) => merge(before, value),
                    (_, None) => value.clone(),
                };
                merged.insert(key, value);
            }
            Data::object(merged)
        }
        (Data::List(a), Data::List(b)) if joined => {
            let rest = if a.len() > b.len() { a.iter().skip(b.len()) } else { b.iter().skip(a.len()) };
            let both = a.iter().zip(b.iter()).map(|(a, b)| merge(a, b));
            Data::list(both.chain(rest.cloned()).collect::<Vec<_>>())
        }
        _ => over.clone(),
    }
}

fn around(before: &Object, more: &Data) -> Data {
    let mut all: BTreeMap<&str, Vec<Data>> = BTreeMap::new();
    let Data::Object(more) = more else { return more.clone() };
    for (kind, list) in before.iter().chain(more.iter()) {
        if let Data::List(items) = list {
            all.entry(kind).or_default().extend(items.iter().cloned());
        }
    }
    Data::object(all.into_iter().map(|(kind, items)| (kind, Data::list(items))))
}

fn both_pass(case: &Data, a: &CelRule, b: &CelRule, kinds: &Kinds) -> bool {
    [a, b].into_iter().all(|rule| {
        Scene::of(case, rule, kinds).is_ok_and(|scene| {
            let (resource, inventory) = scene.stage();
            rule.evaluate(&resource, &inventory).status == Status::Pass
        })
    })
}

#[test]
fn no_two_rules_demand_the_opposite() {
    let kinds = kinds();
    let subjects = subjects(&kinds);
    let witnesses =
        WITNESSES.map(|text| cspm_core::to_data(&serde_json::from_str::<serde_json::Value>(text).unwrap()).unwrap());
    let mut contradictions = Vec::new();
    for (n, a) in subjects.iter().enumerate() {
        for b in &subjects[n + 1..] {
            let kind = &a.rule.meta().kind;
            let fields = |subject: &Subject| subject.rule.reads().fields.get(kind).cloned().unwrap_or_default();
            if b.rule.meta().kind != *kind || fields(a).is_disjoint(&fields(b)) {
                continue;
            }
            let pairs = || a.passing.iter().flat_map(|x| b.passing.iter().map(move |y| (x, y)));
            let alone = a.passing.iter().chain(&b.passing).chain(&witnesses).cloned();
            let merged = pairs().flat_map(|(x, y)| {
                [false, true]
                    .into_iter()
                    .flat_map(move |joined| [written_over(x, y, joined), written_over(y, x, joined)])
            });
            if !alone.chain(merged).any(|case| both_pass(&case, &a.rule, &b.rule, &kinds)) {
                contradictions.push(format!("{} and {}", a.rule.meta().id, b.rule.meta().id));
            }
        }
    }
    assert!(contradictions.is_empty(), "no case passes both:\n{}", contradictions.join("\n"));
}
