//! Objects of Kubernetes: selectors, RBAC, network policies, images and versions.

use super::{Function, Param, Problem, Scope, Val, data, function, text};
use crate::analysis::kubernetes::network_policy::{self, Direction, NETWORK_POLICY, Port};
use crate::analysis::kubernetes::pods::{self, SERVICE_ACCOUNT};
use crate::analysis::kubernetes::{image, others, quantity, rbac, selector, version, webhook};

const NAMESPACE: &str = "kubernetes_namespace";

pub(super) const FUNCTIONS: &[Function] = &[
    // Both may be null: no selector selects nothing, and an object may have no labels.
    function("selects", &[Param::Any, Param::Any], Param::Bool, |_, args| {
        Ok(Val::Bool(selector::selects(&data(args[0]), &data(args[1]))?))
    }),
    function("rbac_allows", &[Param::List, Param::Text, Param::Text, Param::Text], Param::Bool, |_, args| {
        Ok(Val::Bool(rbac::rules_allow(&data(args[0]), text(args[1]), text(args[2]), text(args[3]))?))
    }),
    function("service_account_allows", &[Param::Text, Param::Text, Param::Text], Param::Bool, |scope, args| {
        let (verb, group, resource) = (text(args[0]), text(args[1]), text(args[2]));
        service_account_allows(scope, &rbac::Request::Resource { verb, group, resource })
    })
    .reading(rbac::LOOKUPS),
    function("network_policy_isolates", &[Param::Map, Param::Text], Param::Bool, |_, args| {
        Ok(Val::Bool(network_policy::isolates(&data(args[0]), Direction::parse(text(args[1]))?)?))
    }),
    function("network_policy_allows_all", &[Param::Map, Param::Text], Param::Bool, |_, args| {
        Ok(Val::Bool(network_policy::allows_all(&data(args[0]), Direction::parse(text(args[1]))?)?))
    }),
    function("pod_isolated", &[Param::Text], Param::Bool, |scope, args| {
        let direction = Direction::parse(text(args[0]))?;
        Ok(Val::Bool(network_policy::resource_isolated(scope.resource, scope.view(), direction)?))
    })
    .reading(&[(NETWORK_POLICY, "")]),
    function("pod_reachable_from", &[Param::Text, Param::Int], Param::Bool, |scope, args| {
        let port = port(args[1])?;
        Ok(Val::Bool(network_policy::resource_reachable_from(scope.resource, scope.view(), text(args[0]), port)?))
    })
    .reading(&[(NETWORK_POLICY, "")]),
    function("selects_pods", &[Param::Any], Param::Bool, |scope, args| {
        Ok(Val::Bool(pods::selects_some(&data(args[0]), scope.resource, scope.inventory)?))
    })
    .reading(pods::PODS),
    function("pod_disruption_budgeted", &[], Param::Bool, |scope, _| {
        Ok(Val::Bool(pods::is_budgeted(scope.resource, scope.view())?))
    })
    .reading(&[(pods::DISRUPTION_BUDGET, "")]),
    function("service_account_mounts_token", &[Param::Text], Param::Bool, |scope, args| {
        Ok(Val::Bool(pods::mounts_token(text(args[0]), scope.resource, scope.view())?))
    })
    .reading(&[(SERVICE_ACCOUNT, pods::NAME)]),
    function("isolated_by_other_policies", &[Param::Text], Param::Bool, |scope, args| {
        let direction = Direction::parse(text(args[0]))?;
        let pod = judged_pod(scope)?;
        Ok(Val::Bool(others::network::isolated(scope.resource, pod, scope.view(), direction)?))
    })
    .reading(others::network::LOOKUPS),
    function("no_other_policies_decide", &[Param::Text], Param::Bool, |scope, args| {
        let direction = Direction::parse(text(args[0]))?;
        let pod = judged_pod(scope)?;
        Ok(Val::Bool(others::network::none_decides(scope.resource, pod, scope.view(), direction)?))
    })
    .reading(others::network::LOOKUPS),
    function("other_network_policies_present", &[], Param::Bool, |scope, _| {
        Ok(Val::Bool(others::network::present(scope.resource, scope.view())?))
    })
    .reading(others::network::LOOKUPS),
    function("checked_by_admission_policies", &[Param::Text], Param::Bool, |scope, args| {
        Ok(Val::Bool(others::admission::checked(scope.resource, scope.view(), text(args[0]))?))
    })
    .reading(others::admission::LOOKUPS),
    function("limited_by_cluster_quota", &[], Param::Bool, |scope, _| {
        Ok(Val::Bool(others::quota::limited(scope.resource, scope.view())?))
    })
    .reading(others::quota::LOOKUPS),
    function("secret_is_made", &[Param::Text], Param::Bool, |scope, args| {
        Ok(Val::Bool(others::secret::made(scope.resource, scope.view(), text(args[0]))?))
    })
    .reading(others::secret::LOOKUPS),
    function("least_replicas", &[], Param::Int, |scope, _| {
        Ok(Val::Int(others::scale::least_replicas(scope.resource, scope.view())?))
    })
    .reading(others::scale::LOOKUPS)
    .showing(&["spec.replicas"]),
    function("namespace_selector_applies", &[Param::Map], Param::Bool, |_, args| {
        Ok(Val::Bool(webhook::namespace_selector_applies(&data(args[0]))?))
    }),
    function("image_registry", &[Param::Text], Param::Text, |_, args| {
        Ok(Val::Str(image::image_registry(text(args[0]))?))
    }),
    function("image_tag", &[Param::Text], Param::Text, |_, args| Ok(Val::Str(image::image_tag(text(args[0]))?))),
    function("image_digest", &[Param::Text], Param::Text, |_, args| Ok(Val::Str(image::image_digest(text(args[0]))?))),
    function("quantity", &[Param::Any], Param::Double, |_, args| Ok(Val::Double(quantity::quantity(&data(args[0]))?))),
    function("version_at_least", &[Param::Text, Param::Text], Param::Bool, |_, args| {
        Ok(Val::Bool(version::version_at_least(text(args[0]), text(args[1]))?))
    }),
];

