//! `aws_iam_policy`, live.

use aws_sdk_iam::types as sdk;
use cspm_core::{Model, Resource};

use super::ManagedPolicy;
use crate::client::{Miss, Site};
use crate::iam::convert::document;
use crate::live::{filled, given, needed, time};

/// A policy of the account, or one of AWS that is in use; `None` for the others of AWS.
pub(in crate::iam) fn describe(site: &Site, policy: sdk::ManagedPolicyDetail) -> Result<Option<Resource>, Miss> {
    let source = &ManagedPolicy::LIST;
    let arn = needed(policy.arn.and_then(filled), "the ARN of a policy")?;
    let of_aws = arn.split(':').nth(4) == Some("aws");
    // One of which the answer does not say how many have it may be in use.
    if of_aws && policy.attachment_count == Some(0) && policy.permissions_boundary_usage_count.is_none_or(|n| n == 0) {
        return Ok(None);
    }
    let attached = given(policy.attachment_count, source);
    let versions = policy.policy_version_list.as_deref().unwrap_or_default();
    let in_force = versions.iter().find(|version| version.is_default_version);
    let name = policy.policy_name.and_then(filled);
    let model = ManagedPolicy {
        name: name.or_else(|| arn.rsplit('/').next().map(str::to_owned)).unwrap_or_else(|| arn.clone()),
        arn: arn.clone(),
        policy_id: given(policy.policy_id, source),
        path: given(policy.path, source),
        create_date: time(policy.create_date, source),
        update_date: time(policy.update_date, source),
        is_aws_managed: of_aws,
        is_attached: attached.clone().map(|count| count > 0),
        is_attachable: policy.is_attachable,
        attachment_count: attached,
        permissions_boundary_usage_count: given(policy.permissions_boundary_usage_count, source),
        default_version_id: given(policy.default_version_id, source),
        // Without a version that says that it is the one in force, the document is not read.
        policy_std: document(in_force.and_then(|version| version.document()), site.partition()),
    };
    site.untagged(arn, model.name.as_str(), &model).map(Some)
}
