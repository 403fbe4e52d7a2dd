//! The other side of traffic.

use cspm_core::Data;

use super::block::Addresses;
use super::spec::is_on_host;
use crate::analysis::kleene::{and, any, not};
use crate::analysis::kubernetes::fields::{below, field};
use crate::analysis::kubernetes::selector::{label, matches, selects_object};
use crate::analysis::read::text;
use crate::analysis::{Answer, Fault};

/// The label that every namespace has: its name.
/// <https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name>
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

const PEER: &str = "a peer";

/// A pod, or the template of one.
#[derive(Clone, Copy, Debug)]
pub struct Pod<'a> {
    /// Its namespace.
    pub namespace: &'a str,
    /// The labels of its namespace, asked for where it is a peer. The name that every namespace has as a label need not
    /// be among them.
    pub namespace_labels: &'a Data,
    /// The pod as the API has it: labels, containers' ports and addresses are read.
    pub object: &'a Data,
}

impl<'a> Pod<'a> {
    /// Whether both are the same pod: of the same namespace and name. A template has no name, and is no pod yet.
    pub(super) fn is(&self, other: &Self) -> Answer<bool> {
        and(Ok(self.namespace == other.namespace), || match self.name()? {
            Some(name) => Ok(other.name()? == Some(name)),
            None => Ok(false),
        })
    }

    fn name(&self) -> Answer<Option<&'a str>> {
        below(self.object, "metadata", "name")?.map(|name| text(name, "name")).transpose()
    }

    fn in_block(&self, block: &Data) -> Answer<bool> {
        let is_in = |address: &Data| Addresses::one(text(address, "podIP")?)?.meet(block);
        match below(self.object, "status", "podIPs")? {
            Some(Data::List(addresses)) if !addresses.is_empty() => {
                any(addresses.iter().map(|item| field(item, "ip", "an address")?.map_or(Ok(false), is_in)))
            }
            _ => is_in(below(self.object, "status", "podIP")?.ok_or_else(|| Fault::not_given("podIP"))?),
        }
    }

    fn in_namespace(&self, selector: &Data) -> Answer<bool> {
        matches(selector, &|key| match key {
            NAMESPACE_NAME => Ok(Some(self.namespace)),
            key => label(self.namespace_labels, key),
        })
    }
}

/// The other side of traffic.
#[derive(Clone, Copy, Debug)]
pub enum Peer<'a> {
    /// A pod of the cluster.
    Pod(Pod<'a>),
    /// Some address outside the cluster; see [`Peer::outside`].
    Outside(Addresses),
}

impl<'a> Peer<'a> {
    /// Some address of a CIDR (or a single address) that is no pod's: traffic passes if it passes for one of them.
    /// Those of `0.0.0.0/0` and `::/0` are the internet's: only the public ones are meant.
    ///
    /// # Errors
    /// [`Fault::Invalid`] where the text is no CIDR.
    pub fn outside(cidr: &str) -> Answer<Self> {
        Addresses::parse(cidr).map(Self::Outside)
    }

    pub(super) fn object(&self) -> Option<&'a Data> {
        match self {
            Self::Pod(pod) => Some(pod.object),
            Self::Outside(_) => None,
        }
    }

    /// Whether an item of `from` or `to` of a policy of `namespace` means it.
    pub(super) fn is_meant(&self, item: &Data, namespace: &str) -> Answer<bool> {
        let part = |key| field(item, key, PEER);
        let pod = match self {
            Self::Outside(addresses) => {
                return match part("ipBlock")? {
                    Some(block) => addresses.meet(block),
                    None if part("podSelector") == Ok(None) && part("namespaceSelector") == Ok(None) => Err(empty()),
                    None => Ok(false),
                };
            }
            Self::Pod(pod) => pod,
        };
        if (part("podSelector"), part("namespaceSelector")) == (Ok(None), Ok(None)) {
            return pod.in_block(part("ipBlock")?.ok_or_else(empty)?);
        }
        let near = part("namespaceSelector").and_then(|selector| match selector {
            Some(selector) => pod.in_namespace(selector),
            None => Ok(pod.namespace == namespace),
        });
        let selected = || match part("podSelector")? {
            Some(selector) => selects_object(selector, pod.object),
            None => Ok(true),
        };
        and(not(is_on_host(pod.object)), || and(near, selected))
    }
}

