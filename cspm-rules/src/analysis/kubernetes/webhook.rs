//! Rules of webhooks: <https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/>.

use cspm_core::Data;

use super::fields::{any_text, field, list};
use crate::analysis::Answer;
use crate::analysis::kleene::{and, any};
use crate::analysis::read::text;

const RULE: &str = "a rule of a webhook";

/// Resources of Kubernetes' own API that are in no namespace, other than namespaces.
/// <https://kubernetes.io/docs/reference/kubernetes-api/>
const IN_NONE: [&str; 27] = [
    "apiservices",
    "certificatesigningrequests",
    "clusterrolebindings",
    "clusterroles",
    "clustertrustbundles",
    "componentstatuses",
    "csidrivers",
    "csinodes",
    "customresourcedefinitions",
    "deviceclasses",
    "flowschemas",
    "ingressclasses",
    "ipaddresses",
    "mutatingadmissionpolicies",
    "mutatingadmissionpolicybindings",
    "mutatingwebhookconfigurations",
    "nodes",
    "persistentvolumes",
    "priorityclasses",
    "prioritylevelconfigurations",
    "runtimeclasses",
    "servicecidrs",
    "storageclasses",
    "validatingadmissionpolicies",
    "validatingadmissionpolicybindings",
    "validatingwebhookconfigurations",
    "volumeattachments",
];

/// Whether the selector of namespaces of a webhook has a say in what a rule of it matches: where the rule can match objects
/// in namespaces, or namespaces themselves, whose own labels count.
///
/// # Errors
/// [`Fault::Unread`](crate::analysis::Fault::Unread) where an unread part could change the answer;
/// [`Fault::Invalid`](crate::analysis::Fault::Invalid) for a value of the wrong type.
pub fn namespace_selector_applies(rule: &Data) -> Answer<bool> {
    let resources = list(rule, "resources", RULE)?;
    let resource = |name: &str| name.split('/').next().unwrap_or(name).to_owned();
    let may_be_in_one = any(resources.iter().map(|name| Ok(!IN_NONE.contains(&&*resource(text(name, "resources")?)))));
    and(may_be_in_one, || {
        let of_cluster = match field(rule, "scope", RULE)? {
            Some(scope) => text(scope, "scope")? == "Cluster",
            None => false,
        };
        if !of_cluster {
            return Ok(true);
        }
        let groups = any_text(list(rule, "apiGroups", RULE)?, "apiGroups", |group| ["", "*"].contains(&group));
        let namespaces = any_text(resources, "resources", |name| ["namespaces", "*"].contains(&&*resource(name)));
        and(groups, || namespaces)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::analysis::testing::{data, unread};

    fn applies(groups: &[&str], resources: Value, scope: Value) -> Answer<bool> {
        namespace_selector_applies(&data(json!({"apiGroups": groups, "resources": resources, "scope": scope})))
    }

    #[test]
    fn it_applies_to_what_is_in_namespaces_and_to_namespaces() {
        for (groups, resources, scope, expected) in [
            (&[""][..], json!(["pods"]), json!(null), true),
            (&[""], json!(["pods/exec"]), json!("Namespaced"), true),
            (&["*"], json!(["*"]), json!("*"), true),
            (&["*"], json!(["*/*"]), json!(""), true),
            (&[""], json!(["namespaces"]), json!("Cluster"), true),
            (&["*"], json!(["*"]), json!("Cluster"), true),
            (&[""], json!(["nodes", "namespaces"]), json!(null), true),
            (&["rbac.authorization.k8s.io"], json!(["roles", "clusterroles"]), json!(null), true),
            (&["rbac.authorization.k8s.io"], json!(["clusterroles", "clusterrolebindings"]), json!(null), false),
            (&[""], json!(["nodes/status", "persistentvolumes"]), json!("*"), false),
            (&["example.com"], json!(["*"]), json!("Cluster"), false),
            (&["example.com"], json!(["namespaces"]), json!("Cluster"), false),
            (&[""], json!(["pods"]), json!("Cluster"), false),
            (&[""], json!([]), json!(null), false),
        ] {
            assert_eq!(applies(groups, resources.clone(), scope.clone()), Ok(expected), "{resources} {scope}");
        }
        assert_eq!(applies(&[""], json!("unread!"), json!(null)), unread());
        assert_eq!(applies(&[""], json!(["pods"]), json!("unread!")), unread());
        assert_eq!(applies(&[""], json!(["nodes"]), json!("unread!")), Ok(false));
    }
}
