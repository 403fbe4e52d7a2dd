use cspm_core::{GLOBAL, Gap, Inventory, Reason, Unread};
use serde_json::{Value, json};

use super::*;
use crate::analysis::kubernetes::rbac::{Request, subject_allows};
use crate::analysis::kubernetes::testing::{cluster, resource};
use crate::analysis::testing::unread;

fn account(namespace: &str, name: &str) -> Resource {
    resource("kubernetes_service_account", Some(namespace), name, json!({"metadata": {"name": name}}))
}

fn role(namespace: Option<&str>, name: &str, verb: &str) -> Resource {
    let kind = if namespace.is_some() { ROLE } else { CLUSTER_ROLE };
    let rules = json!([{"verbs": [verb], "apiGroups": [""], "resources": ["pods"]}]);
    resource(kind, namespace, name, json!({"metadata": {"name": name}, "rules": rules}))
}

fn binding(namespace: Option<&str>, name: &str, role: (&str, &str), subjects: Value) -> Resource {
    let kind = if namespace.is_some() { ROLE_BINDING } else { CLUSTER_ROLE_BINDING };
    let object = json!({"roleRef": {"kind": role.0, "name": role.1}, "subjects": subjects});
    resource(kind, namespace, name, object)
}

fn robot() -> Value {
    json!([{"kind": "ServiceAccount", "name": "robot", "namespace": "ci"}])
}

fn gap(kind: &str, region: &str) -> Gap {
    Gap {
        kind: kind.into(),
        provider: "kubernetes".into(),
        account: "test".into(),
        region: region.into(),
        unread: std::sync::Arc::new(Unread::new(Reason::AccessDenied, "test:Read")),
    }
}

/// Whether the service account `robot` of `ci` may do something with pods of its namespace.
fn allowed(inventory: &Inventory, verb: &str) -> Answer<bool> {
    let near = account("ci", "robot");
    let robot = Identity::service_account("ci", "robot");
    let request = Request::Resource { verb, group: "", resource: "pods" };
    subject_allows(&InventoryRbac::new(inventory, &near), &robot, &request, Some("ci")).allowed()
}

#[test]
fn roles_are_found_by_namespace_and_name() {
    let everyone = json!([{"kind": "Group", "name": "system:serviceaccounts"}, {"kind": "User", "name": "x"}]);
    let inventory = cluster([
        role(None, "r", "get"),
        role(Some("ci"), "r", "list"),
        role(Some("other"), "r", "delete"),
        role(Some("other"), "only-there", "delete"),
        binding(None, "a", ("ClusterRole", "r"), everyone),
        binding(Some("ci"), "a", ("Role", "r"), robot()),
        binding(Some("ci"), "b", ("Role", "only-there"), robot()),
        binding(Some("other"), "a", ("Role", "r"), robot()),
    ]);
    let inventory = inventory.build();
    for (verb, answer) in [("get", true), ("list", true), ("delete", false)] {
        assert_eq!(allowed(&inventory, verb), Ok(answer), "{verb}");
    }
    let near = account("ci", "robot");
    let identity = Identity::service_account("ci", "robot");
    let request = Request::Resource { verb: "delete", group: "", resource: "pods" };
    let elsewhere = subject_allows(&InventoryRbac::new(&inventory, &near), &identity, &request, Some("other"));
    assert_eq!(elsewhere.allowed(), Ok(true));
}

#[test]
fn a_binding_that_names_somebody_twice_is_one_grant() {
    let twice = json!([
        {"kind": "ServiceAccount", "name": "robot", "namespace": "ci"},
        {"kind": "Group", "name": "system:authenticated"},
    ]);
    let inventory = cluster([role(None, "r", "get"), binding(None, "a", ("ClusterRole", "r"), twice)]).build();
    let near = account("ci", "robot");
    let identity = Identity::service_account("ci", "robot");
    let request = Request::Resource { verb: "get", group: "", resource: "pods" };
    let grants = subject_allows(&InventoryRbac::new(&inventory, &near), &identity, &request, None);
    assert_eq!(grants.known.len(), 1);
}

