//! Rules as text for Kubernetes. That an API server says the same as they do is tested in `tests/k8s`.

use std::path::Path;
use std::sync::Arc;

use cspm_core::{Kind, Per, Scope, Source};
use serde_json::{Value, json};

use super::*;
use crate::rule_file::{File, RuleFile, Tests};

/// The kind of pods, or one that holds a pod.
fn kind(name: &str, group: &'static str, list: &str) -> Kind {
    let list = Source::named(group, list.to_owned(), list.to_owned(), Per::Account);
    let fields = json!({"metadata": {}, "spec": {}, "status": {}, "rules": {}, "detectedSecrets": {}});
    let schema = json!({"type": "object", "properties": fields});
    Kind::from_schema(name, "kubernetes", "core", Scope::Region, list, schema).unwrap().native()
}

fn written(expression: &str, version: Option<&str>) -> std::result::Result<String, Obstacle> {
    let kind = kind("kubernetes_pod", "core", "list pods");
    Writer { kind: &kind, templates: false, version }.expression(&parse(expression).unwrap())
}

#[test]
fn expressions_say_the_same_in_the_words_of_kubernetes() {
    for (ours, theirs) in [
        ("resource.spec.hostNetwork == true", "object.spec.hostNetwork == true"),
        ("resource.spec.?a.b.orValue([]).size() == 0", "object.spec.?a.?b.orValue([]).size() == 0"),
        (
            "resource.?metadata.?labels['a/b'].orValue('') != ''",
            r#"object.?metadata.?labels[?"a/b"].orValue("") != """#,
        ),
        ("has(resource.spec)", "has(object.spec)"),
        (
            "resource.?rules.orValue([]).all(r, r.a)",
            "(object.?rules.orValue(null) == null ? [] : object.rules).all(r, r.a)",
        ),
        ("!has(resource.spec.a.b)", "!object.?spec.?a.?b.hasValue()"),
        ("resource.spec.all(c, has(c.a) || has(c.b.c))", "object.spec.all(c, has(c.a) || c.?b.?c.hasValue())"),
        ("resource.spec.all(object, object.a)", "object.spec.all(object_, object_.a)"),
        (
            "resource.name == 'a' || resource.region in ['b']",
            r#"object.metadata.?name.orValue("") == "a" || request.namespace in ["b"]"#,
        ),
        ("resource.tags[?'a/b'].orValue('') == ''", r#"object.metadata.?labels[?"a/b"].orValue("") == """#),
        ("(true || false) && !(1 + 2 * 3 == 7)", "(true || false) && !(1 + 2 * 3 == 7)"),
        ("1 - (2 - 3) == -(4) || true", "1 - (2 - 3) == -4 || true"),
        ("(true ? 1 : 2) == 1 ? true : false", "(true ? 1 : 2) == 1 ? true : false"),
        ("resource.spec.a['b'].matches('^\\\\d\"')", r#"object.spec.a.b.matches("^\\d\"")"#),
        (
            "quantity(resource.spec.?size.orValue('0')) > 0.0",
            r#"quantity(string(object.spec.?size.orValue("0"))).asApproximateFloat() > 0.0"#,
        ),
        (
            "service_account(resource.spec) != 'default'",
            r#"object.spec.?serviceAccountName.orValue(object.spec.?serviceAccount.orValue("default")) != "default""#,
        ),
        ("resource.spec.x in [1, 'a']", r#"object.spec.x in [dyn(1), dyn("a")]"#),
        (
            "resource.spec.x.map(a, a > 1, a + 1).exists_one(b, b == 2)",
            "object.spec.x.map(a, a > 1, a + 1).exists_one(b, b == 2)",
        ),
    ] {
        assert_eq!(written(ours, None).as_deref(), Ok(theirs), "{ours}");
    }
}

#[test]
fn what_kubernetes_does_not_have_is_an_obstacle() {
    for (expression, obstacle) in [
        ("resource.status.phase == 'Running'", Obstacle::Status),
        ("resource.?detectedSecrets.orValue([]).size() == 0", Obstacle::Added("detectedSecrets".to_owned())),
        ("resource.account == ''", Obstacle::Added("account".to_owned())),
        ("resources('kubernetes_service').size() > 0", Obstacle::OtherResources("kubernetes_service".to_owned())),
        ("pod_isolated('Ingress')", Obstacle::OtherResources("kubernetes_network_policy".to_owned())),
        ("least_replicas() > 1", Obstacle::OtherResources("kubernetes_horizontal_pod_autoscaler".to_owned())),
        ("image_registry(resource.spec.image) == ''", Obstacle::Function("image_registry".to_owned())),
        ("now > timestamp('2026-01-01T00:00:00Z')", Obstacle::Now),
        ("kubernetes_since('1.34')", Obstacle::Version),
    ] {
        assert_eq!(written(expression, None), Err(obstacle), "{expression}");
    }
}

#[test]
fn the_version_is_known_when_it_is_given() {
    assert_eq!(written("kubernetes_since('1.34')", Some("v1.34.2")).as_deref(), Ok("true"));
    assert_eq!(written("!kubernetes_since('1.35')", Some("1.34")).as_deref(), Ok("!false"));
    assert_eq!(written("kubernetes_since('1.35')", Some("new")), Err(Obstacle::Version));
}

const RULE: &str = r#"
id: pod_ok
title: Pods are fine
kind: kubernetes_pod
templates: true
service: core
severity: low
expression: "resource.spec.?hostPID.orValue(false) == false"
message: "{resource.name} is \"not\" {{fine}}: {resource.spec.x}"
rationale: r
remediation: {text: t}
references: []
tests:
  pass: [{spec: {}}]
  fail: [{spec: {hostPID: true}}]
  unknown: [{spec: {unread: access_denied}}]
"#;

#[test]
fn a_rule_about_templates_is_a_policy_for_all_that_hold_one() {
    let kinds = [
        kind("kubernetes_pod", "core", "list pods"),
        kind("kubernetes_deployment", "apps", "list deployments").embedding("kubernetes_pod", "spec.template"),
        kind("kubernetes_cronjob", "batch", "list cronjobs").embedding("kubernetes_pod", "spec.job.template"),
    ];
    let kinds = kinds.map(Arc::new);
    let known = kinds.iter().map(|kind| (kind.name().clone(), kind.clone())).collect();
    let file = File { path: Path::new("pod_ok.yaml"), text: RULE };
    let rule: RuleFile<Tests> = file.parse().unwrap();
    let rule = rule.compile(file, parse(&rule.expression.value), &known, Default::default()).unwrap();
    let options = ExportOptions::default().action(ValidationAction::Warn);
    let AdmissionPolicy { policy, binding, .. } = export_rule(&rule, &kinds, &options).unwrap();
    assert_eq!((&policy["metadata"]["name"], &binding["spec"]["policyName"]), (&json!("pod-ok"), &json!("pod-ok")));
    assert_eq!(binding["spec"]["validationActions"], json!(["Warn"]));
    let resources = |n: usize| policy["spec"]["matchConstraints"]["resourceRules"][n]["resources"].clone();
    assert_eq!(
        [resources(0), resources(1), resources(2), resources(3)],
        [json!(["pods", "pods/ephemeralcontainers"]), json!(["deployments"]), json!(["cronjobs"]), Value::Null]
    );
    let validation = &policy["spec"]["validations"][0];
    assert_eq!(validation["expression"], "variables.pod.spec.?hostPID.orValue(false) == false");
    assert_eq!(
        validation["messageExpression"],
        r#"string(object.metadata.?name.orValue("")) + " is \"not\" {fine}: " + string(variables.pod.spec.x)"#
    );
    let pod = policy["spec"]["variables"][0]["expression"].as_str().unwrap();
    for (plural, path) in [("pods", "dyn(object)"), ("cronjobs", "dyn(object).spec.job.template")] {
        let known = pod.contains(&format!("request.resource.resource in [\"{plural}\"] ? {path} : "));
        assert!(known || pod.ends_with(path), "{pod}");
    }
}
