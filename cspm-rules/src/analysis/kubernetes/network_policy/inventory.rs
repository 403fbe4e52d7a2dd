//! Pods and policies from an inventory.

use cspm_core::{Data, Inventory, Resource};

use super::{Direction, Peer, Pod, Policy, Port, ingress_allowed, pod_isolated};
use crate::analysis::kubernetes::fields::{below, field};
use crate::analysis::kubernetes::label_index::{ByNamespace, Selecting};
use crate::analysis::kubernetes::pods;
use crate::analysis::{Answer, View};

pub(crate) const NETWORK_POLICY: &str = "kubernetes_network_policy";

/// Whether some policy isolates a pod, or the pods of a workload, in a direction.
///
/// # Errors
/// As [`pod_isolated`], and [`Fault::Invalid`](crate::analysis::Fault::Invalid) for a resource that is no pod and has none in
/// itself.
pub fn resource_isolated<'a>(
    resource: &'a Resource,
    inventory: impl Into<View<'a>>,
    direction: Direction,
) -> Answer<bool> {
    let view = inventory.into();
    let pod = pods::pod_of(resource, view.inventory)?;
    let specs = policies(resource, pod, view).into_iter().map(|policy| policy.map(|policy| policy.spec));
    pod_isolated(pod, specs, direction)
}

/// Whether policies let some address of a CIDR outside the cluster reach a port of a pod, or of the pods of a workload;
/// see [`Peer::outside`].
///
/// # Errors
/// As [`ingress_allowed`], and [`Fault::Invalid`](crate::analysis::Fault::Invalid) for a text that is no CIDR and for a
/// resource that is no pod and has none in itself.
pub fn resource_reachable_from<'a>(
    resource: &'a Resource,
    inventory: impl Into<View<'a>>,
    cidr: &str,
    port: Port,
) -> Answer<bool> {
    let (view, outside) = (inventory.into(), Peer::outside(cidr)?);
    let object = pods::pod_of(resource, view.inventory)?;
    let pod = Pod { namespace: &resource.region, namespace_labels: &Data::Null, object };
    ingress_allowed(&policies(resource, object, view), &pod, &outside, port)
}

/// The policies of the namespace of a resource that may select its pod.
fn policies<'a>(near: &'a Resource, pod: &Data, view: View<'a>) -> Vec<Answer<Policy<'a>>> {
    let index = view.inventory.derived(PolicyIndex::new);
    let selecting = index.0.of(near).into_iter().flat_map(|policies| policies.candidates(pods::labels(pod)));
    let mut positions: Vec<_> = selecting.collect();
    positions.sort_unstable();
    let read = positions.into_iter().filter_map(|position| view.inventory.resources().get(position as usize));
    let read = read.map(|policy| {
        let spec = field(&policy.data, "spec", NETWORK_POLICY)?.unwrap_or(&Data::Null);
        Ok(Policy { namespace: &policy.region, spec })
    });
    read.chain(view.fault(&view.inventory.near(NETWORK_POLICY, near)).map(Err)).collect()
}

/// The policies by the pods that they select.
struct PolicyIndex(ByNamespace<Selecting>);

