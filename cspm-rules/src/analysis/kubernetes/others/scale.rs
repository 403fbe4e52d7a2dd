//! How many replicas a workload has at the least.

use cspm_core::{Data, Resource};

use super::Lookup;
use crate::analysis::kubernetes::fields::{below, name};
use crate::analysis::read::int;
use crate::analysis::{Answer, Fault, View};

pub(super) const AUTOSCALER: &str = "kubernetes_horizontal_pod_autoscaler";
const SCALED_OBJECT: &str = "kubernetes_keda_scaled_object";
const TARGET: &str = "spec.scaleTargetRef.name";

/// The look-ups of what is asked here.
pub(crate) const LOOKUPS: &[Lookup] = &[(AUTOSCALER, TARGET), (SCALED_OBJECT, "")];

/// How many replicas a workload has at the least: what an autoscaler keeps it at, where there is one, else what is written,
/// which is 1 where nothing is. An autoscaler does nothing about a workload that is written to have none:
/// <https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation>.
///
/// # Errors
/// [`Fault::Unread`] where an unread part decides; [`Fault::Invalid`] for a value of the wrong type.
pub(crate) fn least_replicas<'a>(workload: &'a Resource, inventory: impl Into<View<'a>>) -> Answer<i64> {
    let view = inventory.into();
    let written = int(below(&workload.data, "spec", "replicas")?, "replicas")?.unwrap_or(1);
    if written == 0 {
        return Ok(0);
    }
    let target = workload.name.as_ref();
    let scalers = view.inventory.find(AUTOSCALER, TARGET, &Data::from(target), workload);
    let scaled = view.inventory.near(SCALED_OBJECT, workload);
    let mut least: Option<i64> = None;
    for (scaler, field, default) in scalers
        .iter()
        .map(|scaler| (scaler, "minReplicas", 1))
        // https://keda.sh/docs/latest/reference/scaledobject-spec/#minreplicacount
        .chain(scaled.iter().map(|scaler| (scaler, "minReplicaCount", 0)))
    {
        let reference =
            below(&scaler.data, "spec", "scaleTargetRef")?.ok_or_else(|| Fault::not_given("scaleTargetRef"))?;
        let kind = below(&scaler.data, "spec", "scaleTargetRef")?.and_then(|of| of.get("kind")).and_then(Data::as_str);
        let meant = kind.unwrap_or("Deployment") == object(&workload.kind)
            && name(reference, "name", "scaleTargetRef")? == target;
        if meant && *scaler.region == *workload.region {
            let own = int(below(&scaler.data, "spec", field)?, field)?.unwrap_or(default);
            least = Some(least.map_or(own, |least| least.min(own)));
        }
    }
    match (least, view.unread(&scalers).or(view.unread(&scaled))) {
        (Some(least), _) => Ok(least),
        (None, Some(unread)) => Err(unread.into()),
        (None, None) => Ok(written),
    }
}

/// The `kind` of the objects of a kind.
fn object(kind: &str) -> &'static str {
    match kind {
        "kubernetes_stateful_set" => "StatefulSet",
        "kubernetes_replicaset" => "ReplicaSet",
        "kubernetes_replication_controller" => "ReplicationController",
        _ => "Deployment",
    }
}