fn empty() -> Fault {
    Fault::Invalid("a peer has neither podSelector, namespaceSelector nor ipBlock".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::analysis::testing::{data, unread};

    /// Whether the item, in a policy of `ci`, means a pod of a namespace.
    fn means_pod(item: Value, namespace: &str, namespace_labels: Value, object: Value) -> Answer<bool> {
        let (namespace_labels, object) = (data(namespace_labels), data(object));
        let pod = Pod { namespace, namespace_labels: &namespace_labels, object: &object };
        Peer::Pod(pod).is_meant(&data(item), "ci")
    }

    fn web() -> Value {
        json!({"metadata": {"labels": {"app": "web"}}, "status": {"podIP": "10.1.0.7"}})
    }

    #[test]
    fn selectors_of_pods_and_namespaces_mean_pods() {
        let is_web = || json!({"matchLabels": {"app": "web"}});
        let is_prod = || json!({"matchLabels": {"env": "prod"}});
        let is_ci = || json!({"matchLabels": {"kubernetes.io/metadata.name": "ci"}});
        for (item, in_ci, in_prod) in [
            (json!({"podSelector": {}}), true, false),
            (json!({"podSelector": is_web()}), true, false),
            (json!({"podSelector": {"matchLabels": {"app": "db"}}}), false, false),
            (json!({"namespaceSelector": {}}), true, true),
            (json!({"namespaceSelector": is_prod()}), false, true),
            (json!({"namespaceSelector": is_ci()}), true, false),
            (json!({"namespaceSelector": is_prod(), "podSelector": is_web()}), false, true),
            (json!({"namespaceSelector": is_prod(), "podSelector": {"matchLabels": {"app": "db"}}}), false, false),
            (json!({"ipBlock": {"cidr": "10.0.0.0/8"}}), true, true),
            (json!({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}), false, false),
        ] {
            assert_eq!(means_pod(item.clone(), "ci", json!({"env": "test"}), web()), Ok(in_ci), "{item}");
            assert_eq!(means_pod(item.clone(), "prod", json!({"env": "prod"}), web()), Ok(in_prod), "{item}");
            let mut on_host = web();
            on_host["spec"] = json!({"hostNetwork": true});
            let is_block = item.get("ipBlock").is_some();
            assert_eq!(means_pod(item.clone(), "ci", json!({}), on_host), Ok(is_block && in_ci), "{item}");
        }
    }

    #[test]
    fn only_blocks_mean_what_is_outside() {
        let outside = Peer::outside("10.1.0.7").unwrap();
        for (item, meant) in [
            (json!({"podSelector": {}}), Ok(false)),
            (json!({"namespaceSelector": {}}), Ok(false)),
            (json!({"podSelector": "unread!", "ipBlock": null}), Ok(false)),
            (json!({"ipBlock": {"cidr": "10.0.0.0/8"}}), Ok(true)),
            (json!({"ipBlock": "unread!"}), unread()),
            (json!("unread!"), unread()),
            (json!({}), Err(empty())),
        ] {
            assert_eq!(outside.is_meant(&data(item.clone()), "ci"), meant, "{item}");
        }
        assert!(Peer::outside("everywhere").is_err());
    }

    #[test]
    fn what_was_not_read_only_matters_where_nothing_else_decides() {
        let unlabelled = || json!({"metadata": {"labels": "unread!"}});
        let a_is_b = || json!({"matchLabels": {"a": "b"}});
        for (item, labels, pod, meant) in [
            (json!("unread!"), json!({}), web(), unread()),
            (json!({"podSelector": "unread!"}), json!({}), web(), Ok(false)),
            (json!({"namespaceSelector": "unread!"}), json!({}), web(), unread()),
            (json!({"namespaceSelector": {}, "podSelector": "unread!"}), json!({}), web(), unread()),
            (json!({"namespaceSelector": {}}), json!("unread!"), web(), Ok(true)),
            (
                json!({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "prod"}}}),
                json!("unread!"),
                web(),
                Ok(true),
            ),
            (json!({"namespaceSelector": a_is_b()}), json!("unread!"), web(), unread()),
            (
                json!({"namespaceSelector": a_is_b(), "podSelector": {"matchLabels": {"app": "db"}}}),
                json!("unread!"),
                web(),
                Ok(false),
            ),
            (json!({"namespaceSelector": {}, "podSelector": {}}), json!({}), unlabelled(), Ok(true)),
            (
                json!({"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "db"}}}),
                json!({}),
                unlabelled(),
                unread(),
            ),
            (json!({"namespaceSelector": {}}), json!({}), json!({"spec": {"hostNetwork": "unread!"}}), unread()),
            (json!({"ipBlock": {"cidr": "10.0.0.0/8"}}), json!({}), json!({"status": "unread!"}), unread()),
            (json!({"ipBlock": {"cidr": "10.0.0.0/8"}}), json!({}), json!({}), Err(Fault::not_given("podIP"))),
            (json!({}), json!({}), web(), Err(empty())),
        ] {
            assert_eq!(means_pod(item.clone(), "prod", labels.clone(), pod.clone()), meant, "{item} {labels} {pod}");
        }
    }

    #[test]
    fn either_address_of_a_pod_counts() {
        let pod = |addresses: Value| json!({"status": {"podIP": "10.1.0.7", "podIPs": addresses}});
        let block = || json!({"ipBlock": {"cidr": "fd00::/8"}});
        for (addresses, meant) in [
            (json!([{"ip": "10.1.0.7"}, {"ip": "fd00::7"}]), Ok(true)),
            (json!([{"ip": "10.1.0.7"}]), Ok(false)),
            (json!([]), Ok(false)),
            (json!([{"ip": "10.1.0.7"}, "unread!"]), unread()),
            (json!(["unread!", {"ip": "fd00::7"}]), Ok(true)),
            (json!("unread!"), unread()),
        ] {
            assert_eq!(means_pod(block(), "ci", json!({}), pod(addresses)), meant);
        }
    }
}
