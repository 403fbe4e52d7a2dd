//! `aws_iam_access_key`, live.

use aws_sdk_iam::{Client, types as sdk};
use cspm_core::{Model, Read, Resource};

use super::AccessKey;
use crate::client::{Miss, Page, Site};
use crate::iam::sources::GET_ACCESS_KEY_LAST_USED as USED;
use crate::live::{filled, flat, given, given_word, needed, time};

const KINDS: &[&str] = &[AccessKey::KIND];

/// The keys of a user; a gap where they could not be listed.
pub(in crate::iam) async fn of_user(site: &Site, iam: &Client, user: &str) -> Result<Vec<Resource>, Miss> {
    let keys = site
        .call(KINDS, &AccessKey::LIST)
        .gone_on(&["NoSuchEntity"])
        .read_all(
            |marker| iam.list_access_keys().user_name(user).set_marker(marker).send(),
            |page| Page::marked(Some(page.access_key_metadata), page.is_truncated, page.marker),
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
    let id = needed(key.access_key_id.and_then(filled), "the id of an access key")?;
    let used = site
        .call(KINDS, &USED)
        .read(|| iam.get_access_key_last_used().access_key_id(&id).send())
        .await?
        .map(|answer| given(answer.access_key_last_used, &USED));
    let used = flat(used);
    // A key that was never used has "N/A" for region and service, and no date.
    let told = |text: &str| match text {
        "" => given(None, &USED),
        "N/A" => Read::Known(None),
        text => Read::Known(Some(text.to_owned())),
    };
    let model = AccessKey {
        access_key_id: id.clone(),
        user_name: user.to_owned(),
        status: given_word(key.status, &AccessKey::LIST),
        create_date: time(key.create_date, &AccessKey::LIST),
        access_key_last_used_date: flat(used.clone().map(|used| time(used.last_used_date, &USED))),
        access_key_last_used_region: flat(used.clone().map(|used| told(&used.region))),
        access_key_last_used_service: flat(used.map(|used| told(&used.service_name))),
    };
    // A key has no ARN; this is how GuardDuty and Security Hub name it.
    site.untagged(format!("AWS::IAM::AccessKey:{id}"), id, &model)
}
