use std::sync::Arc;

use cspm_core::{GLOBAL, Gap, Inventory, InventoryBuilder, Kind, Per, Reason, Resource, Scope, Source, Unread};
use serde_json::{Value, json};

use super::network::{isolated, none_decides, present};
use super::scale::least_replicas;
use super::*;
use crate::analysis::kubernetes::network_policy::Direction::{Egress, Ingress};
use crate::analysis::kubernetes::testing::resource;

const LIST: Source = Source::new("core", "List", "list", Per::Region);

/// A cluster in which every kind was listed that is asked for here.
fn cluster(resources: impl IntoIterator<Item = Resource>) -> InventoryBuilder {
    let of_cluster = ["namespace", "cluster", "global", "admin", "template", "kyverno_validating", "kyverno_mutating"];
    let kinds = kinds().chain([NAMESPACE, "kubernetes_pod", "kubernetes_deployment", scale::AUTOSCALER]).map(|name| {
        let scope = if of_cluster.iter().any(|word| name.contains(word)) { Scope::Account } else { Scope::Region };
        Arc::new(Kind::from_schema(name, "kubernetes", "core", scope, LIST, json!({})).unwrap().native())
    });
    let kinds: Vec<_> = kinds.collect();
    let mut builder = Inventory::builder(kinds.clone());
    kinds.iter().for_each(|kind| builder.listed(kind.name().clone()));
    resources.into_iter().for_each(|resource| builder.add(resource));
    builder
}

fn namespace() -> Resource {
    resource(NAMESPACE, None, "shop", json!({}))
}

fn policy(kind: &str, namespace: Option<&str>, spec: Value) -> Resource {
    resource(kind, namespace, "p", json!({"kind": "Policy", "spec": spec}))
}

#[derive(Debug, PartialEq)]
enum Is {
    Sure(bool),
    Open,
}

fn is(answer: Answer<bool>) -> Is {
    answer.map_or(Is::Open, Is::Sure)
}

#[test]
fn plain_policies_of_cilium_and_calico_isolate() {
    const CILIUM: &str = "kubernetes_cilium_network_policy";
    const CALICO: &str = "kubernetes_calico_network_policy";
    for (kind, spec, of_all, of_web) in [
        (CILIUM, json!({"endpointSelector": {}, "ingress": [{}]}), Is::Sure(true), Is::Sure(true)),
        (
            CILIUM,
            json!({"endpointSelector": {}, "ingressDeny": [{"fromEntities": ["world"]}]}),
            Is::Sure(true),
            Is::Sure(true),
        ),
        (CILIUM, json!({"endpointSelector": {}, "ingress": []}), Is::Sure(false), Is::Sure(false)),
        (CILIUM, json!({"endpointSelector": {}, "egress": [{}]}), Is::Sure(false), Is::Sure(false)),
        (
            CILIUM,
            json!({"endpointSelector": {}, "enableDefaultDeny": {"ingress": false}, "ingress": [{}]}),
            Is::Sure(false),
            Is::Sure(false),
        ),
        (CILIUM, json!({"endpointSelector": {}, "ingress": [{"fromEntities": ["all"]}]}), Is::Open, Is::Open),
        (
            CILIUM,
            json!({"endpointSelector": {"matchLabels": {"app": "web"}}, "ingress": [{}]}),
            Is::Open,
            Is::Sure(true),
        ),
        (
            CILIUM,
            json!({"endpointSelector": {"matchLabels": {"app": "db"}}, "ingress": [{}]}),
            Is::Open,
            Is::Sure(false),
        ),
        (CILIUM, json!({"endpointSelector": {"matchLabels": {"k8s:app": "web"}}, "ingress": [{}]}), Is::Open, Is::Open),
        (CILIUM, json!({"nodeSelector": {}, "ingress": [{}]}), Is::Sure(false), Is::Sure(false)),
        (CALICO, json!({"selector": "all()", "types": ["Ingress"]}), Is::Sure(true), Is::Sure(true)),
        (
            CALICO,
            json!({"types": ["Ingress", "Egress"], "ingress": [{"action": "Allow", "source": {"nets": ["10.0.0.0/8"]}}]}),
            Is::Sure(true),
            Is::Sure(true),
        ),
        (CALICO, json!({}), Is::Sure(true), Is::Sure(true)),
        (CALICO, json!({"egress": [{"action": "Allow"}]}), Is::Sure(false), Is::Sure(false)),
        (CALICO, json!({"types": ["Ingress"], "ingress": [{"action": "Allow"}]}), Is::Open, Is::Open),
        (CALICO, json!({"types": ["Ingress"], "ingress": [{"action": "Pass"}]}), Is::Open, Is::Open),
        (CALICO, json!({"selector": "app == 'web'", "types": ["Ingress"]}), Is::Open, Is::Open),
        (CALICO, json!({"tier": "platform", "types": ["Ingress"]}), Is::Open, Is::Open),
    ] {
        let inventory = cluster([policy(kind, Some("shop"), spec.clone())]).build();
        let web = resource("kubernetes_pod", Some("shop"), "web", json!({"metadata": {"labels": {"app": "web"}}}));
        assert_eq!(is(isolated(&namespace(), None, &inventory, Ingress)), of_all, "{spec}");
        assert_eq!(is(isolated(&web, Some(&web.data), &inventory, Ingress)), of_web, "{spec}");
        let elsewhere = resource("kubernetes_pod", Some("office"), "web", json!({}));
        assert_eq!(isolated(&elsewhere, Some(&elsewhere.data), &inventory, Ingress), Ok(false), "{spec}");
        assert_eq!(none_decides(&elsewhere, Some(&elsewhere.data), &inventory, Ingress), Ok(true), "{spec}");
    }
}

