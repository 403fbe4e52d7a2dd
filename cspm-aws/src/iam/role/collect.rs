//! `aws_iam_role`, live.

use aws_sdk_iam::types as sdk;
use cspm_core::Resource;

use super::Role;
use crate::client::{Miss, Site};
use crate::iam::convert::{attached, document, inline_policies, needed, tags};
use crate::live::timestamp;

pub(in crate::iam) fn describe(site: &Site, role: sdk::RoleDetail) -> Result<Resource, Miss> {
    let name = needed(role.role_name, "the name of a role")?;
    let arn = needed(role.arn, "the ARN of a role")?;
    let profiles = role.instance_profile_list.unwrap_or_default();
    let (used, region) = role.role_last_used.map(|used| (used.last_used_date, used.region)).unwrap_or_default();
    let model = Role {
        name: name.clone(),
        arn: arn.clone(),
        role_id: role.role_id.unwrap_or_default(),
        path: role.path.unwrap_or_default(),
        create_date: role.create_date.and_then(timestamp),
        assume_role_policy_std: document(role.assume_role_policy_document.as_deref()),
        attached_policy_arns: attached(role.attached_managed_policies),
        inline_policies_std: inline_policies(role.role_policy_list),
        permissions_boundary_arn: role.permissions_boundary.and_then(|boundary| boundary.permissions_boundary_arn),
        instance_profile_arns: profiles.into_iter().map(|profile| profile.arn).collect(),
        role_last_used_date: used.and_then(timestamp),
        role_last_used_region: region.filter(|region| !region.is_empty()),
    };
    site.resource(arn, name, tags(role.tags), &model)
}
