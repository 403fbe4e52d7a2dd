//! Network policies that are not Kubernetes' own: of Cilium, Calico, Antrea, EKS and OVN-Kubernetes, those of
//! administrators, and what service meshes let in.

use cspm_core::{Data, Resource};

use super::{Lookup, concerning, has_items, may_decide, namespace_of};
use crate::analysis::kleene::any;
use crate::analysis::kubernetes::fields::{below, field, list};
use crate::analysis::kubernetes::network_policy::Direction;
use crate::analysis::kubernetes::selector::selects_object;
use crate::analysis::{Answer, Fault, View};

/// Which they are, and what is read of them.
const KINDS: &[(&str, Engine)] = &[
    ("kubernetes_cilium_network_policy", Engine::Cilium),
    ("kubernetes_cilium_clusterwide_network_policy", Engine::Cilium),
    ("kubernetes_calico_network_policy", Engine::Calico),
    ("kubernetes_calico_global_network_policy", Engine::Calico),
    ("kubernetes_calico_stored_network_policy", Engine::Calico),
    ("kubernetes_calico_stored_global_network_policy", Engine::Calico),
    ("kubernetes_admin_network_policy", Engine::Rules),
    ("kubernetes_baseline_admin_network_policy", Engine::Rules),
    ("kubernetes_cluster_network_policy", Engine::Rules),
    ("kubernetes_antrea_network_policy", Engine::Rules),
    ("kubernetes_antrea_cluster_network_policy", Engine::Rules),
    ("kubernetes_eks_cluster_network_policy", Engine::Rules),
    ("kubernetes_eks_application_network_policy", Engine::Rules),
    ("kubernetes_ovn_egress_firewall", Engine::Rules),
    ("kubernetes_istio_peer_authentication", Engine::MutualTls),
    ("kubernetes_istio_authorization_policy", Engine::Ingress),
    ("kubernetes_linkerd_server", Engine::Ingress),
];

/// The look-ups of what is asked here.
pub(crate) const LOOKUPS: &[Lookup] = &{
    let mut all = [("", "region"); KINDS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at].0 = KINDS[at].0;
        at += 1;
    }
    all
};

/// Where Istio keeps what is for all namespaces, unless it is told otherwise.
/// <https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-root_namespace>
const ISTIO_ROOT: &str = "istio-system";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Engine {
    /// <https://docs.cilium.io/en/stable/security/policy/intro/>
    Cilium,
    /// <https://docs.tigera.io/calico/latest/reference/resources/networkpolicy>
    Calico,
    /// Has lists of rules for each direction.
    Rules,
    /// Refuses clients without a certificate of the mesh where it is strict.
    /// <https://istio.io/latest/docs/reference/config/security/peer_authentication/>
    MutualTls,
    /// Decides what comes in.
    Ingress,
}

/// What is asked of the policies.
#[derive(Clone, Copy)]
enum Of<'a> {
    /// All pods of a namespace.
    Namespace,
    /// A pod, or the template of one.
    Pod(&'a Data),
}

/// Whether a policy that is not Kubernetes' own surely isolates the pod, or every pod of the namespace, that is judged.
///
/// # Errors
/// [`Fault::Unread`] where one is there that may, and where they were not listed.
pub(crate) fn isolated<'a>(
    resource: &'a Resource,
    pod: Option<&Data>,
    inventory: impl Into<View<'a>>,
    direction: Direction,
) -> Answer<bool> {
    let of = pod.map_or(Of::Namespace, Of::Pod);
    any(policies(resource, inventory.into()).into_iter().map(|policy| {
        let (engine, policy) = policy?;
        match engine {
            Engine::Cilium => cilium(policy, of, direction),
            Engine::Calico => calico(policy, direction),
            engine if concerns(engine, policy, direction)? => Err(may_decide(policy)),
            _ => Ok(false),
        }
    }))
}

/// Whether there is none that may decide what reaches the pod, or what it reaches.
///
/// # Errors
/// [`Fault::Unread`] where there is one, and where they were not listed.
pub(crate) fn none_decides<'a>(
    resource: &'a Resource,
    pod: Option<&Data>,
    inventory: impl Into<View<'a>>,
    direction: Direction,
) -> Answer<bool> {
    let of = pod.map_or(Of::Namespace, Of::Pod);
    let decides = any(policies(resource, inventory.into()).into_iter().map(|policy| {
        let (engine, policy) = policy?;
        let concerned = match engine {
            Engine::Cilium => any(specs(policy)?
                .into_iter()
                .map(|spec| Ok(cilium_rules(spec, direction)? && cilium_selects(spec, of) != Ok(false))))?,
            Engine::Calico => calico_types(policy, direction)?,
            engine => concerns(engine, policy, direction)?,
        };
        if concerned { Err(may_decide(policy)) } else { Ok(false) }
    }));
    decides.map(|decides| !decides)
}

