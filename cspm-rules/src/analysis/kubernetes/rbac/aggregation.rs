//! ClusterRoles that gather the rules of others:
//! <https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles>.

use std::collections::{HashSet, VecDeque};

use cspm_core::Data;

use super::rules::{Request, rule_allows};
use crate::analysis::kleene::{and, any};
use crate::analysis::kubernetes::fields::{field, list};
use crate::analysis::kubernetes::selector::selects_object;
use crate::analysis::{Answer, Fault};

const ROLE: &str = "a role";

/// A rule of a role, its own or one that it gathers.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectiveRule<'a> {
    /// The rule.
    pub rule: &'a Data,
    /// Why it is not known whether the role has it, where that is so.
    pub doubt: Option<Fault>,
}

/// The rules of a role, its own and those that it gathers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EffectiveRules<'a> {
    /// Those that are known.
    pub rules: Vec<EffectiveRule<'a>>,
    /// Why there may be more, where that is so.
    pub unread: Option<Fault>,
}

impl EffectiveRules<'_> {
    /// Whether one of them allows it.
    ///
    /// # Errors
    /// [`Fault::Unread`] where an unread part could make it true; [`Fault::Invalid`] for a value of the wrong type.
    pub fn allow(&self, request: &Request<'_>) -> Answer<bool> {
        let known = self.rules.iter().map(|EffectiveRule { rule, doubt }| {
            and(doubt.clone().map_or(Ok(true), Err), || rule_allows(rule, request))
        });
        any(known.chain(self.unread.clone().map(Err)))
    }
}

/// The rules of a Role or ClusterRole: its own and, where it has an `aggregationRule`, those of all ClusterRoles that
/// its selectors select, and so on.
///
/// In a cluster the aggregation controller has written the others' rules into the role, and the result is the same with
/// and without the others. In manifests it has not. The controller drops rules of its own that an aggregated role had;
/// here they are kept. A ClusterRole of `cluster_roles` that is a fault stands for any number that were not read.
#[must_use]
pub fn effective_rules<'a>(role: &'a Data, cluster_roles: &[Answer<&'a Data>]) -> EffectiveRules<'a> {
    let mut found = EffectiveRules::default();
    let mut seen = HashSet::new();
    // What is sure stands before what is not, so that a role that is gathered twice is seen as sure.
    let mut queue = VecDeque::from([(role, None)]);
    while let Some((role, doubt)) = queue.pop_front() {
        if !seen.insert(std::ptr::from_ref(role)) {
            continue;
        }
        let unread = |found: &mut EffectiveRules<'a>, fault: Fault| {
            found.unread.get_or_insert(fault);
        };
        match list(role, "rules", ROLE) {
            Ok(rules) => {
                found.rules.extend(rules.iter().map(|rule| EffectiveRule { rule, doubt: doubt.clone() }));
            }
            Err(fault) => unread(&mut found, fault),
        }
        let selectors = match selectors(role) {
            Ok([]) => continue,
            Ok(selectors) => selectors,
            Err(fault) => {
                unread(&mut found, fault);
                continue;
            }
        };
        for other in cluster_roles {
            let other = match other {
                Ok(other) => *other,
                Err(fault) => {
                    unread(&mut found, fault.clone());
                    continue;
                }
            };
            match (gathers(selectors, other), &doubt) {
                (Ok(false), _) => {}
                (Ok(true), None) => queue.push_front((other, None)),
                (Ok(true), Some(doubt)) => queue.push_back((other, Some(doubt.clone()))),
                (Err(fault), doubt) => queue.push_back((other, doubt.clone().or(Some(fault)))),
            }
        }
    }
    found
}

/// Whether it gathers the rules of others.
pub(super) fn is_aggregated(role: &Data) -> Answer<bool> {
    selectors(role).map(|selectors| !selectors.is_empty())
}

fn selectors(role: &Data) -> Answer<&[Data]> {
    match field(role, "aggregationRule", ROLE)? {
        Some(rule) => list(rule, "clusterRoleSelectors", "aggregationRule"),
        None => Ok(&[]),
    }
}

