//! `aws_iam_policy`, live.

use aws_sdk_iam::types as sdk;
use cspm_core::Resource;

use super::ManagedPolicy;
use crate::client::{Miss, Site};
use crate::iam::convert::{document, needed};
use crate::live::timestamp;

/// A policy of the account, or one of AWS that is in use; `None` for the others of AWS.
pub(in crate::iam) fn describe(site: &Site, policy: sdk::ManagedPolicyDetail) -> Result<Option<Resource>, Miss> {
    let arn = needed(policy.arn, "the ARN of a policy")?;
    let name = policy.policy_name.or_else(|| arn.rsplit('/').next().map(str::to_owned)).unwrap_or_default();
    let attached = needed(policy.attachment_count, "to how many a policy is attached")?;
    let limits = policy.permissions_boundary_usage_count.unwrap_or_default();
    let of_aws = arn.split(':').nth(4) == Some("aws");
    if of_aws && attached == 0 && limits == 0 {
        return Ok(None);
    }
    let versions = policy.policy_version_list.unwrap_or_default();
    let in_force = versions.iter().find(|version| version.is_default_version);
    let model = ManagedPolicy {
        name: name.clone(),
        arn: arn.clone(),
        policy_id: policy.policy_id.unwrap_or_default(),
        path: policy.path.unwrap_or_default(),
        create_date: policy.create_date.and_then(timestamp),
        update_date: policy.update_date.and_then(timestamp),
        is_aws_managed: of_aws,
        is_attached: attached > 0,
        is_attachable: policy.is_attachable,
        attachment_count: attached,
        permissions_boundary_usage_count: limits,
        default_version_id: policy.default_version_id.unwrap_or_default(),
        policy_std: document(in_force.and_then(|version| version.document())),
    };
    site.untagged(arn, name, &model).map(Some)
}