/// Whether there is one in the namespace itself, or for the whole cluster.
///
/// # Errors
/// [`Fault::Unread`] where only one for the whole cluster is there, and where they were not listed.
pub(crate) fn present<'a>(resource: &'a Resource, inventory: impl Into<View<'a>>) -> Answer<bool> {
    any(policies(resource, inventory.into()).into_iter().map(|policy| {
        let (engine, policy) = policy?;
        match engine {
            Engine::MutualTls | Engine::Ingress => Ok(false),
            _ if *policy.region == *namespace_of(resource) => Ok(true),
            _ => Err(may_decide(policy)),
        }
    }))
}

/// All that may concern the namespace of a resource, with what is read of them.
fn policies<'a>(resource: &'a Resource, view: View<'a>) -> Vec<Answer<(Engine, &'a Resource)>> {
    let of_kind = |(kind, engine): &(&'static str, Engine)| {
        let mut found = concerning(kind, resource, view);
        if matches!(engine, Engine::MutualTls | Engine::Ingress) && namespace_of(resource) != ISTIO_ROOT {
            let root = view.inventory.find_all(kind, "region", &Data::from(ISTIO_ROOT), resource);
            found.extend(root.iter().map(Ok));
        }
        let engine = *engine;
        found.into_iter().map(move |policy| policy.map(|policy| (engine, policy)))
    };
    let all = KINDS.iter().flat_map(of_kind);
    all.filter(|policy| !matches!(policy, Ok((Engine::Calico, policy)) if is_shown_by_calico(policy))).collect()
}

/// Whether it is a policy of Kubernetes, which Calico's API server shows among its own.
/// <https://github.com/projectcalico/calico/blob/master/libcalico-go/lib/backend/k8s/conversion/constants.go>
fn is_shown_by_calico(policy: &Resource) -> bool {
    ["knp.default.", "kanp.", "kbanp.", "kcnp."].iter().any(|prefix| policy.name.starts_with(prefix))
}

/// Whether a policy, of which no more is read, is about a direction.
fn concerns(engine: Engine, policy: &Resource, direction: Direction) -> Answer<bool> {
    let Some(spec) = field(&policy.data, "spec", "a policy")? else { return Ok(engine == Engine::Ingress) };
    match engine {
        Engine::MutualTls if direction == Direction::Ingress => is_strict(spec),
        Engine::Ingress => Ok(direction == Direction::Ingress),
        Engine::MutualTls => Ok(false),
        _ => {
            let types = list(spec, "policyTypes", "a policy")?;
            let typed = types.iter().any(|name| name.as_str() == Some(direction.name()));
            Ok(typed || has_items(spec, direction.fields().0)?)
        }
    }
}

/// Whether clients without mutual TLS are refused, on all ports or some.
fn is_strict(spec: &Data) -> Answer<bool> {
    let strict = |mode: Option<&Data>| mode.and_then(Data::as_str) == Some("STRICT");
    if strict(below(spec, "mtls", "mode")?) {
        return Ok(true);
    }
    let ports = field(spec, "portLevelMtls", "a policy")?.and_then(Data::as_object);
    Ok(ports.is_some_and(|ports| ports.values().iter().any(|port| strict(port.get("mode")))))
}

/// The specs of a policy of Cilium: it has one, or a list of them.
fn specs(policy: &Resource) -> Answer<Vec<&Data>> {
    let more = list(&policy.data, "specs", "a policy")?;
    Ok(field(&policy.data, "spec", "a policy")?.into_iter().chain(more).collect())
}

/// Whether a policy of Cilium isolates: it has rules for the direction, and does not say that the rest is let through.
fn cilium(policy: &Resource, of: Of<'_>, direction: Direction) -> Answer<bool> {
    let rules = direction.fields().0;
    any(specs(policy)?.into_iter().map(|spec| {
        let open = below(spec, "enableDefaultDeny", rules)?.and_then(Data::as_bool) == Some(false);
        if open || !cilium_rules(spec, direction)? || cilium_selects(spec, of) == Ok(false) {
            return Ok(false);
        }
        let allows_all = list(spec, rules, "a policy")?.iter().any(cilium_allows_all);
        if allows_all || cilium_selects(spec, of) != Ok(true) { Err(may_decide(policy)) } else { Ok(true) }
    }))
}

