//! The calls that a scan will make, and the policy that allows exactly those.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use crate::{Collector, Rule, Source, Wanted};

/// The calls that the selected rules need, derived without making any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The calls, in the order of provider, service and operation.
    pub calls: Vec<PlannedCall>,
}

/// A call of the plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PlannedCall {
    /// The provider.
    pub provider: String,
    /// The service, as the SDK names it.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// The permission that it needs; empty where it needs none.
    pub permission: String,
    /// What the number of calls grows with: `account`, `region`, or a kind.
    pub per: String,
    /// The kinds that it fills, and of each the fields; a kind without fields is listed by the call.
    pub fills: BTreeSet<Arc<str>>,
}

impl Plan {
    /// The plan of a scan of these collectors with these rules. Files and what is in memory need no call: see
    /// [`Collector::is_live`].
    #[must_use]
    pub fn of(collectors: &[Arc<dyn Collector>], rules: &[Arc<dyn Rule>]) -> Self {
        let mut calls: BTreeMap<(String, Source), BTreeSet<Arc<str>>> = BTreeMap::new();
        for collector in collectors.iter().filter(|collector| collector.is_live()) {
            let kinds = collector.kinds();
            let wanted = Wanted::of(&kinds, rules.iter().map(|rule| rule.reads()));
            if wanted.kinds().len() == 0 {
                continue;
            }
            for source in collector.prerequisites(&wanted) {
                calls.entry((collector.provider().to_owned(), source)).or_default();
            }
            for kind in kinds.iter().filter(|kind| wanted.kind(kind.name())) {
                for source in kind.all_sources().filter(|source| wanted.source(kind.name(), source)) {
                    let fills = calls.entry((collector.provider().to_owned(), source.clone())).or_default();
                    fills.insert(kind.name().clone());
                }
            }
        }
        let calls = calls.into_iter().map(|((provider, source), fills)| PlannedCall {
            provider,
            service: source.service().to_owned(),
            operation: source.operation().to_owned(),
            permission: source.permission().to_owned(),
            per: source.per().to_owned(),
            fills,
        });
        Self { calls: calls.collect() }
    }

    /// The IAM policy document that allows exactly the AWS calls of the plan.
    ///
    /// The resource is `*`: a scan reads whatever there is, and list calls cannot be narrowed. Narrow it by hand where
    /// a part of the account is out of bounds; what is then denied is unknown, never passed.
    #[must_use]
    pub fn iam_policy(&self) -> Value {
        let of_aws = self.calls.iter().filter(|call| call.provider == "aws" && !call.permission.is_empty());
        let actions: BTreeSet<&str> = of_aws.map(|call| call.permission.as_str()).collect();
        json!({
            "Version": "2012-10-17",
            "Statement": [{"Sid": "CspmScan", "Effect": "Allow", "Action": actions, "Resource": "*"}],
        })
    }

    /// The ClusterRole that allows exactly the Kubernetes calls of the plan.
    ///
    /// Bind it to the service account or user of the scan. What a cluster does not let it read is unknown, never passed.
    #[must_use]
    pub fn cluster_role(&self) -> Value {
        let of_kubernetes = self.calls.iter().filter(|call| call.provider == "kubernetes");
        let mut rules: BTreeMap<RoleRule, BTreeSet<&str>> = BTreeMap::new();
        for call in of_kubernetes.filter(|call| !call.permission.is_empty()) {
            let (rule, what) = RoleRule::of(&call.permission);
            rules.entry(rule).or_default().insert(what);
        }
        let rules: Vec<_> = rules.into_iter().map(|(rule, what)| rule.to_json(&what)).collect();
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": "cspm-scan"},
            "rules": rules,
        })
    }
}

/// What the permissions of one rule of a role have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum RoleRule<'a> {
    Resources { group: &'a str, name: Option<&'a str>, verb: &'a str },
    Urls { verb: &'a str },
}

impl<'a> RoleRule<'a> {
    /// A permission, `VERB RESOURCE[.GROUP] [NAMESPACE/NAME]` or `VERB /PATH`, as a rule and what it allows of that. A
    /// cluster role knows no namespace: the name alone limits it.
    fn of(permission: &'a str) -> (Self, &'a str) {
        let (verb, what) = permission.split_once(' ').unwrap_or(("get", permission));
        if what.starts_with('/') {
            return (Self::Urls { verb }, what);
        }
        let (resource, name) = match what.split_once(' ') {
            Some((resource, place)) => (resource, Some(place.rsplit('/').next().unwrap_or(place))),
            None => (what, None),
        };
        let (resource, group) = resource.split_once('.').unwrap_or((resource, ""));
        (Self::Resources { group, name, verb }, resource)
    }

    fn to_json(&self, what: &BTreeSet<&str>) -> Value {
        match self {
            Self::Urls { verb } => json!({"nonResourceURLs": what, "verbs": [verb]}),
            Self::Resources { group, name: None, verb } => {
                json!({"apiGroups": [group], "resources": what, "verbs": [verb]})
            }
            Self::Resources { group, name: Some(name), verb } => {
                json!({"apiGroups": [group], "resources": what, "resourceNames": [name], "verbs": [verb]})
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_role_has_a_rule_for_each_group() {
        let call = |permission: &str| PlannedCall {
            provider: "kubernetes".to_owned(),
            service: String::new(),
            operation: String::new(),
            permission: permission.to_owned(),
            per: String::new(),
            fills: BTreeSet::new(),
        };
        let permissions = ["list pods", "list nodes", "list roles.rbac.authorization.k8s.io", "get /version"];
        let one = "get configmaps kube-system/kubelet-config";
        let plan = Plan { calls: permissions.into_iter().chain([one]).map(call).collect() };
        let role = plan.cluster_role();
        let rules = json!([
            {"apiGroups": [""], "resources": ["nodes", "pods"], "verbs": ["list"]},
            {"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["kubelet-config"], "verbs": ["get"]},
            {"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles"], "verbs": ["list"]},
            {"nonResourceURLs": ["/version"], "verbs": ["get"]},
        ]);
        assert_eq!(role["rules"], rules);
        assert_eq!(plan.iam_policy()["Statement"][0]["Action"], json!([]), "a cluster needs nothing of AWS");
    }
}
