//! `aws_iam_group`, live.

use aws_sdk_iam::types as sdk;
use cspm_core::Resource;

use super::Group;
use crate::client::{Miss, Site};
use crate::iam::convert::{attached, inline_policies, needed};
use crate::live::timestamp;

pub(in crate::iam) fn describe(site: &Site, group: sdk::GroupDetail) -> Result<Resource, Miss> {
    let name = needed(group.group_name, "the name of a group")?;
    let arn = needed(group.arn, "the ARN of a group")?;
    let model = Group {
        name: name.clone(),
        arn: arn.clone(),
        group_id: group.group_id.unwrap_or_default(),
        path: group.path.unwrap_or_default(),
        create_date: group.create_date.and_then(timestamp),
        attached_policy_arns: attached(group.attached_managed_policies),
        inline_policies_std: inline_policies(group.group_policy_list),
    };
    site.untagged(arn, name, &model)
}