#[test]
fn a_policy_of_cilium_may_have_several_specs() {
    let specs = json!({"specs": [{"endpointSelector": {}, "egress": [{}]}, {"endpointSelector": {}, "ingress": [{}]}]});
    let policy = resource("kubernetes_cilium_clusterwide_network_policy", None, "p", specs);
    assert_eq!(isolated(&namespace(), None, &cluster([policy]).build(), Ingress), Ok(true));
}

#[test]
fn what_is_not_read_leaves_open_what_it_is_about() {
    for (kind, namespace_of, spec, ingress, egress) in [
        ("kubernetes_admin_network_policy", None, json!({"ingress": [{"action": "Deny"}]}), Is::Open, Is::Sure(false)),
        ("kubernetes_cluster_network_policy", None, json!({"egress": [{"action": "Deny"}]}), Is::Sure(false), Is::Open),
        ("kubernetes_antrea_network_policy", Some("shop"), json!({"ingress": [{}]}), Is::Open, Is::Sure(false)),
        (
            "kubernetes_antrea_network_policy",
            Some("office"),
            json!({"ingress": [{}]}),
            Is::Sure(false),
            Is::Sure(false),
        ),
        (
            "kubernetes_eks_application_network_policy",
            Some("shop"),
            json!({"policyTypes": ["Egress"]}),
            Is::Sure(false),
            Is::Open,
        ),
        (
            "kubernetes_ovn_egress_firewall",
            Some("shop"),
            json!({"egress": [{"type": "Deny"}]}),
            Is::Sure(false),
            Is::Open,
        ),
        (
            "kubernetes_istio_peer_authentication",
            Some("istio-system"),
            json!({"mtls": {"mode": "STRICT"}}),
            Is::Open,
            Is::Sure(false),
        ),
        (
            "kubernetes_istio_peer_authentication",
            Some("shop"),
            json!({"portLevelMtls": {"80": {"mode": "STRICT"}}}),
            Is::Open,
            Is::Sure(false),
        ),
        (
            "kubernetes_istio_peer_authentication",
            Some("shop"),
            json!({"mtls": {"mode": "PERMISSIVE"}}),
            Is::Sure(false),
            Is::Sure(false),
        ),
        ("kubernetes_istio_authorization_policy", Some("shop"), json!({}), Is::Open, Is::Sure(false)),
        ("kubernetes_istio_authorization_policy", Some("office"), json!({}), Is::Sure(false), Is::Sure(false)),
        ("kubernetes_linkerd_server", Some("shop"), json!({"port": 80}), Is::Open, Is::Sure(false)),
    ] {
        let inventory = cluster([policy(kind, namespace_of, spec)]).build();
        assert_eq!(is(isolated(&namespace(), None, &inventory, Ingress)), ingress, "{kind} {namespace_of:?}");
        assert_eq!(is(isolated(&namespace(), None, &inventory, Egress)), egress, "{kind} {namespace_of:?}");
    }
}

#[test]
fn an_answer_that_is_open_names_the_policy() {
    let deny = json!({"kind": "AdminNetworkPolicy", "spec": {"ingress": [{"action": "Deny"}]}});
    let inventory = cluster([resource("kubernetes_admin_network_policy", None, "deny", deny)]).build();
    let Err(Fault::Unread(unread)) = isolated(&namespace(), None, &inventory, Ingress) else { panic!("it is decided") };
    assert_eq!(&*unread.detail, "AdminNetworkPolicy deny may decide this, and what it says is not read");
}

#[test]
fn lists_that_could_not_be_made_leave_it_open_and_resources_of_a_caller_do_not() {
    let kind = "kubernetes_cilium_network_policy";
    let unlisted = |region: &str| {
        let mut inventory = cluster([]);
        let unread = Arc::new(Unread::new(Reason::AccessDenied, "list"));
        let (account, region) = ("test".into(), region.into());
        inventory.add_gap(Gap { kind: kind.into(), provider: "kubernetes".into(), account, region, unread });
        inventory.build()
    };
    assert_eq!(is(isolated(&namespace(), None, &unlisted(GLOBAL), Ingress)), Is::Open);
    assert_eq!(is(present(&namespace(), &unlisted(GLOBAL))), Is::Open);
    let web = resource("kubernetes_pod", Some("shop"), "web", json!({}));
    assert_eq!(isolated(&web, Some(&web.data), &unlisted("office"), Ingress), Ok(false));
    assert_eq!(isolated(&web, Some(&web.data), &Inventory::default(), Ingress), Ok(false));
}

