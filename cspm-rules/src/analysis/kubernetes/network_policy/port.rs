//! Ports of rules: <https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/>.

use std::fmt;

use cspm_core::Data;

use crate::analysis::kleene::{and, any};
use crate::analysis::kubernetes::fields::{below, field, list};
use crate::analysis::read::{int, text, unexpected};
use crate::analysis::{Answer, Fault};

const PORT: &str = "a port";

/// A protocol that policies tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// Reads `TCP`, `UDP` or `SCTP`.
    ///
    /// # Errors
    /// [`Fault::Invalid`] for any other text.
    pub fn parse(text: &str) -> Answer<Self> {
        match text {
            "TCP" => Ok(Self::Tcp),
            "UDP" => Ok(Self::Udp),
            "SCTP" => Ok(Self::Sctp),
            _ => Err(Fault::Invalid(format!("`{text}` is none of TCP, UDP and SCTP"))),
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        })
    }
}

/// A port that traffic is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// The protocol.
    pub protocol: Protocol,
    /// The number.
    pub number: u16,
}

impl Port {
    /// A port of TCP.
    #[must_use]
    pub const fn tcp(number: u16) -> Self {
        Self { protocol: Protocol::Tcp, number }
    }
}

/// Whether a rule is for the port; without ports it is for all. `target` is the pod that the traffic is for, among
/// whose ports names are looked up; outside of the cluster there are none.
pub(super) fn meets_ports(rule: &Data, port: Port, target: Option<&Data>) -> Answer<bool> {
    let ports = list(rule, "ports", "a rule")?;
    match ports.is_empty() {
        true => Ok(true),
        false => any(ports.iter().map(|item| meets(item, port, target))),
    }
}

fn meets(item: &Data, port: Port, target: Option<&Data>) -> Answer<bool> {
    and(is_of(item, port.protocol), || match field(item, "port", PORT)? {
        None => Ok(true),
        Some(Data::Int(first)) => {
            let number = i64::from(port.number);
            let last = || int(field(item, "endPort", PORT)?, "endPort");
            and(Ok(*first <= number), || Ok(number <= last()?.unwrap_or(*first)))
        }
        Some(Data::Str(name)) => match target {
            Some(pod) => has_port(pod, name, port),
            None => Ok(false),
        },
        Some(other) => Err(unexpected(other, "port", "int or string")),
    })
}

/// Whether a port is of a protocol, which is TCP where none is given.
fn is_of(port: &Data, protocol: Protocol) -> Answer<bool> {
    match field(port, "protocol", PORT)? {
        None => Ok(protocol == Protocol::Tcp),
        Some(name) => Ok(Protocol::parse(text(name, "protocol")?)? == protocol),
    }
}

