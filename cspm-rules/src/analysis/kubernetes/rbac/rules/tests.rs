use proptest::prelude::{any, *};
use serde_json::{Value, json};

use super::*;
use crate::analysis::Fault;
use crate::analysis::testing::{data, unread};

fn rule(verbs: &[&str], groups: &[&str], resources: &[&str]) -> Value {
    json!({"verbs": verbs, "apiGroups": groups, "resources": resources})
}

fn allows(rules: Value, verb: &str, group: &str, resource: &str) -> Answer<bool> {
    rules_allow(&data(rules), verb, group, resource)
}

#[test]
fn names_and_wildcards_match_as_in_the_api_server() {
    for (rule, verb, group, resource, allowed) in [
        (rule(&["get"], &[""], &["pods"]), "get", "", "pods", true),
        (rule(&["get"], &[""], &["pods"]), "list", "", "pods", false),
        (rule(&["get"], &[""], &["pods"]), "get", "apps", "pods", false),
        (rule(&["get"], &[""], &["pods"]), "get", "", "pods/log", false),
        (rule(&["get"], &[""], &["pods/log"]), "get", "", "pods", false),
        (rule(&["get"], &[""], &["pods/log"]), "get", "", "pods/log", true),
        (rule(&["get"], &[], &["pods"]), "get", "", "pods", false),
        (rule(&["*"], &["*"], &["*"]), "escalate", "rbac.authorization.k8s.io", "roles", true),
        (rule(&["*"], &["*"], &["*"]), "create", "", "pods/exec", true),
        (rule(&["update"], &["*"], &["*/scale"]), "update", "apps", "deployments/scale", true),
        (rule(&["update"], &["*"], &["*/scale"]), "update", "apps", "deployments", false),
        (rule(&["update"], &["*"], &["*/scale"]), "update", "apps", "scale", false),
        (rule(&["update"], &["*"], &["*/scale"]), "update", "apps", "deployments/rescale", false),
        (rule(&["create"], &[""], &["pods/*"]), "create", "", "pods/exec", false),
        (rule(&["*"], &["*"], &["*"]), "*", "*", "*", true),
        (rule(&["get", "list"], &["*"], &["*"]), "*", "*", "*", false),
    ] {
        assert_eq!(allows(json!([rule]), verb, group, resource), Ok(allowed), "{rule} {verb} {group} {resource}");
    }
    assert_eq!(allows(json!(null), "get", "", "pods"), Ok(false));
    assert_eq!(allows(json!([null]), "get", "", "pods"), Ok(false));
    let two = json!([rule(&["get"], &["apps"], &["pods"]), rule(&["get"], &[""], &["pods"])]);
    assert_eq!(allows(two, "get", "", "pods"), Ok(true));
}

#[test]
fn rules_for_names_allow_nothing_in_general() {
    for (names, allowed) in [(json!(["a"]), false), (json!([]), true), (json!(null), true), (json!(["a", ""]), true)] {
        let mut rule = rule(&["get"], &[""], &["secrets"]);
        rule["resourceNames"] = names;
        assert_eq!(allows(json!([rule]), "get", "", "secrets"), Ok(allowed), "{rule}");
    }
}

#[test]
fn paths_match_whole_or_by_their_beginning() {
    for (urls, path, allowed) in [
        (json!(["/metrics"]), "/metrics", true),
        (json!(["/metrics"]), "/metrics/x", false),
        (json!(["*"]), "/metrics", true),
        (json!(["/healthz/*"]), "/healthz/ping", true),
        (json!(["/healthz/*"]), "/healthz", false),
        (json!(["/healthz*"]), "/healthz", true),
        (json!([]), "/metrics", false),
        (json!(null), "/metrics", false),
    ] {
        let rules = data(json!([{"verbs": ["get"], "nonResourceURLs": urls}]));
        assert_eq!(rules_allow_url(&rules, "get", path), Ok(allowed), "{rules:?} {path}");
        assert_eq!(rules_allow_url(&rules, "post", path), Ok(false));
    }
    let everything = data(json!([rule(&["*"], &["*"], &["*"])]));
    assert_eq!(rules_allow_url(&everything, "get", "/metrics"), Ok(false), "resources are no paths");
}