/// Whether the service account that is judged may do it, everywhere or in its own namespace.
fn service_account_allows<'a>(scope: &Scope<'a>, request: &rbac::Request<'_>) -> Result<Val<'a>, Problem> {
    let account = scope.resource;
    if *account.kind != *SERVICE_ACCOUNT {
        return Err(Problem::Error(format!("a {} is not a {SERVICE_ACCOUNT}", account.kind)));
    }
    let source = rbac::InventoryRbac::new(scope.view(), account);
    let identity = rbac::Identity::service_account(&account.region, &account.name);
    Ok(Val::Bool(rbac::subject_allows(&source, &identity, request, Some(&account.region)).allowed()?))
}

/// The pod that is judged, or that what is judged has in itself; none where it is a namespace.
fn judged_pod<'a>(scope: &Scope<'a>) -> Result<Option<&'a cspm_core::Data>, Problem> {
    match *scope.resource.kind == *NAMESPACE {
        true => Ok(None),
        false => Ok(Some(pods::pod_of(scope.resource, scope.inventory)?)),
    }
}

/// A port of TCP.
fn port(value: Val<'_>) -> Result<Port, Problem> {
    let number = match value {
        Val::Int(number) => number,
        _ => 0,
    };
    match u16::try_from(number) {
        Ok(number @ 1..) => Ok(Port::tcp(number)),
        _ => Err(Problem::Error(format!("{number} is not a port"))),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cspm_core::{Inventory, Kind, Per, Reads, Resource, Scope, Source, Status};
    use serde_json::{Value, json};

    use super::super::find;
    use crate::analysis::kubernetes::testing::{cluster, resource};
    use crate::cel::{Kinds, Program, parse};

    const LIST: Source = Source::new("core", "List", "list", Per::Region);

    /// What an expression says of a resource whose field `x` may be anything.
    fn status(expression: &str, resource: &Resource, inventory: &Inventory) -> Status {
        let schema = json!({"type": "object", "properties": {"x": {}}});
        let kind =
            Kind::from_schema(&resource.kind, "kubernetes", "core", Scope::Region, LIST, schema).unwrap().native();
        let kinds = Kinds::from([(kind.name().clone(), Arc::new(kind))]);
        let program =
            Program::compile(parse(expression).unwrap(), &kinds[&resource.kind], &kinds, &mut Reads::default());
        program.unwrap().judge(resource, inventory)
    }

    /// What an expression says of `x`.
    fn says(expression: &str, x: Value) -> Status {
        status(expression, &resource("kubernetes_pod", Some("a"), "p", json!({ "x": x })), &Inventory::default())
    }

    #[test]
    fn expressions_ask_of_objects() {
        for (expression, x, expected) in [
            ("selects({'matchLabels': {'app': 'web'}}, resource.x)", json!({"app": "web"}), Status::Pass),
            ("selects({'matchLabels': {'app': 'web'}}, resource.x)", json!(null), Status::Fail),
            ("selects({'matchLabels': {'app': 'web'}}, resource.x)", json!({"app": "unread!"}), Status::Unknown),
            ("selects(resource.x, {'app': 'web'})", json!(null), Status::Fail),
            ("selects(resource.x, {'app': 'web'})", json!({}), Status::Pass),
            ("selects(resource.x, {'app': 'web'})", json!(1), Status::Unknown),
            (
                "rbac_allows(resource.x, 'get', '', 'pods')",
                json!([{"verbs": ["*"], "apiGroups": [""], "resources": ["*"]}]),
                Status::Pass,
            ),
            ("rbac_allows(resource.x, 'get', '', 'pods')", json!(null), Status::Fail),
            ("rbac_allows(resource.x, 'get', '', 'pods')", json!(["unread!"]), Status::Unknown),
            ("network_policy_isolates(resource.x, 'Egress')", json!({"egress": [{}]}), Status::Pass),
            ("network_policy_isolates(resource.x, 'egress')", json!({"egress": [{}]}), Status::Unknown),
            ("network_policy_allows_all(resource.x, 'Ingress')", json!({"ingress": [{}]}), Status::Pass),
            ("network_policy_allows_all(resource.x, 'Ingress')", json!({"ingress": []}), Status::Fail),
            ("image_registry(resource.x) == 'docker.io'", json!("nginx"), Status::Pass),
            ("image_tag(resource.x) == ''", json!("nginx"), Status::Pass),
            ("image_digest(resource.x) == ''", json!("nginx:1"), Status::Pass),
            ("image_tag(resource.x) == ''", json!("Nginx"), Status::Unknown),
            ("version_at_least(resource.x, '1.30')", json!("v1.34.2-eks-abc"), Status::Pass),
            ("version_at_least(resource.x, '1.30')", json!("newest"), Status::Unknown),
        ] {
            assert_eq!(says(expression, x.clone()), expected, "{expression} {x}");
        }
    }

    #[test]
    fn expressions_ask_what_a_service_account_may_do() {
        let rules = json!([{"verbs": ["create"], "apiGroups": [""], "resources": ["pods/exec"]}]);
        let subjects = json!([{"kind": "ServiceAccount", "name": "robot"}]);
        let inventory = cluster([
            resource("kubernetes_role", Some("ci"), "exec", json!({ "rules": rules })),
            resource(
                "kubernetes_role_binding",
                Some("ci"),
                "b",
                json!({"roleRef": {"kind": "Role", "name": "exec"}, "subjects": subjects}),
            ),
        ]);
        let inventory = inventory.build();
        let account = |namespace, name| resource("kubernetes_service_account", Some(namespace), name, json!({}));
        let asks = "service_account_allows('create', '', 'pods/exec')";
        assert_eq!(status(asks, &account("ci", "robot"), &inventory), Status::Pass);
        assert_eq!(status(asks, &account("ci", "default"), &inventory), Status::Fail);
        assert_eq!(status(asks, &account("other", "robot"), &inventory), Status::Fail);
        assert_eq!(status(asks, &account("ci", "robot"), &Inventory::default()), Status::Unknown);
        let pod = resource("kubernetes_pod", Some("ci"), "robot", json!({}));
        assert_eq!(status(asks, &pod, &inventory), Status::Unknown, "it is no service account");
    }

    #[test]
    fn expressions_ask_what_reaches_a_pod() {
        let spec = json!({"podSelector": {}, "ingress": [{"ports": [{"port": 22}]}]});
        let policy = resource("kubernetes_network_policy", Some("a"), "p", json!({ "spec": spec }));
        let inventory = cluster([policy]).build();
        let pod = |namespace| resource("kubernetes_pod", Some(namespace), "p", json!({}));
        for (expression, in_a, in_b) in [
            ("pod_isolated('Ingress')", Status::Pass, Status::Fail),
            ("pod_isolated('Egress')", Status::Fail, Status::Fail),
            ("pod_reachable_from('0.0.0.0/0', 22)", Status::Pass, Status::Pass),
            ("pod_reachable_from('0.0.0.0/0', 23)", Status::Fail, Status::Pass),
            ("pod_reachable_from('0.0.0.0/0', 0)", Status::Unknown, Status::Unknown),
            ("pod_reachable_from('0.0.0.0/0', 65536)", Status::Unknown, Status::Unknown),
            ("pod_reachable_from('anywhere', 22)", Status::Unknown, Status::Unknown),
        ] {
            assert_eq!(status(expression, &pod("a"), &inventory), in_a, "{expression}");
            assert_eq!(status(expression, &pod("b"), &inventory), in_b, "{expression}");
        }
        assert_eq!(status("pod_isolated('Ingress')", &pod("a"), &Inventory::default()), Status::Unknown);
    }

    #[test]
    fn functions_that_look_things_up_say_so() {
        for (name, kinds) in [
            ("selects", vec![]),
            ("pod_reachable_from", vec!["kubernetes_network_policy"]),
            ("pod_isolated", vec!["kubernetes_network_policy"]),
        ] {
            let reads = find(name, false).unwrap().reads;
            assert_eq!(reads.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), kinds, "{name}");
        }
        let reads = find("service_account_allows", false).unwrap().reads;
        assert!(reads.contains(&("kubernetes_role_binding", "subjects.name")));
        assert!(reads.contains(&("kubernetes_cluster_role", "")), "aggregation looks at all of them");
    }
}
