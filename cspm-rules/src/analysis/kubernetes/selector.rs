//! Label selectors: <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/>.

use std::sync::Arc;

use cspm_core::{Data, Reason, Unread};

use super::fields::{any_text, below, field, list, name};
use crate::analysis::kleene::{all, and, not};
use crate::analysis::read::{text, unexpected};
use crate::analysis::{Answer, Fault};

/// Labels that controllers and the API server give to pods, and no template has: a pod has them with a value that follows from
/// its name, from a hash or from its node.
/// <https://kubernetes.io/docs/reference/labels-annotations-taints/>
const ADDED: [&str; 12] = [
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/job-name",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    "pod-template-generation",
    "pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
];

const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";
const POD_INDEX: &str = "apps.kubernetes.io/pod-index";

/// Whether a label is one that pods are given beside those of their template.
pub(super) fn is_added(key: &str) -> bool {
    ADDED.contains(&key)
}

/// Whether a label selector selects an object with these labels. No selector (`null`) selects nothing, an empty one
/// everything; no labels (`null`) are the same as `{}`. Labels of which none was given by a controller may be those of a
/// template: whether its pods have such a label, and with which value, is not known.
///
/// # Errors
/// [`Fault::Unread`] where an unread part could change the answer; [`Fault::Invalid`] for an operator that there is
/// none of, for `In` and `NotIn` without values, for `Exists` and `DoesNotExist` with values, and for a value of the
/// wrong type.
pub fn selects(selector: &Data, labels: &Data) -> Answer<bool> {
    match selector {
        Data::Null => Ok(false),
        selector => {
            let whole = labels.as_object().is_some_and(|labels| labels.keys().iter().any(|key| is_added(key)));
            matches(selector, &|key| match label(labels, key)? {
                None if !whole && is_added(key) => Err(not_in_template(key)),
                value => Ok(value),
            })
        }
    }
}

/// A pod of a StatefulSet: its name and number are labels of it.
/// <https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-name-label>
pub(super) struct Numbered<'a> {
    name: &'a str,
    number: &'a str,
}

impl<'a> Numbered<'a> {
    /// The name of the pod that a label selector asks for, if it does.
    pub(super) fn name_asked_for(selector: &'a Data) -> Option<&'a str> {
        selector.get("matchLabels").and_then(|labels| labels.get(POD_NAME)).and_then(Data::as_str)
    }

    /// The pod of this name in a set that has pods with these numbers; `None` where its name is not one of the set's.
    ///
    /// # Errors
    /// [`Fault::Unread`] for a number beyond those: the set may be scaled.
    pub(super) fn of_set(name: &'a str, set: &str, numbers: &std::ops::Range<i64>) -> Answer<Option<Self>> {
        let number = name.strip_prefix(set).and_then(|rest| rest.strip_prefix('-'));
        match number.and_then(|number| Some((number, number.parse::<i64>().ok()?))) {
            None => Ok(None),
            Some((number, n)) if numbers.contains(&n) => Ok(Some(Self { name, number })),
            Some(_) => Err(not_in_template(POD_NAME)),
        }
    }

    /// Whether a label selector selects it; `labels` are those of its template.
    pub(super) fn is_selected(&self, selector: &Data, labels: &Data) -> Answer<bool> {
        matches(selector, &|key| match key {
            POD_NAME => Ok(Some(self.name)),
            POD_INDEX => Ok(Some(self.number)),
            key if is_added(key) => Err(not_in_template(key)),
            key => label(labels, key),
        })
    }
}

fn not_in_template(key: &str) -> Fault {
    let detail = format!("pods are given the label {key}, which is not in the template that they are made of");
    Fault::Unread(Arc::new(Unread::new(Reason::NotExposed, "").with_detail(detail)))
}

/// Whether the selector selects an object by its labels. An object with a name has all labels that it will have.
pub(super) fn selects_object(selector: &Data, object: &Data) -> Answer<bool> {
    let named = matches!(below(object, "metadata", "name"), Ok(Some(Data::Str(name))) if !name.is_empty());
    match below(object, "metadata", "labels") {
        Ok(labels) if named && !selector.is_null() => {
            matches(selector, &|key| label(labels.unwrap_or(&Data::Null), key))
        }
        Ok(labels) => selects(selector, labels.unwrap_or(&Data::Null)),
        Err(_) if selector.is_null() => Ok(false),
        Err(fault) => matches(selector, &|_| Err(fault.clone())),
    }
}

/// The value of a label. A label whose value is null has the empty one, as the API server decodes it.
pub(super) fn label<'a>(labels: &'a Data, key: &str) -> Answer<Option<&'a str>> {
    let value = match labels {
        Data::Null => None,
        Data::Object(labels) => labels.get(key),
        other => return Err(unexpected(other, "labels", "map")),
    };
    match value {
        None => Ok(None),
        Some(Data::Null) => Ok(Some("")),
        Some(value) => text(value, "a label").map(Some),
    }
}