#[test]
fn what_was_not_read_only_matters_where_nothing_else_decides() {
    let general = || rule(&["get"], &[""], &["pods"]);
    let without = |key: &str| {
        let mut rule = general();
        rule[key] = json!("unread!");
        rule
    };
    for (rules, allowed) in [
        (json!("unread!"), unread()),
        (json!(["unread!"]), unread()),
        (json!(["unread!", general()]), Ok(true)),
        (json!([without("verbs")]), unread()),
        (json!([without("apiGroups")]), unread()),
        (json!([without("resources")]), unread()),
        (json!([without("resourceNames")]), unread()),
        (json!([{"verbs": "unread!", "apiGroups": [""], "resources": ["secrets"]}]), Ok(false)),
        (json!([{"verbs": ["list"], "apiGroups": "unread!", "resources": ["pods"]}]), Ok(false)),
        (json!([{"verbs": ["list"], "apiGroups": [""], "resources": "unread!"}]), Ok(false)),
        (json!([{"verbs": ["list"], "resourceNames": "unread!"}]), Ok(false)),
        (json!([rule(&["unread!", "get"], &[""], &["pods"])]), Ok(true)),
        (json!([rule(&["unread!", "list"], &[""], &["pods"])]), unread()),
    ] {
        assert_eq!(allows(rules.clone(), "get", "", "pods"), allowed, "{rules}");
    }
    let wrong = allows(json!([{"verbs": "get", "apiGroups": [""], "resources": ["pods"]}]), "get", "", "pods");
    assert_eq!(wrong, Err(Fault::Invalid("verbs is of type string, not list".to_owned())));
}

const VERBS: [&str; 3] = ["get", "create", "bind"];
const GROUPS: [&str; 2] = ["", "apps"];
const RESOURCES: [&str; 5] = ["pods", "pods/exec", "pods/scale", "deployments", "deployments/scale"];

/// Everything that a list in a rule stands for.
fn expand(names: &[&str], universe: &[&'static str]) -> Vec<&'static str> {
    let stands_for = |name: &str| -> Vec<&'static str> {
        match name {
            "*" => universe.to_vec(),
            "*/exec" => vec!["pods/exec"],
            "*/scale" => vec!["pods/scale", "deployments/scale"],
            name => universe.iter().copied().filter(|member| *member == name).collect(),
        }
    };
    names.iter().flat_map(|name| stands_for(name)).collect()
}

fn names(of: &'static [&'static str], more: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select([of, more, &["*"]].concat()), 0..3)
}

proptest! {
    #[test]
    fn rules_allow_what_their_lists_stand_for(
        rules in prop::collection::vec(
            (names(&VERBS, &[]), names(&GROUPS, &[]), names(&RESOURCES, &["*/exec", "*/scale"]), any::<bool>()), 0..4,
        )
    ) {
        let written: Vec<Value> = rules
            .iter()
            .map(|(verbs, groups, resources, named)| {
                let mut rule = rule(verbs, groups, resources);
                if *named {
                    rule["resourceNames"] = json!(["one"]);
                }
                rule
            })
            .collect();
        for verb in VERBS {
            for group in GROUPS {
                for resource in RESOURCES {
                    let allowed = rules.iter().any(|(verbs, groups, resources, named)| {
                        !named
                            && expand(verbs, &VERBS).contains(&verb)
                            && expand(groups, &GROUPS).contains(&group)
                            && expand(resources, &RESOURCES).contains(&resource)
                    });
                    prop_assert_eq!(allows(json!(written), verb, group, resource), Ok(allowed));
                }
            }
        }
    }
}
