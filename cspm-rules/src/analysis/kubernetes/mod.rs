//! What objects of Kubernetes mean: selectors, RBAC, network policies, image references, versions.
//!
//! The objects are as the API has them. They may come from manifests, to which the API server has not added its
//! defaults: where a field is absent or null, its default holds.

mod fields;
pub mod image;
mod label_index;
pub mod network_policy;
pub(crate) mod others;
pub mod pods;
pub mod quantity;
pub mod rbac;
pub mod selector;
#[cfg(test)]
pub(crate) mod testing;
pub mod version;
pub mod webhook;
