//! Who reaches what, as network policies allow it:
//! <https://kubernetes.io/docs/concepts/services-networking/network-policies/>.
//!
//! The model: in each direction a pod that no policy of its namespace isolates may talk to everything. One that some do
//! may talk to what a rule of any of them lets through: policies only ever allow, and all of them count. For one pod to
//! reach another, the policies of both must allow it, for egress and for ingress. A pod always reaches itself. Pods on
//! the host's network are as their node: no policy isolates them, and selectors of pods do not mean them, which is what
//! most plugins do. That a node reaches its own pods, what the network plugin does with addresses on the way (source
//! NAT), and other kinds of policies (AdminNetworkPolicy, those of a plugin) are not looked at; nor is whether the
//! cluster has a plugin that enforces policies at all.

mod block;
mod inventory;
mod peer;
mod port;
mod reach;
mod spec;

pub use block::Addresses;
pub(crate) use inventory::NETWORK_POLICY;
pub use inventory::{resource_isolated, resource_reachable_from};
pub use peer::{Peer, Pod};
pub use port::{Port, Protocol};
pub use reach::{Policy, egress_allowed, ingress_allowed, reachable};
pub use spec::{Direction, allows_all, isolates, pod_isolated, selects_nothing};