/// Whether a spec has rules for the direction of pods. An empty list of them says nothing.
fn cilium_rules(spec: &Data, direction: Direction) -> Answer<bool> {
    let (rules, denied) = match direction {
        Direction::Ingress => ("ingress", "ingressDeny"),
        Direction::Egress => ("egress", "egressDeny"),
    };
    let of_nodes = field(spec, "nodeSelector", "a policy")?.is_some();
    Ok(!of_nodes && (has_items(spec, rules)? || has_items(spec, denied)?))
}

/// Whether the pod, or every pod of a namespace, is selected. Labels with a source, and those that Cilium adds, are not
/// looked at.
fn cilium_selects(spec: &Data, of: Of<'_>) -> Answer<bool> {
    let unclear = || Fault::not_given("endpointSelector");
    let selector = field(spec, "endpointSelector", "a policy")?.ok_or_else(unclear)?;
    let labels = field(selector, "matchLabels", "a selector")?.and_then(Data::as_object);
    let mut keys: Vec<&str> = labels.into_iter().flat_map(|labels| labels.iter()).map(|(key, _)| key).collect();
    for expression in list(selector, "matchExpressions", "a selector")? {
        keys.extend(expression.get("key").and_then(Data::as_str));
    }
    match of {
        _ if keys.is_empty() => Ok(true),
        Of::Pod(pod) if !keys.iter().any(|key| key.contains(':') || key.contains("io.kubernetes.")) => {
            selects_object(selector, pod)
        }
        _ => Err(unclear()),
    }
}

/// Whether a rule of Cilium lets everything through.
fn cilium_allows_all(rule: &Data) -> bool {
    let items = |key: &str| rule.get(key).and_then(Data::as_list).unwrap_or_default();
    let everything = ["fromEntities", "toEntities"].iter().flat_map(|key| items(key));
    everything.filter_map(Data::as_str).any(|entity| entity == "all")
        || ["fromEndpoints", "toEndpoints"].iter().flat_map(|key| items(key)).any(is_empty_map)
}

fn is_empty_map(data: &Data) -> bool {
    data.as_object().is_some_and(cspm_core::Object::is_empty)
}

/// Whether a policy of Calico isolates: it is for all pods, in the default tier, and no rule of it lets all through.
fn calico(policy: &Resource, direction: Direction) -> Answer<bool> {
    if !calico_types(policy, direction)? {
        return Ok(false);
    }
    let Some(spec) = field(&policy.data, "spec", "a policy")? else { return Err(may_decide(policy)) };
    let text =
        |key: &str| field(spec, key, "a policy").map(|value| value.map_or("", |value| value.as_str().unwrap_or("?")));
    let set = |key: &str| Ok::<_, Fault>(field(spec, key, "a policy")?.and_then(Data::as_bool) == Some(true));
    let mut simple = ["", "default"].contains(&text("tier")?) && text("serviceAccountSelector")?.is_empty();
    for key in ["selector", "namespaceSelector"] {
        simple &= ["", "all()"].contains(&text(key)?);
    }
    for key in ["doNotTrack", "preDNAT", "applyOnForward"] {
        simple &= !set(key)?;
    }
    for rule in list(spec, direction.fields().0, "a policy")? {
        let action = rule.get("action").and_then(Data::as_str).unwrap_or_default();
        let narrowed = rule
            .as_object()
            .is_some_and(|rule| rule.keys().iter().any(|key| !["action", "metadata"].contains(&&**key)));
        simple &= matches!(action, "Deny" | "Log") || action == "Allow" && narrowed;
    }
    if simple { Ok(true) } else { Err(may_decide(policy)) }
}

/// Whether a policy of Calico is for a direction: where it does not say so, its rules do.
fn calico_types(policy: &Resource, direction: Direction) -> Answer<bool> {
    let Some(spec) = field(&policy.data, "spec", "a policy")? else { return Ok(false) };
    let types = list(spec, "types", "a policy")?;
    if !types.is_empty() {
        return Ok(types.iter().any(|name| name.as_str() == Some(direction.name())));
    }
    let (ingress, egress) = (has_items(spec, "ingress")?, has_items(spec, "egress")?);
    Ok(if direction == Direction::Egress { egress } else { ingress || !egress })
}