#[test]
fn lists_that_could_not_be_made_leave_it_open() {
    for (kind, region, get, list) in [
        (CLUSTER_ROLE_BINDING, GLOBAL, Ok(true), unread()),
        (ROLE_BINDING, "ci", Ok(true), unread()),
        (ROLE_BINDING, "other", Ok(true), Ok(false)),
        (CLUSTER_ROLE, GLOBAL, Ok(true), unread()),
        (ROLE, "other", Ok(true), Ok(false)),
    ] {
        let mut inventory = cluster([
            role(None, "r", "get"),
            binding(None, "a", ("ClusterRole", "r"), robot()),
            binding(Some("ci"), "a", ("Role", "r"), robot()),
        ]);
        inventory.add_gap(gap(kind, region));
        let inventory = inventory.build();
        assert_eq!(allowed(&inventory, "get"), get, "{kind} {region}");
        assert_eq!(allowed(&inventory, "list"), list, "{kind} {region}");
    }
    assert!(allowed(&Inventory::default(), "get").is_err(), "nothing was listed");
}

#[test]
fn a_binding_of_which_nothing_was_read_leaves_it_open() {
    let denied = json!("unread!");
    let inventory = cluster([resource(CLUSTER_ROLE_BINDING, None, "a", denied)]).build();
    assert_eq!(allowed(&inventory, "get"), unread());
}

/// 2,000 roles, 2,000 bindings and 1,000 service accounts, of which every one is bound to an aggregated role too.
#[test]
fn a_large_cluster_is_looked_through_by_name() {
    const VERBS: [&str; 4] = ["get", "list", "watch", "create"];
    let namespace = |n: usize| format!("ns{}", n % 50);
    let mut resources = Vec::new();
    for n in 0..1000 {
        resources.push(role(None, &format!("r{n}"), VERBS[n % 4]));
        resources.push(role(Some(&namespace(n)), &format!("r{n}"), VERBS[(n + 1) % 4]));
        let subject = json!([{"kind": "ServiceAccount", "name": format!("sa{n}"), "namespace": namespace(n)}]);
        resources.push(binding(None, &format!("b{n}"), ("ClusterRole", &format!("r{n}")), subject.clone()));
        resources.push(binding(Some(&namespace(n)), &format!("b{n}"), ("Role", &format!("r{n}")), subject));
        resources.push(account(&namespace(n), &format!("sa{n}")));
    }
    let selectors = json!([{"matchLabels": {"none": "such"}}]);
    let view = json!({"metadata": {"name": "view"}, "aggregationRule": {"clusterRoleSelectors": selectors}});
    resources.push(resource(CLUSTER_ROLE, None, "view", view));
    let everyone = json!([{"kind": "Group", "name": "system:authenticated"}]);
    resources.push(binding(None, "everyone", ("ClusterRole", "view"), everyone));
    let mut inventory = cluster(resources);
    for (kind, field) in LOOKUPS.iter().filter(|(_, field)| !field.is_empty()) {
        inventory.index((*kind).into(), (*field).into());
    }
    let inventory = inventory.build();
    for n in 0..1000 {
        let near = inventory.get(&format!("k8s://test/{}/kubernetes_service_account/sa{n}", namespace(n))).unwrap();
        let identity = Identity::service_account(&namespace(n), &near.name);
        for (verb, answer) in [(VERBS[n % 4], true), (VERBS[(n + 1) % 4], true), (VERBS[(n + 2) % 4], false)] {
            let request = Request::Resource { verb, group: "", resource: "pods" };
            let source = InventoryRbac::new(&inventory, near);
            assert_eq!(
                subject_allows(&source, &identity, &request, Some(&namespace(n))).allowed(),
                Ok(answer),
                "{n} {verb}"
            );
        }
    }
}
