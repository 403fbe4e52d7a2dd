//! Kubernetes for cspm: the kinds, and the collectors that fill them from clusters and from manifests.
//!
//! The data of most kinds is the native object of the API, without what the server keeps for itself and with every value
//! withheld that may be a secret. A field that is not there is absent. The region of a namespaced resource is its
//! namespace; the account is the cluster.

pub mod cluster;
pub mod control_plane;
pub mod deprecated_api;
pub mod kubelet;
#[cfg(feature = "live")]
mod live;
mod manifests;
pub mod native;
mod object;
mod schema;

#[cfg(feature = "live")]
pub use live::{Kubernetes, KubernetesBuilder};
pub use manifests::Manifests;

use std::sync::{Arc, OnceLock};

use cspm_core::{Kind, Result};

/// The provider of every kind of this crate.
pub const PROVIDER: &str = "kubernetes";

/// Every kind of Kubernetes, whether or not the collector of live clusters is compiled in.
///
/// # Errors
/// [`cspm_core::ErrorKind::Model`] where a model contradicts itself, which the tests of this crate rule out.
pub fn kinds() -> Result<Vec<Kind>> {
    let mut kinds = native::kinds()?;
    kinds.push(Kind::of::<cluster::Cluster>()?);
    kinds.extend(control_plane::kinds()?);
    kinds.push(Kind::of::<kubelet::Kubelet>()?);
    kinds.push(Kind::of::<deprecated_api::DeprecatedApi>()?);
    Ok(kinds.into_iter().map(|kind| kind.withholding(object::withhold)).collect())
}

/// The same, made once for a process: they are the same in every scan, and their schemas take megabytes.
///
/// # Errors
/// As [`kinds`].
pub fn shared_kinds() -> Result<Vec<Arc<Kind>>> {
    static KINDS: OnceLock<Vec<Arc<Kind>>> = OnceLock::new();
    if let Some(kinds) = KINDS.get() {
        return Ok(kinds.clone());
    }
    let kinds: Vec<_> = kinds()?.into_iter().map(Arc::new).collect();
    Ok(KINDS.get_or_init(|| kinds).clone())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_its_own_name() {
        let kinds = super::kinds().unwrap();
        let names: BTreeSet<_> = kinds.iter().map(|kind| kind.name().clone()).collect();
        assert_eq!(names.len(), kinds.len());
        assert!(names.iter().all(|name| name.starts_with("kubernetes_")));
    }

    #[test]
    fn what_a_kind_holds_is_in_its_schema() {
        let kinds = super::kinds().unwrap();
        let workloads = kinds.iter().filter(|kind| kind.embedded("kubernetes_pod").is_some()).count();
        assert_eq!(
            workloads, 7,
            "deployments, daemon sets, stateful sets, replica sets and controllers, jobs, cron jobs"
        );
    }
}
