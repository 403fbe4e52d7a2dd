//! What the spec of a policy says of itself.

use cspm_core::Data;

use crate::analysis::kleene::{and, any, not};
use crate::analysis::kubernetes::fields::{any_text, below, field, is_empty, list};
use crate::analysis::kubernetes::selector::selects_object;
use crate::analysis::read::unexpected;
use crate::analysis::{Answer, Fault};

pub(super) const SPEC: &str = "the spec of a network policy";

/// Which traffic of a pod is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// What comes in.
    Ingress,
    /// What goes out.
    Egress,
}

impl Direction {
    /// Reads `Ingress` or `Egress`.
    ///
    /// # Errors
    /// [`Fault::Invalid`] for any other text.
    pub fn parse(text: &str) -> Answer<Self> {
        match text {
            "Ingress" => Ok(Self::Ingress),
            "Egress" => Ok(Self::Egress),
            _ => Err(Fault::Invalid(format!("`{text}` is neither Ingress nor Egress"))),
        }
    }

    /// `Ingress` or `Egress`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ingress => "Ingress",
            Self::Egress => "Egress",
        }
    }

    /// The field of a spec that has the rules, and that of a rule that has the peers.
    pub(crate) const fn fields(self) -> (&'static str, &'static str) {
        match self {
            Self::Ingress => ("ingress", "from"),
            Self::Egress => ("egress", "to"),
        }
    }
}

/// Whether a policy isolates the pods that it selects in this direction: whether it is of that type.
///
/// Where `policyTypes` is absent or empty, the API server makes it `Ingress`, and `Egress` too where there are rules
/// for egress; an empty list of them does not count:
/// <https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/networking/v1/defaults.go>.
///
/// # Errors
/// [`Fault::Unread`] where an unread part could change the answer; [`Fault::Invalid`] for a value of the wrong type.
pub fn isolates(spec: &Data, direction: Direction) -> Answer<bool> {
    let types = list(spec, "policyTypes", SPEC)?;
    if !types.is_empty() {
        let known = any_text(types, "policyTypes", |name| Direction::parse(name) == Ok(direction));
        return match types.iter().filter_map(Data::as_str).find_map(|name| Direction::parse(name).err()) {
            Some(fault) if known != Ok(true) => Err(fault),
            _ => known,
        };
    }
    match direction {
        Direction::Ingress => Ok(true),
        Direction::Egress => not(is_empty(list(spec, "egress", SPEC)?)),
    }
}

/// Whether a policy lets all traffic through in a direction in which it isolates: one of its rules has neither peers
/// nor ports. Such a policy undoes all others for the pods that it selects. Rules that name all peers, as with
/// `0.0.0.0/0`, do not count.
///
/// # Errors
/// As [`isolates`].
pub fn allows_all(spec: &Data, direction: Direction) -> Answer<bool> {
    let (rules, peers) = direction.fields();
    and(isolates(spec, direction), || {
        any(list(spec, rules, SPEC)?.iter().map(|rule| {
            let lacks = |key: &str| is_empty(list(rule, key, "a rule")?);
            and(lacks(peers), || lacks("ports"))
        }))
    })
}

/// Whether a policy selects a pod of its namespace. A policy without selector selects all.
pub(super) fn selects_pod(spec: &Data, pod: &Data) -> Answer<bool> {
    match field(spec, "podSelector", SPEC)? {
        None => Ok(true),
        Some(selector) => selects_object(selector, pod),
    }
}

/// Whether some policy isolates a pod (a native object, or the template of one) in a direction. None isolates a pod
/// that is on the network of its node. `specs` are those of
/// all policies of the pod's namespace; a fault among them stands for any number that were not read.
///
/// # Errors
/// As [`isolates`].
pub fn pod_isolated<'a>(
    pod: &Data,
    specs: impl IntoIterator<Item = Answer<&'a Data>>,
    direction: Direction,
) -> Answer<bool> {
    let isolated = any(specs.into_iter().map(|spec| {
        let spec = spec?;
        and(isolates(spec, direction), || selects_pod(spec, pod))
    }));
    and(isolated, || not(is_on_host(pod)))
}

