//! What the policies of both sides let through.

use cspm_core::Data;

use super::peer::{Peer, Pod};
use super::port::{Port, meets_ports};
use super::spec::{Direction, SPEC, is_on_host, isolates, selects_pod};
use crate::analysis::kleene::{and, any};
use crate::analysis::kubernetes::fields::list;
use crate::analysis::{Answer, Fault};

/// A policy and its namespace.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// Its namespace.
    pub namespace: &'a str,
    /// Its spec.
    pub spec: &'a Data,
}

impl Policy<'_> {
    fn applies(&self, pod: &Pod<'_>, direction: Direction) -> Answer<bool> {
        let selects = || selects_pod(self.spec, pod.object);
        and(Ok(self.namespace == pod.namespace), || and(isolates(self.spec, direction), selects))
    }

    /// Whether one of its rules lets the traffic through.
    fn allows(&self, direction: Direction, peer: &Peer<'_>, port: Port, target: Option<&Data>) -> Answer<bool> {
        let (rules, peers) = direction.fields();
        any(list(self.spec, rules, SPEC)?.iter().map(|rule| {
            let meant = list(rule, peers, "a rule").and_then(|items| match items.is_empty() {
                true => Ok(true),
                false => any(items.iter().map(|item| peer.is_meant(item, self.namespace))),
            });
            and(meant, || meets_ports(rule, port, target))
        }))
    }
}

/// Whether the policies let traffic from a peer into a pod, to one of its ports. Policies of other namespaces than the
/// pod's do not matter; a fault among the policies stands for any number that were not read.
///
/// # Errors
/// [`Fault::Unread`] where an unread part could change the answer; [`Fault::Invalid`] for a value of the wrong type.
pub fn ingress_allowed(policies: &[Answer<Policy<'_>>], pod: &Pod<'_>, from: &Peer<'_>, port: Port) -> Answer<bool> {
    let target = Some(pod.object);
    allowed(policies, pod, Direction::Ingress, |policy| policy.allows(Direction::Ingress, from, port, target))
}

/// Whether the policies let traffic out of a pod to a port of a peer.
///
/// # Errors
/// As [`ingress_allowed`].
pub fn egress_allowed(policies: &[Answer<Policy<'_>>], pod: &Pod<'_>, to: &Peer<'_>, port: Port) -> Answer<bool> {
    let target = to.object();
    allowed(policies, pod, Direction::Egress, |policy| policy.allows(Direction::Egress, to, port, target))
}

/// Whether traffic from one side reaches a port of the other: where they are pods, the policies let it out of the one
/// and into the other. `policies` are those of the namespaces of both.
///
/// # Errors
/// As [`ingress_allowed`].
pub fn reachable(from: &Peer<'_>, to: &Peer<'_>, port: Port, policies: &[Answer<Policy<'_>>]) -> Answer<bool> {
    let egress = match from {
        Peer::Pod(pod) => egress_allowed(policies, pod, to, port),
        Peer::Outside(_) => Ok(true),
    };
    let passes = and(egress, || match to {
        Peer::Pod(pod) => ingress_allowed(policies, pod, from, port),
        Peer::Outside(_) => Ok(true),
    });
    match (passes, from, to) {
        (Ok(true), ..) => Ok(true),
        (passes, Peer::Pod(from), Peer::Pod(to)) => any([passes, from.is(to)]),
        (passes, ..) => passes,
    }
}

fn allowed(
    policies: &[Answer<Policy<'_>>],
    pod: &Pod<'_>,
    direction: Direction,
    allows: impl Fn(&Policy<'_>) -> Answer<bool>,
) -> Answer<bool> {
    let mut isolated = false;
    // Faults because of which a policy may let the traffic through, and because of which it may stop it.
    let (mut may_allow, mut may_isolate): (Option<Fault>, Option<Fault>) = (None, None);
    for policy in policies {
        let (applies, allows) = match policy {
            Ok(policy) => match policy.applies(pod, direction) {
                Ok(false) => continue,
                applies => (applies, allows(policy)),
            },
            Err(fault) => (Err(fault.clone()), Err(fault.clone())),
        };
        match (applies, allows) {
            (Ok(true), Ok(true)) => return Ok(true),
            (Ok(_), Ok(_)) => isolated = true,
            (Ok(_), Err(fault)) => {
                isolated = true;
                may_allow.get_or_insert(fault);
            }
            // A policy that allows it if it is one of the pod's, and otherwise is of no account, only matters beside
            // one that does not.
            (Err(fault), Ok(true)) => {
                may_allow.get_or_insert(fault);
            }
            (Err(fault), Ok(false)) => {
                may_isolate.get_or_insert(fault);
            }
            (Err(fault), Err(other)) => {
                may_isolate.get_or_insert(fault);
                may_allow.get_or_insert(other);
            }
        }
    }
    let answer = match (isolated, may_allow, may_isolate) {
        (true, None, _) => Ok(false),
        (true, Some(fault), _) | (false, _, Some(fault)) => Err(fault),
        (false, _, None) => return Ok(true),
    };
    any([answer, is_on_host(pod.object)])
}

#[cfg(test)]
mod tests;
