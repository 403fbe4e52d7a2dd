//! `aws_iam_group`, live.

use aws_sdk_iam::types as sdk;
use cspm_core::{Model, Resource};

use super::Group;
use crate::client::{Miss, Site};
use crate::iam::convert::{attached, inline_policies};
use crate::live::{filled, given, needed, time};

pub(in crate::iam) fn describe(site: &Site, group: sdk::GroupDetail) -> Result<Resource, Miss> {
    let name = needed(group.group_name.and_then(filled), "the name of a group")?;
    let arn = needed(group.arn.and_then(filled), "the ARN of a group")?;
    let model = Group {
        name: name.clone(),
        arn: arn.clone(),
        group_id: given(group.group_id, &Group::LIST),
        path: given(group.path, &Group::LIST),
        create_date: time(group.create_date, &Group::LIST),
        attached_policy_arns: attached(group.attached_managed_policies),
        inline_policies_std: inline_policies(group.group_policy_list, site.partition()),
    };
    site.untagged(arn, name, &model)
}