/// Whether a pod is on the network of its node.
pub(super) fn is_on_host(pod: &Data) -> Answer<bool> {
    match below(pod, "spec", "hostNetwork")? {
        None => Ok(false),
        Some(Data::Bool(on_host)) => Ok(*on_host),
        Some(other) => Err(unexpected(other, "hostNetwork", "bool")),
    }
}

/// Whether a policy selects none of the pods (native objects) of its namespace: it protects nothing. A fault among the
/// pods stands for any number that were not read.
///
/// # Errors
/// As [`isolates`].
pub fn selects_nothing<'a>(spec: &Data, pods: impl IntoIterator<Item = Answer<&'a Data>>) -> Answer<bool> {
    not(any(pods.into_iter().map(|pod| selects_pod(spec, pod?))))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Direction::{Egress, Ingress};
    use super::*;
    use crate::analysis::testing::{data, unread};

    #[test]
    fn a_policy_isolates_as_its_types_say() {
        for (spec, ingress, egress) in [
            (json!({"podSelector": {}}), Ok(true), Ok(false)),
            (json!({"policyTypes": null, "egress": null}), Ok(true), Ok(false)),
            (json!({"policyTypes": [], "egress": []}), Ok(true), Ok(false)),
            (json!({"egress": [{}]}), Ok(true), Ok(true)),
            (json!({"egress": [null]}), Ok(true), Ok(true)),
            (json!({"policyTypes": ["Egress"], "ingress": [{}]}), Ok(false), Ok(true)),
            (json!({"policyTypes": ["Ingress"], "egress": [{}]}), Ok(true), Ok(false)),
            (json!({"policyTypes": ["Ingress", "Egress"]}), Ok(true), Ok(true)),
            (json!("unread!"), unread(), unread()),
            (json!({"policyTypes": "unread!"}), unread(), unread()),
            (json!({"policyTypes": ["Egress", "unread!"]}), unread(), Ok(true)),
            (json!({"egress": "unread!"}), Ok(true), unread()),
            (json!({"egress": ["unread!"]}), Ok(true), unread()),
            (json!({"egress": [{}, "unread!"]}), Ok(true), Ok(true)),
        ] {
            let policy = data(spec.clone());
            assert_eq!((isolates(&policy, Ingress), isolates(&policy, Egress)), (ingress, egress), "{spec}");
        }
        let wrong = Err(Fault::Invalid("`ingress` is neither Ingress nor Egress".to_owned()));
        assert_eq!(isolates(&data(json!({"policyTypes": ["ingress"]})), Ingress), wrong);
        assert_eq!(Direction::parse("ingress").map(|_| true), wrong);
    }

    #[test]
    fn a_rule_without_peers_and_ports_allows_all() {
        let peer = || json!([{"podSelector": {}}]);
        for (spec, ingress, egress) in [
            (json!({"ingress": [{}]}), Ok(true), Ok(false)),
            (json!({"ingress": [null]}), Ok(true), Ok(false)),
            (json!({"ingress": [{"from": [], "ports": null}]}), Ok(true), Ok(false)),
            (json!({"ingress": [{"from": peer()}]}), Ok(false), Ok(false)),
            (json!({"ingress": [{"ports": [{"port": 80}]}]}), Ok(false), Ok(false)),
            (json!({"ingress": [{"from": peer()}, {}]}), Ok(true), Ok(false)),
            (json!({"ingress": [{"to": peer()}]}), Ok(true), Ok(false)),
            (json!({"ingress": []}), Ok(false), Ok(false)),
            (json!({}), Ok(false), Ok(false)),
            (json!({"egress": [{}]}), Ok(false), Ok(true)),
            (json!({"policyTypes": ["Egress"], "ingress": [{}], "egress": [{}]}), Ok(false), Ok(true)),
            (json!({"policyTypes": ["Ingress"], "ingress": [{}], "egress": [{}]}), Ok(true), Ok(false)),
            (json!({"ingress": "unread!"}), unread(), Ok(false)),
            (json!({"ingress": ["unread!"]}), unread(), Ok(false)),
            (json!({"ingress": ["unread!", {}]}), Ok(true), Ok(false)),
            (json!({"ingress": [{"from": "unread!"}]}), unread(), Ok(false)),
            (json!({"ingress": [{"from": ["unread!"]}]}), unread(), Ok(false)),
            (json!({"ingress": [{"from": ["unread!"], "ports": [{"port": 80}]}]}), Ok(false), Ok(false)),
            (json!({"policyTypes": "unread!", "ingress": []}), Ok(false), Ok(false)),
            (json!({"policyTypes": "unread!", "ingress": [{}]}), unread(), Ok(false)),
        ] {
            let policy = data(spec.clone());
            assert_eq!((allows_all(&policy, Ingress), allows_all(&policy, Egress)), (ingress, egress), "{spec}");
        }
    }

    #[test]
    fn a_pod_is_isolated_by_any_policy_that_selects_it() {
        let web = || json!({"podSelector": {"matchLabels": {"app": "web"}}});
        let egress = || json!({"policyTypes": ["Egress"]});
        for (specs, labels, isolated) in [
            (json!([]), json!({"app": "web"}), Ok(false)),
            (json!([web()]), json!({"app": "web"}), Ok(true)),
            (json!([web()]), json!({"app": "db"}), Ok(false)),
            (json!([web()]), json!(null), Ok(false)),
            (json!([{"podSelector": null}]), json!(null), Ok(true)),
            (json!([{"podSelector": {}}]), json!({"app": "db"}), Ok(true)),
            (json!([egress()]), json!({"app": "web"}), Ok(false)),
            (json!([web(), "unread!"]), json!({"app": "web"}), Ok(true)),
            (json!([web(), "unread!"]), json!({"app": "db"}), unread()),
            (json!([{"podSelector": "unread!"}]), json!({"app": "db"}), unread()),
            (json!([{"podSelector": "unread!", "policyTypes": ["Egress"]}]), json!({"app": "db"}), Ok(false)),
            (json!([web()]), json!("unread!"), unread()),
            (json!([{}]), json!("unread!"), Ok(true)),
        ] {
            let specs: Vec<Data> = data(specs).as_list().unwrap().to_vec();
            let pod = data(json!({"metadata": {"labels": labels}}));
            assert_eq!(pod_isolated(&pod, specs.iter().map(Ok), Ingress), isolated, "{specs:?}");
        }
    }

    #[test]
    fn a_pod_on_the_host_is_not_isolated() {
        for (on_host, isolated) in [
            (json!(true), Ok(false)),
            (json!(false), Ok(true)),
            (json!("unread!"), unread()),
            (json!("yes"), Err(Fault::Invalid("hostNetwork is of type string, not bool".to_owned()))),
        ] {
            let pod = data(json!({"spec": {"hostNetwork": on_host}}));
            assert_eq!(pod_isolated(&pod, [Ok(&Data::Null)], Ingress), isolated);
            assert_eq!(pod_isolated(&pod, [], Ingress), Ok(false));
        }
    }

    #[test]
    fn a_policy_without_pods_selects_nothing() {
        let pod = |labels: Value| json!({"metadata": {"labels": labels}});
        for (selector, pods, nothing) in [
            (json!({"matchLabels": {"app": "web"}}), json!([pod(json!({"app": "web"})), "unread!"]), Ok(false)),
            (json!({"matchLabels": {"app": "web"}}), json!([pod(json!({"app": "db"})), {}]), Ok(true)),
            (json!({"matchLabels": {"app": "web"}}), json!([pod(json!({"app": "db"})), "unread!"]), unread()),
            (json!({"matchLabels": {"app": "web"}}), json!([pod(json!("unread!"))]), unread()),
            (json!("unread!"), json!([pod(json!({"app": "db"}))]), unread()),
            (json!("unread!"), json!([]), Ok(true)),
            (json!({}), json!([]), Ok(true)),
            (json!({}), json!([{}]), Ok(false)),
        ] {
            let spec = data(json!({"podSelector": selector}));
            let pods: Vec<Data> = data(pods).as_list().unwrap().to_vec();
            assert_eq!(selects_nothing(&spec, pods.iter().map(Ok)), nothing, "{spec:?} {pods:?}");
        }
    }
}