impl PolicyIndex {
    fn new(inventory: &Inventory) -> Self {
        Self(ByNamespace::of_selectors(inventory, NETWORK_POLICY, |policy| {
            let selector = below(policy, "spec", "podSelector");
            // A policy without selector selects all.
            Some(selector.map(|selector| selector.unwrap_or(&Data::Null)))
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cspm_core::{GLOBAL, Gap, Reason, Unread};
    use serde_json::{Value, json};

    use super::*;
    use crate::analysis::Fault;
    use crate::analysis::kubernetes::pods::POD;
    use crate::analysis::kubernetes::testing::{cluster, resource};
    use crate::analysis::testing::unread;

    fn policy(namespace: &str, name: &str, spec: Value) -> Resource {
        resource(NETWORK_POLICY, Some(namespace), name, json!({ "spec": spec }))
    }

    fn web(namespace: &str) -> Resource {
        resource(POD, Some(namespace), "web", json!({"metadata": {"labels": {"app": "web"}}}))
    }

    fn deny() -> Value {
        json!({"podSelector": {"matchLabels": {"app": "web"}}})
    }

    fn ssh() -> Value {
        json!({"podSelector": {}, "ingress": [{"ports": [{"port": 22}]}]})
    }

    #[test]
    fn the_policies_of_the_namespace_decide() {
        let inventory = cluster([policy("a", "deny", deny()), policy("a", "ssh", ssh()), policy("b", "deny", deny())]);
        let inventory = inventory.build();
        for (namespace, isolated, on_22, on_80) in
            [("a", true, true, false), ("b", true, false, false), ("c", false, true, true)]
        {
            let pod = web(namespace);
            let reachable = |port| resource_reachable_from(&pod, &inventory, "0.0.0.0/0", Port::tcp(port));
            assert_eq!(resource_isolated(&pod, &inventory, Direction::Ingress), Ok(isolated), "{namespace}");
            assert_eq!(resource_isolated(&pod, &inventory, Direction::Egress), Ok(false), "{namespace}");
            assert_eq!((reachable(22), reachable(80)), (Ok(on_22), Ok(on_80)), "{namespace}");
        }
    }

    #[test]
    fn other_namespaces_are_left_out_where_kinds_are_not_known() {
        let mut inventory = Inventory::builder([]);
        inventory.listed(NETWORK_POLICY.into());
        inventory.add(policy("b", "deny", deny()));
        let inventory = inventory.build();
        assert_eq!(resource_isolated(&web("a"), &inventory, Direction::Ingress), Ok(false));
        assert_eq!(resource_isolated(&web("b"), &inventory, Direction::Ingress), Ok(true));
    }

    #[test]
    fn the_pods_of_a_workload_are_those_of_its_template() {
        let inventory = cluster([policy("a", "deny", deny())]).build();
        let workload = |app: Value| {
            let labels = json!({"metadata": {"labels": {"app": app}}});
            resource("kubernetes_deployment", Some("a"), "d", json!({"spec": {"template": labels}}))
        };
        for (app, isolated) in [(json!("web"), Ok(true)), (json!("db"), Ok(false)), (json!("unread!"), unread())] {
            let deployment = workload(app);
            let reachable = resource_reachable_from(&deployment, &inventory, "8.8.8.8", Port::tcp(22));
            assert_eq!(resource_isolated(&deployment, &inventory, Direction::Ingress), isolated);
            assert_eq!(reachable, isolated.map(|isolated| !isolated));
        }
        let account = resource("kubernetes_service_account", Some("a"), "x", json!({}));
        let no_pod = Fault::Invalid("a kubernetes_service_account is not a kubernetes_pod".to_owned());
        assert_eq!(resource_isolated(&account, &inventory, Direction::Ingress), Err(no_pod));
        let no_cidr = Fault::Invalid("`all` is not a CIDR".to_owned());
        assert_eq!(resource_reachable_from(&web("c"), &inventory, "all", Port::tcp(22)), Err(no_cidr));
    }

    #[test]
    fn policies_that_were_not_listed_or_read_leave_it_open() {
        let unlisted = |region: &str, policies: Vec<Resource>| {
            let mut inventory = cluster(policies);
            let why = Arc::new(Unread::new(Reason::AccessDenied, "test:Read"));
            inventory.add_gap(Gap {
                kind: NETWORK_POLICY.into(),
                provider: "kubernetes".into(),
                account: "test".into(),
                region: region.into(),
                unread: why,
            });
            inventory.build()
        };
        for (inventory, isolated, reachable) in [
            (unlisted("a", vec![]), unread(), unread()),
            (unlisted(GLOBAL, vec![]), unread(), unread()),
            (unlisted("b", vec![]), Ok(false), Ok(true)),
            (unlisted("a", vec![policy("a", "deny", deny())]), Ok(true), unread()),
            (unlisted("a", vec![policy("a", "ssh", ssh())]), Ok(true), Ok(true)),
            (cluster([resource(NETWORK_POLICY, Some("a"), "x", json!("unread!"))]).build(), unread(), unread()),
            (cluster([resource(NETWORK_POLICY, Some("a"), "x", json!({}))]).build(), Ok(true), Ok(false)),
        ] {
            assert_eq!(resource_isolated(&web("a"), &inventory, Direction::Ingress), isolated);
            assert_eq!(resource_reachable_from(&web("a"), &inventory, "8.8.8.8", Port::tcp(22)), reachable);
        }
        assert!(resource_isolated(&web("a"), &Inventory::default(), Direction::Ingress).is_err(), "nothing was listed");
        let unlabelled = resource(POD, Some("a"), "x", json!({"metadata": "unread!"}));
        let all = cluster([policy("a", "ssh", ssh())]).build();
        assert_eq!(resource_isolated(&unlabelled, &all, Direction::Ingress), Ok(true), "it selects any labels");
    }
}