/// Whether the selector, which is one, selects what has the labels that `label` gives.
pub(super) fn matches<'l>(selector: &Data, label: &dyn Fn(&str) -> Answer<Option<&'l str>>) -> Answer<bool> {
    and(equal(selector, label), || {
        let expressions = list(selector, "matchExpressions", "a label selector")?;
        all(expressions.iter().map(|expression| meets(expression, label)))
    })
}

fn equal<'l>(selector: &Data, label: &dyn Fn(&str) -> Answer<Option<&'l str>>) -> Answer<bool> {
    match field(selector, "matchLabels", "a label selector")? {
        None => Ok(true),
        Some(Data::Object(wanted)) => all(wanted.iter().map(|(key, value)| match (label(key)?, value) {
            (None, _) => Ok(false),
            (Some(label), Data::Null) => Ok(label.is_empty()),
            (Some(label), value) => Ok(label == text(value, "a value of matchLabels")?),
        })),
        Some(other) => Err(unexpected(other, "matchLabels", "map")),
    }
}

fn meets<'l>(expression: &Data, label: &dyn Fn(&str) -> Answer<Option<&'l str>>) -> Answer<bool> {
    const WHAT: &str = "an item of matchExpressions";
    let operator = name(expression, "operator", WHAT)?;
    let values = list(expression, "values", WHAT);
    match (operator, &values) {
        ("In" | "NotIn", Ok([])) => {
            return Err(Fault::Invalid(format!("{operator} of a label selector has no values")));
        }
        ("Exists" | "DoesNotExist", Ok([_, ..])) => {
            return Err(Fault::Invalid(format!("{operator} of a label selector has values")));
        }
        _ => {}
    }
    let label = label(name(expression, "key", WHAT)?)?;
    let is_in = || label.map_or(Ok(false), |label| any_text(values.clone()?, "a value", |value| value == label));
    match operator {
        "In" => is_in(),
        "NotIn" => not(is_in()),
        "Exists" => Ok(label.is_some()),
        "DoesNotExist" => Ok(label.is_none()),
        other => Err(Fault::Invalid(format!("`{other}` is not an operator of label selectors"))),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::analysis::testing::{data, unread};

    fn answer(selector: Value, labels: Value) -> Answer<bool> {
        selects(&data(selector), &data(labels))
    }

    #[test]
    fn labels_and_expressions_must_all_be_met() {
        let labels = || json!({"app": "web", "tier": ""});
        for (selector, selected) in [
            (json!(null), false),
            (json!({}), true),
            (json!({"matchLabels": null, "matchExpressions": []}), true),
            (json!({"matchLabels": {"app": "web"}}), true),
            (json!({"matchLabels": {"app": "web", "env": "x"}}), false),
            (json!({"matchLabels": {"app": "Web"}}), false),
            (json!({"matchLabels": {"tier": null}}), true),
            (json!({"matchExpressions": [{"key": "app", "operator": "In", "values": ["db", "web"]}]}), true),
            (json!({"matchExpressions": [{"key": "env", "operator": "In", "values": ["db", "web"]}]}), false),
            (json!({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["db"]}]}), true),
            (json!({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}), false),
            (json!({"matchExpressions": [{"key": "env", "operator": "NotIn", "values": ["x"]}]}), true),
            (json!({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}), true),
            (json!({"matchExpressions": [{"key": "env", "operator": "Exists", "values": []}]}), false),
            (json!({"matchExpressions": [{"key": "env", "operator": "DoesNotExist"}]}), true),
            (json!({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}), false),
            (json!({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "env", "operator": "Exists"}]}), false),
        ] {
            assert_eq!(answer(selector.clone(), labels()), Ok(selected), "{selector}");
        }
        assert_eq!(answer(json!({}), json!(null)), Ok(true));
        assert_eq!(answer(json!({"matchLabels": {"app": "web"}}), json!(null)), Ok(false));
        assert_eq!(answer(json!({"matchLabels": {"app": ""}}), json!({"app": null})), Ok(true));
    }

    #[test]
    fn what_was_not_read_only_matters_where_nothing_else_decides() {
        for (selector, labels, selected) in [
            (json!("unread!"), json!({"app": "web"}), unread()),
            (json!({}), json!("unread!"), Ok(true)),
            (json!(null), json!("unread!"), Ok(false)),
            (json!({"matchLabels": {"app": "web"}}), json!("unread!"), unread()),
            (json!({"matchLabels": {"app": "web"}}), json!({"app": "unread!"}), unread()),
            (json!({"matchLabels": {"app": "web", "env": "x"}}), json!({"app": "unread!"}), Ok(false)),
            (json!({"matchLabels": {"app": "unread!"}}), json!({"app": "web"}), unread()),
            (json!({"matchLabels": {"app": "unread!"}}), json!({}), Ok(false)),
            (json!({"matchLabels": "unread!"}), json!({}), unread()),
            (
                json!({"matchLabels": "unread!", "matchExpressions": [{"key": "a", "operator": "Exists"}]}),
                json!({}),
                Ok(false),
            ),
            (json!({"matchExpressions": "unread!"}), json!({}), unread()),
            (
                json!({"matchExpressions": [{"key": "app", "operator": "In", "values": ["unread!", "web"]}]}),
                json!({"app": "web"}),
                Ok(true),
            ),
            (
                json!({"matchExpressions": [{"key": "app", "operator": "In", "values": ["unread!", "web"]}]}),
                json!({"app": "db"}),
                unread(),
            ),
            (
                json!({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": "unread!"}]}),
                json!({}),
                Ok(true),
            ),
            (json!({"matchExpressions": [{"key": "app", "operator": "unread!"}]}), json!({}), unread()),
        ] {
            assert_eq!(answer(selector.clone(), labels.clone()), selected, "{selector} {labels}");
        }
    }

    #[test]
    fn an_object_is_selected_by_its_labels() {
        let web = || json!({"matchLabels": {"app": "web"}});
        for (selector, object, selected) in [
            (web(), json!({"metadata": {"labels": {"app": "web"}}}), Ok(true)),
            (web(), json!({"metadata": {}}), Ok(false)),
            (web(), json!({}), Ok(false)),
            (web(), json!({"metadata": "unread!"}), unread()),
            (json!({}), json!("unread!"), Ok(true)),
            (json!(null), json!("unread!"), Ok(false)),
            (json!(null), json!({}), Ok(false)),
        ] {
            assert_eq!(selects_object(&data(selector.clone()), &data(object.clone())), selected, "{selector} {object}");
        }
    }

    #[test]
    fn labels_that_controllers_add_are_not_known_of_a_template() {
        let unknown =
            |answer: Answer<bool>| matches!(&answer, Err(Fault::Unread(why)) if why.reason == Reason::NotExposed);
        let template = || json!({"app": "redis"});
        for key in ADDED {
            for selector in [
                json!({"matchLabels": {(key): "redis-0"}}),
                json!({"matchLabels": {"app": "redis", (key): "redis-0"}}),
                json!({"matchExpressions": [{"key": key, "operator": "In", "values": ["redis-0"]}]}),
                json!({"matchExpressions": [{"key": key, "operator": "NotIn", "values": ["redis-0"]}]}),
                json!({"matchExpressions": [{"key": key, "operator": "Exists"}]}),
                json!({"matchExpressions": [{"key": key, "operator": "DoesNotExist"}]}),
            ] {
                assert!(unknown(answer(selector.clone(), template())), "{selector}");
                let object = data(json!({"metadata": {"labels": template()}, "spec": {}}));
                assert!(unknown(selects_object(&data(selector.clone()), &object)), "{selector}");
                let pod = data(json!({"metadata": {"name": "p", "labels": template()}}));
                assert!(selects_object(&data(selector.clone()), &pod).is_ok(), "a pod has what it has: {selector}");
            }
            let other = json!({"matchLabels": {"app": "web", (key): "redis-0"}});
            assert_eq!(answer(other, template()), Ok(false), "another label decides");
        }
        let made = || json!({"app": "redis", "controller-revision-hash": "r", "statefulset.kubernetes.io/pod-name": "redis-0"});
        let first = |name: &str| json!({"matchLabels": {"statefulset.kubernetes.io/pod-name": name}});
        assert_eq!(answer(first("redis-0"), made()), Ok(true));
        assert_eq!(answer(first("redis-1"), made()), Ok(false));
        let zone = json!({"matchLabels": {"topology.kubernetes.io/zone": "a"}});
        assert_eq!(answer(zone, made()), Ok(false), "what was made by a controller has what it has");
        assert_eq!(answer(json!({"matchLabels": {"kubernetes.io/metadata.name": "x"}}), template()), Ok(false));
        assert!(unknown(answer(first("x"), json!(null))), "a template without labels");
    }

    #[test]
    fn what_the_api_refuses_is_invalid() {
        for (selector, message) in [
            (json!([]), "a label selector is of type list, not map"),
            (json!({"matchLabels": {"app": 1}}), "a value of matchLabels is of type int, not string"),
            (
                json!({"matchExpressions": [{"key": "app", "operator": "in", "values": ["a"]}]}),
                "`in` is not an operator of label selectors",
            ),
            (json!({"matchExpressions": [{"key": "app", "operator": "In"}]}), "In of a label selector has no values"),
            (
                json!({"matchExpressions": [{"key": "app", "operator": "Exists", "values": ["a"]}]}),
                "Exists of a label selector has values",
            ),
        ] {
            assert_eq!(answer(selector, json!({"app": "web"})), Err(Fault::Invalid(message.to_owned())));
        }
        let no_text = answer(json!({"matchLabels": {"app": "web"}}), json!({"app": 1}));
        assert_eq!(no_text, Err(Fault::Invalid("a label is of type int, not string".to_owned())));
    }

    type Labels = BTreeMap<&'static str, &'static str>;

    #[derive(Clone, Debug)]
    enum Requirement {
        In(&'static str, Vec<&'static str>),
        NotIn(&'static str, Vec<&'static str>),
        Exists(&'static str),
        DoesNotExist(&'static str),
    }

    impl Requirement {
        fn written(&self) -> Value {
            match self {
                Self::In(key, values) => json!({"key": key, "operator": "In", "values": values}),
                Self::NotIn(key, values) => json!({"key": key, "operator": "NotIn", "values": values}),
                Self::Exists(key) => json!({"key": key, "operator": "Exists"}),
                Self::DoesNotExist(key) => json!({"key": key, "operator": "DoesNotExist"}),
            }
        }

        fn met(&self, labels: &Labels) -> bool {
            match self {
                Self::In(key, values) => labels.get(key).is_some_and(|value| values.contains(value)),
                Self::NotIn(key, values) => !labels.get(key).is_some_and(|value| values.contains(value)),
                Self::Exists(key) => labels.contains_key(key),
                Self::DoesNotExist(key) => !labels.contains_key(key),
            }
        }
    }

    fn key() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec!["a", "b", "c"])
    }

    fn value() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec!["x", "y", ""])
    }

    fn labels() -> impl Strategy<Value = Labels> {
        prop::collection::btree_map(key(), value(), 0..3)
    }

    fn requirement() -> impl Strategy<Value = Requirement> {
        let values = || prop::collection::vec(value(), 1..3);
        prop_oneof![
            (key(), values()).prop_map(|(key, values)| Requirement::In(key, values)),
            (key(), values()).prop_map(|(key, values)| Requirement::NotIn(key, values)),
            key().prop_map(Requirement::Exists),
            key().prop_map(Requirement::DoesNotExist),
        ]
    }

    proptest! {
        #[test]
        fn a_selector_selects_what_meets_each_requirement(
            wanted in labels(), requirements in prop::collection::vec(requirement(), 0..3), labels in labels()
        ) {
            let written: Vec<Value> = requirements.iter().map(Requirement::written).collect();
            let selector = json!({"matchLabels": wanted, "matchExpressions": written});
            let selected = wanted.iter().all(|(key, value)| labels.get(key) == Some(value))
                && requirements.iter().all(|requirement| requirement.met(&labels));
            prop_assert_eq!(answer(selector, json!(labels)), Ok(selected));
        }

        #[test]
        fn a_label_that_was_not_read_matters_only_where_its_value_does(
            requirements in prop::collection::vec(requirement(), 0..3), labels in labels()
        ) {
            let written: Vec<Value> = requirements.iter().map(Requirement::written).collect();
            let mut doubtful = json!(labels);
            doubtful["a"] = json!("unread!");
            let met = |a: Option<&'static str>| {
                let mut labels = labels.clone();
                labels.remove("a");
                labels.extend(a.map(|value| ("a", value)));
                requirements.iter().all(|requirement| requirement.met(&labels))
            };
            let outcomes = [Some("x"), Some("y"), Some(""), Some("other"), None].map(met);
            match answer(json!({"matchExpressions": written}), doubtful) {
                Ok(selected) => prop_assert!(outcomes.iter().all(|outcome| *outcome == selected)),
                // Two requirements that together decide whatever the value is are not seen as such.
                Err(_) => prop_assert!(requirements.len() > 1 || outcomes.contains(&true) && outcomes.contains(&false)),
            }
        }
    }
}