fn gathers(selectors: &[Data], role: &Data) -> Answer<bool> {
    any(selectors.iter().map(|selector| match selector {
        // An item of the list is a selector: a null one is empty.
        Data::Null => Ok(true),
        selector => selects_object(selector, role),
    }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::analysis::testing::{data, unread};

    /// A role that allows one verb, has one label and gathers the roles with other labels.
    fn role(verb: Value, label: Value, gathered: &[usize]) -> Value {
        let labels = match label {
            Value::Number(label) => json!({ format!("l{label}"): "true" }),
            other => other,
        };
        let selectors: Vec<Value> =
            gathered.iter().map(|label| json!({"matchLabels": { format!("l{label}"): "true" }})).collect();
        json!({
            "metadata": {"labels": labels},
            "aggregationRule": {"clusterRoleSelectors": selectors},
            "rules": [{"verbs": [verb], "apiGroups": [""], "resources": ["pods"]}],
        })
    }

    /// Whether the first of the roles allows the verb.
    fn allows(roles: &[Value], verb: &str) -> Answer<bool> {
        let roles: Vec<Data> = roles.iter().cloned().map(data).collect();
        let all: Vec<Answer<&Data>> = roles.iter().map(Ok).collect();
        effective_rules(&roles[0], &all).allow(&Request::Resource { verb, group: "", resource: "pods" })
    }

    #[test]
    fn rules_are_gathered_over_several_steps_and_in_circles() {
        let roles = [
            role(json!("v0"), json!(0), &[1]),
            role(json!("v1"), json!(1), &[2]),
            role(json!("v2"), json!(2), &[0]),
            role(json!("v3"), json!(3), &[3]),
        ];
        for (verb, allowed) in [("v0", true), ("v1", true), ("v2", true), ("v3", false)] {
            assert_eq!(allows(&roles, verb), Ok(allowed), "{verb}");
        }
    }

    #[test]
    fn a_role_that_gathers_nothing_has_its_own_rules() {
        let own = data(json!({"rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}]}));
        let other = data(role(json!("list"), json!(0), &[]));
        let rules = effective_rules(&own, &[Ok(&other), unread()]);
        assert_eq!((rules.rules.len(), rules.unread), (1, None));
        assert_eq!(is_aggregated(&own), Ok(false));
        assert_eq!(is_aggregated(&data(role(json!("get"), json!(0), &[1]))), Ok(true));
    }

    #[test]
    fn what_was_not_read_only_matters_where_nothing_else_decides() {
        let mut unlabelled = role(json!("v1"), json!("unread!"), &[2]);
        let sure = || role(json!("v0"), json!(0), &[1]);
        let roles = |second: &Value| [sure(), second.clone(), role(json!("v2"), json!(2), &[])];
        for (verb, allowed) in [("v0", Ok(true)), ("v1", unread()), ("v2", unread()), ("v3", Ok(false))] {
            assert_eq!(allows(&roles(&unlabelled), verb), allowed, "{verb}");
        }
        unlabelled["rules"] = json!("unread!");
        for (verb, allowed) in [("v0", Ok(true)), ("v2", unread()), ("v3", unread())] {
            assert_eq!(allows(&roles(&unlabelled), verb), allowed, "{verb}");
        }
        let aggregates = json!({"rules": [], "aggregationRule": "unread!"});
        assert_eq!(allows(&[aggregates], "v0"), unread());
        assert_eq!(allows(&[json!("unread!")], "v0"), unread());

        let first = data(sure());
        let request = Request::Resource { verb: "v1", group: "", resource: "pods" };
        assert_eq!(effective_rules(&first, &[unread()]).allow(&request), unread());
    }

    #[test]
    fn a_role_gathered_for_sure_and_in_doubt_is_sure() {
        let roles = [
            role(json!("v0"), json!(0), &[1, 3]),
            role(json!("v1"), json!({"l1": "unread!", "l2": "true"}), &[2]),
            role(json!("v2"), json!(2), &[]),
            role(json!("v3"), json!(3), &[2]),
        ];
        assert_eq!(allows(&roles, "v2"), Ok(true));
        assert_eq!(allows(&roles, "v1"), Ok(true), "it is gathered by its other label too");
        let without = [roles[0].clone(), roles[1].clone(), roles[2].clone()];
        assert_eq!(allows(&without, "v2"), unread());
    }

    proptest! {
        #[test]
        fn what_is_gathered_is_what_the_controller_would_end_with(
            gathered in prop::collection::vec(prop::collection::btree_set(0usize..6, 0..3), 6)
        ) {
            let roles: Vec<Value> = gathered
                .iter()
                .enumerate()
                .map(|(at, gathered)| {
                    role(json!(format!("v{at}")), json!(at), &gathered.iter().copied().collect::<Vec<_>>())
                })
                .collect();
            // The controller copies the rules of the selected roles, again and again, until nothing changes.
            let mut verbs: Vec<BTreeSet<usize>> = (0..6).map(|at| BTreeSet::from([at])).collect();
            for _ in 0..6 {
                for at in 0..6 {
                    let more: Vec<usize> = gathered[at].iter().flat_map(|other| verbs[*other].clone()).collect();
                    verbs[at].extend(more);
                }
            }
            for verb in 0..6 {
                prop_assert_eq!(allows(&roles, &format!("v{verb}")), Ok(verbs[0].contains(&verb)));
            }
        }
    }
}
