//! The objects that `kubectl apply` takes.

use std::collections::BTreeMap;

use cspm_core::RuleMeta;
use serde_json::{Value, json};

use super::ValidationAction;
use super::target::Target;

const API: &str = "admissionregistration.k8s.io/v1";
/// The variable that is the pod, or the template for one.
pub(super) const POD: &str = "pod";

/// The policy of a rule.
pub(super) fn policy(meta: &RuleMeta, targets: &[Target], expression: String, message: Option<String>) -> Value {
    let mut validation = json!({"expression": expression, "message": one_line(&meta.title), "reason": "Forbidden"});
    if let Some(message) = message {
        validation["messageExpression"] = message.into();
    }
    let mut spec = json!({
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": resource_rules(targets)},
        // Whoever removes the finalizers of what is to go is not held up.
        "matchConditions": [
            {"name": "not-being-deleted", "expression": "!has(object.metadata.deletionTimestamp)"},
        ],
        "validations": [validation],
    });
    if targets.iter().any(|target| target.path.is_some()) {
        spec["variables"] = json!([{"name": POD, "expression": pod(targets)}]);
    }
    json!({"apiVersion": API, "kind": "ValidatingAdmissionPolicy", "metadata": metadata(meta), "spec": spec})
}

/// What puts the policy of a rule into force.
pub(super) fn binding(meta: &RuleMeta, action: ValidationAction) -> Value {
    let action = match action {
        ValidationAction::Deny => "Deny",
        ValidationAction::Warn => "Warn",
        ValidationAction::Audit => "Audit",
    };
    json!({
        "apiVersion": API,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": metadata(meta),
        "spec": {"policyName": name(meta), "validationActions": [action]},
    })
}

fn metadata(meta: &RuleMeta) -> Value {
    json!({"name": name(meta), "labels": {"app.kubernetes.io/managed-by": "cspm"}})
}

/// Names of objects have no `_`.
fn name(meta: &RuleMeta) -> String {
    meta.id.replace('_', "-")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One for each group. The fields that rules read are the same in all versions that a cluster with policies serves.
fn resource_rules(targets: &[Target]) -> Value {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for target in targets {
        let resources = groups.entry(&target.group).or_default();
        resources.push(&target.plural);
        if target.group.is_empty() && target.plural == "pods" {
            // Added to a pod that runs by a request of their own.
            resources.push("pods/ephemeralcontainers");
        }
    }
    let rules = groups.into_iter().map(|(group, resources)| {
        json!({"apiGroups": [group], "apiVersions": ["*"], "operations": ["CREATE", "UPDATE"], "resources": resources})
    });
    rules.collect()
}

/// An expression for the pod, or the template for one, by what the request is about.
fn pod(targets: &[Target]) -> String {
    let mut paths: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for target in targets {
        paths.entry(target.path.as_deref().unwrap_or("")).or_default().push(&target.plural);
    }
    // `dyn`: no kind has all these paths, which is no mistake.
    let at = |path: &str| if path.is_empty() { "dyn(object)".to_owned() } else { format!("dyn(object).{path}") };
    let most = paths.iter().max_by_key(|(_, plurals)| plurals.len()).map_or("", |(path, _)| path).to_owned();
    let mut expression = String::new();
    for (path, plurals) in paths.iter().filter(|(path, _)| ***path != *most) {
        let names: Vec<_> = plurals.iter().map(|plural| format!("\"{plural}\"")).collect();
        expression += &format!("request.resource.resource in [{}] ? {} : ", names.join(", "), at(path));
    }
    expression + &at(&most)
}
