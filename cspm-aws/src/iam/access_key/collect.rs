//! `aws_iam_access_key`, live.

use aws_sdk_iam::{Client, types as sdk};
use cspm_core::{Model, Read, Resource};

use super::AccessKey;
use crate::client::{Miss, Site};
use crate::iam::convert::needed;
use crate::iam::sources;
use crate::live::timestamp;

const KINDS: &[&str] = &[AccessKey::KIND];

/// The keys of a user; a gap where they could not be listed.
pub(in crate::iam) async fn of_user(site: &Site, iam: &Client, user: &str) -> Result<Vec<Resource>, Miss> {
    let keys = site
        .call(KINDS, &AccessKey::LIST)
        .gone_on(&["NoSuchEntity"])
        .read_all(
            |marker| iam.list_access_keys().user_name(user).set_marker(marker).send(),
            |page| (page.access_key_metadata, page.marker.filter(|_| page.is_truncated)),
        )
        .await?;
    match keys {
        Read::Known(keys) => {
            futures::future::try_join_all(keys.into_iter().map(|key| describe(site, iam, user, key))).await
        }
        Read::Unread(unread) => {
            site.gap(KINDS, unread).await;
            Ok(Vec::new())
        }
    }
}

async fn describe(site: &Site, iam: &Client, user: &str, key: sdk::AccessKeyMetadata) -> Result<Resource, Miss> {
    let id = needed(key.access_key_id, "the id of an access key")?;
    let used = site
        .call(KINDS, &sources::GET_ACCESS_KEY_LAST_USED)
        .read(|| iam.get_access_key_last_used().access_key_id(&id).send())
        .await?
        .map(|answer| answer.access_key_last_used);
    // A key that was never used has "N/A" for region and service, and no date.
    let told = |text: &str| Some(text.to_owned()).filter(|text| text != "N/A" && !text.is_empty());
    let model = AccessKey {
        access_key_id: id.clone(),
        user_name: user.to_owned(),
        status: needed(key.status, "the status of an access key")?.as_str().to_owned(),
        create_date: key.create_date.and_then(timestamp),
        access_key_last_used_date: used
            .clone()
            .map(|used| used.and_then(|used| used.last_used_date).and_then(timestamp)),
        access_key_last_used_region: used.clone().map(|used| used.and_then(|used| told(&used.region))),
        access_key_last_used_service: used.map(|used| used.and_then(|used| told(&used.service_name))),
    };
    site.untagged(site.arn("iam", &format!("access-key/{id}")), id, &model)
}
