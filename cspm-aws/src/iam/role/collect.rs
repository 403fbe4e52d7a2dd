//! `aws_iam_role`, live.

use aws_sdk_iam::types as sdk;
use cspm_core::{Model, Read, Resource};

use super::Role;
use crate::client::{Miss, Site};
use crate::iam::convert::{attached, document, inline_policies, tags};
use crate::iam::user::collect::boundary;
use crate::live::{filled, given, items, needed, time};

pub(in crate::iam) fn describe(site: &Site, role: sdk::RoleDetail) -> Result<Resource, Miss> {
    let name = needed(role.role_name.and_then(filled), "the name of a role")?;
    let arn = needed(role.arn.and_then(filled), "the ARN of a role")?;
    let profile = |profile: sdk::InstanceProfile| given(filled(profile.arn), &Role::LIST);
    let (used, region) = match role.role_last_used {
        Some(used) => (time(used.last_used_date, &Role::LIST), used.region.and_then(filled)),
        None => (Read::Known(None), None),
    };
    let model = Role {
        name: name.clone(),
        arn: arn.clone(),
        role_id: given(role.role_id, &Role::LIST),
        path: given(role.path, &Role::LIST),
        create_date: time(role.create_date, &Role::LIST),
        assume_role_policy_std: document(role.assume_role_policy_document.as_deref(), site.partition()),
        attached_policy_arns: attached(role.attached_managed_policies),
        inline_policies_std: inline_policies(role.role_policy_list, site.partition()),
        permissions_boundary_arn: boundary(role.permissions_boundary),
        instance_profile_arns: items(role.instance_profile_list, &Role::LIST, profile),
        role_last_used_date: used,
        role_last_used_region: region,
    };
    site.resource(arn, name, tags(role.tags), &model)
}