#[test]
fn policies_of_a_namespace_are_there_and_those_of_the_cluster_may_be() {
    for (kind, namespace_of, expected) in [
        ("kubernetes_cilium_network_policy", Some("shop"), Is::Sure(true)),
        ("kubernetes_calico_stored_network_policy", Some("shop"), Is::Sure(true)),
        ("kubernetes_calico_stored_network_policy", Some("office"), Is::Sure(false)),
        ("kubernetes_calico_global_network_policy", None, Is::Open),
        ("kubernetes_istio_authorization_policy", Some("shop"), Is::Sure(false)),
    ] {
        let inventory = cluster([policy(kind, namespace_of, json!({}))]).build();
        assert_eq!(is(present(&namespace(), &inventory)), expected, "{kind} {namespace_of:?}");
    }
    let shown = resource("kubernetes_calico_network_policy", Some("shop"), "knp.default.web", json!({}));
    assert_eq!(present(&namespace(), &cluster([shown]).build()), Ok(false));
}

#[test]
fn admission_policies_matter_to_what_they_name() {
    for (kind, data, pods, services) in [
        ("kubernetes_gatekeeper_constraint_template", json!({}), Is::Open, Is::Open),
        (
            "kubernetes_kyverno_cluster_policy",
            json!({"spec": {"rules": [{"match": {"kinds": ["v1/Pod"]}}]}}),
            Is::Open,
            Is::Sure(false),
        ),
        (
            "kubernetes_kyverno_cluster_policy",
            json!({"spec": {"rules": [{"match": {"kinds": ["*"]}}]}}),
            Is::Open,
            Is::Open,
        ),
        (
            "kubernetes_kubewarden_cluster_admission_policy",
            json!({"spec": {"rules": [{"resources": ["services"]}]}}),
            Is::Sure(false),
            Is::Open,
        ),
        (
            "kubernetes_validating_admission_policy",
            json!({"spec": {"resources": ["configmaps"]}}),
            Is::Sure(false),
            Is::Sure(false),
        ),
    ] {
        let inventory = cluster([resource(kind, None, "p", data)]).build();
        assert_eq!(is(admission::checked(&namespace(), &inventory, "pods")), pods, "{kind}");
        assert_eq!(is(admission::checked(&namespace(), &inventory, "services")), services, "{kind}");
    }
}

#[test]
fn replicas_are_those_that_a_scaler_keeps() {
    let hpa = |kind: &str, name: &str, least: Value| {
        let spec = json!({"scaleTargetRef": {"kind": kind, "name": name}, "minReplicas": least, "maxReplicas": 9});
        resource(scale::AUTOSCALER, Some("shop"), "hpa", json!({ "spec": spec }))
    };
    let keda = |name: &str, least: Value| {
        let spec = json!({"scaleTargetRef": {"name": name}, "minReplicaCount": least});
        resource("kubernetes_keda_scaled_object", Some("shop"), "keda", json!({ "spec": spec }))
    };
    for (replicas, scalers, least) in [
        (json!(null), vec![], 1),
        (json!(3), vec![], 3),
        (json!(3), vec![hpa("Deployment", "web", json!(null))], 1),
        (json!(1), vec![hpa("Deployment", "web", json!(2))], 2),
        (json!(1), vec![hpa("StatefulSet", "web", json!(2))], 1),
        (json!(1), vec![hpa("Deployment", "api", json!(2))], 1),
        (json!(0), vec![hpa("Deployment", "web", json!(2))], 0),
        (json!(null), vec![keda("web", json!(2))], 2),
        (json!(5), vec![keda("web", json!(null))], 0),
        (json!(5), vec![keda("api", json!(null))], 5),
    ] {
        let workload = resource("kubernetes_deployment", Some("shop"), "web", json!({"spec": {"replicas": replicas}}));
        assert_eq!(least_replicas(&workload, &cluster(scalers).build()), Ok(least), "{replicas}");
    }
}

#[test]
fn secrets_are_made_by_name() {
    for (kind, data, name) in [
        ("kubernetes_external_secret", json!({"spec": {"target": {"name": "db"}}}), "db"),
        ("kubernetes_external_secret", json!({"spec": {"target": {}}}), "p"),
        ("kubernetes_sealed_secret", json!({"spec": {"template": {"metadata": {"name": "db"}}}}), "db"),
        ("kubernetes_sealed_secret", json!({}), "p"),
        ("kubernetes_cert_manager_certificate", json!({"spec": {"secretName": "tls"}}), "tls"),
    ] {
        let inventory = cluster([resource(kind, Some("shop"), "p", data)]).build();
        let pod = |namespace| resource("kubernetes_pod", Some(namespace), "web", json!({}));
        assert_eq!(secret::made(&pod("shop"), &inventory, name), Ok(true), "{kind}");
        assert_eq!(secret::made(&pod("shop"), &inventory, "other"), Ok(false), "{kind}");
        assert_eq!(secret::made(&pod("office"), &inventory, name), Ok(false), "{kind}");
    }
}