/// Whether a container of the pod gives the port this name: one that runs beside the others, which an init container
/// does if it is restarted always.
fn has_port(pod: &Data, name: &str, port: Port) -> Answer<bool> {
    let containers = |key: &str| -> Answer<&[Data]> {
        match below(pod, "spec", key)? {
            None => Ok(&[]),
            Some(Data::List(containers)) => Ok(containers),
            Some(other) => Err(unexpected(other, key, "list")),
        }
    };
    let has = |container: &Data| {
        any(list(container, "ports", "a container")?.iter().map(|item| {
            let is_named = match field(item, "name", PORT)? {
                Some(known) => text(known, "name")? == name,
                None => false,
            };
            let number = || Ok(int(field(item, "containerPort", PORT)?, "containerPort")? == Some(port.number.into()));
            and(Ok(is_named), || and(number(), || is_of(item, port.protocol)))
        }))
    };
    let stays = |container: &Data| match field(container, "restartPolicy", "a container")? {
        Some(policy) => Ok(text(policy, "restartPolicy")? == "Always"),
        None => Ok(false),
    };
    let main = containers("containers").and_then(|containers| any(containers.iter().map(has)));
    let sidecars = containers("initContainers")
        .and_then(|containers| any(containers.iter().map(|container| and(has(container), || stays(container)))));
    any([main, sidecars])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::analysis::testing::{data, unread};

    fn pod() -> Value {
        json!({"spec": {
            "containers": [
                {"ports": [{"name": "web", "containerPort": 8080}, {"containerPort": 9000}]},
                {"ports": [{"name": "dns", "containerPort": 53, "protocol": "UDP"}]},
            ],
            "initContainers": [
                {"restartPolicy": "Always", "ports": [{"name": "proxy", "containerPort": 15001}]},
                {"ports": [{"name": "setup", "containerPort": 15002}]},
            ],
        }})
    }

    fn meets(ports: Value, port: Port, target: Option<Value>) -> Answer<bool> {
        let target = target.map(data);
        meets_ports(&data(json!({ "ports": ports })), port, target.as_ref())
    }

    #[test]
    fn numbers_ranges_names_and_protocols_are_understood() {
        let udp = |number| Port { protocol: Protocol::Udp, number };
        for (ports, port, met) in [
            (json!(null), Port::tcp(22), true),
            (json!([]), udp(22), true),
            (json!([{}]), Port::tcp(22), true),
            (json!([{}]), udp(22), false),
            (json!([{"protocol": "UDP"}]), udp(22), true),
            (json!([{"port": 80}]), Port::tcp(80), true),
            (json!([{"port": 80}]), Port::tcp(81), false),
            (json!([{"port": 80}]), udp(80), false),
            (json!([{"port": 80}, {"port": 443}]), Port::tcp(443), true),
            (json!([{"port": 80, "endPort": 90}]), Port::tcp(85), true),
            (json!([{"port": 80, "endPort": 90}]), Port::tcp(90), true),
            (json!([{"port": 80, "endPort": 90}]), Port::tcp(91), false),
            (json!([{"port": 80, "endPort": 90}]), Port::tcp(79), false),
            (json!([{"port": "web"}]), Port::tcp(8080), true),
            (json!([{"port": "web"}]), Port::tcp(9000), false),
            (json!([{"port": "dns"}]), Port::tcp(53), false),
            (json!([{"port": "dns"}]), udp(53), false),
            (json!([{"port": "dns", "protocol": "UDP"}]), udp(53), true),
            (json!([{"port": "proxy"}]), Port::tcp(15001), true),
            (json!([{"port": "setup"}]), Port::tcp(15002), false),
            (json!([{"port": "other"}]), Port::tcp(8080), false),
        ] {
            assert_eq!(meets(ports.clone(), port, Some(pod())), Ok(met), "{ports} {port:?}");
        }
        assert_eq!(meets(json!([{"port": "web"}]), Port::tcp(8080), None), Ok(false), "names mean nothing outside");
    }

    #[test]
    fn what_was_not_read_only_matters_where_nothing_else_decides() {
        for (ports, met) in [
            (json!("unread!"), unread()),
            (json!(["unread!"]), unread()),
            (json!(["unread!", {"port": 80}]), Ok(true)),
            (json!([{"port": "unread!"}]), unread()),
            (json!([{"port": "unread!", "protocol": "UDP"}]), Ok(false)),
            (json!([{"port": 80, "protocol": "unread!"}]), unread()),
            (json!([{"port": 81, "protocol": "unread!"}]), Ok(false)),
            (json!([{"port": 70, "endPort": "unread!"}]), unread()),
            (json!([{"port": 90, "endPort": "unread!"}]), Ok(false)),
        ] {
            assert_eq!(meets(ports.clone(), Port::tcp(80), None), met, "{ports}");
        }
        for (pod, met) in [
            (json!("unread!"), unread()),
            (json!({"spec": {"containers": "unread!"}}), unread()),
            (json!({"spec": {"containers": [{"ports": "unread!"}]}}), unread()),
            (json!({"spec": {"containers": ["unread!", {"ports": [{"name": "web", "containerPort": 80}]}]}}), Ok(true)),
            (json!({"spec": {"containers": [{"ports": [{"name": "unread!", "containerPort": 80}]}]}}), unread()),
            (json!({"spec": {"containers": [], "initContainers": "unread!"}}), unread()),
            (json!({"spec": {"containers": [], "initContainers": [{"restartPolicy": "unread!"}]}}), Ok(false)),
        ] {
            assert_eq!(meets(json!([{"port": "web"}]), Port::tcp(80), Some(pod.clone())), met, "{pod}");
        }
    }

    #[test]
    fn what_the_api_refuses_is_invalid() {
        for (ports, message) in [
            (json!([{"port": 80, "protocol": "tcp"}]), "`tcp` is none of TCP, UDP and SCTP"),
            (json!([{"port": true}]), "port is of type bool, not int or string"),
            (json!([{"port": 80, "endPort": "90"}]), "endPort is of type string, not int"),
            (json!({"port": 80}), "ports is of type map, not list"),
        ] {
            assert_eq!(meets(ports, Port::tcp(80), None), Err(Fault::Invalid(message.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn a_range_has_the_ports_between_its_ends(first in 1u16..20, length in 0u16..20, number in 1u16..40) {
            let ports = json!([{"port": first, "endPort": first + length}]);
            let within = (first..=first + length).contains(&number);
            prop_assert_eq!(meets(ports, Port::tcp(number), None), Ok(within));
        }
    }
}
