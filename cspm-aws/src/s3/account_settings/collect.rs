//! `aws_s3_account_settings`, live.

use cspm_core::{Model, Resource};

use super::AccountSettings;
use crate::client::{Miss, Site};
use crate::live::or_none;

pub(in crate::s3) async fn collect(site: &Site) {
    let control = site.s3control();
    site.list(&[AccountSettings::KIND], &AccountSettings::LIST)
        .each(
            |_| async {
                let answer = control.get_public_access_block().account_id(&**site.account()).send().await;
                or_none(answer, &["NoSuchPublicAccessBlockConfiguration"])
            },
            |answer| (vec![answer.and_then(|answer| answer.public_access_block_configuration)], None),
            |block| async move { settings(site, block) },
        )
        .await;
}

fn settings(
    site: &Site,
    block: Option<aws_sdk_s3control::types::PublicAccessBlockConfiguration>,
) -> Result<Resource, Miss> {
    let model = block.map_or(AccountSettings::default(), |block| AccountSettings {
        block_public_acls: block.block_public_acls.unwrap_or_default(),
        block_public_policy: block.block_public_policy.unwrap_or_default(),
        ignore_public_acls: block.ignore_public_acls.unwrap_or_default(),
        restrict_public_buckets: block.restrict_public_buckets.unwrap_or_default(),
    });
    let name = format!("S3 of {}", site.account());
    site.untagged(site.arn("s3", "account-settings"), name, &model)
}
