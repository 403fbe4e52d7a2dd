//! Quotas that are not Kubernetes' own.

use cspm_core::Resource;

use super::{Lookup, concerning, may_decide};
use crate::analysis::kleene::any;
use crate::analysis::{Answer, View};

const CLUSTER_QUOTA: &str = "kubernetes_openshift_cluster_resource_quota";

/// The look-ups of what is asked here.
pub(crate) const LOOKUPS: &[Lookup] = &[(CLUSTER_QUOTA, "region")];

/// Whether a quota over several namespaces limits the one that is judged: never surely.
/// <https://docs.openshift.com/container-platform/latest/applications/quotas/quotas-setting-across-multiple-projects.html>
///
/// # Errors
/// [`Fault::Unread`](crate::analysis::Fault::Unread) where there is one that may, and where they were not listed.
pub(crate) fn limited<'a>(near: &'a Resource, inventory: impl Into<View<'a>>) -> Answer<bool> {
    any(concerning(CLUSTER_QUOTA, near, inventory.into()).into_iter().map(|quota| Err(may_decide(quota?))))
}
