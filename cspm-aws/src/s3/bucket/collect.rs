//! `aws_s3_bucket`, live.

use std::collections::BTreeMap;

use aws_sdk_s3::operation::get_bucket_policy_status::GetBucketPolicyStatusOutput;
use aws_sdk_s3::{Client, types as sdk};
use cspm_core::{GLOBAL, Model, Read, Reason, Resource, Source, Unread};
use serde_json::Value;

use super::Bucket;
use super::object_acls;
use super::places::Places;
use crate::client::{Miss, Page, Site};
use crate::live::{Enumeration, each, filled, flat, given, needed, time, word};
use crate::policy;
use crate::s3::public_access_block::PublicAccessBlock;
use crate::s3::sources;

pub(super) const KINDS: &[&str] = &[Bucket::KIND];
pub(super) const GONE: &[&str] = &["NoSuchBucket"];

pub(in crate::s3) async fn collect(site: &Site) {
    let (s3, places) = (site.s3(), Places::new(site));
    // Only a list in pages says in which region a bucket is.
    site.list(KINDS, &Bucket::LIST)
        .each(
            |token: Option<String>| s3.list_buckets().max_buckets(1000).set_continuation_token(token).send(),
            |page| Page::new(page.buckets, page.continuation_token),
            |bucket| bring(site, &s3, &places, bucket),
        )
        .await;
    places.say_left_out(site).await;
}

/// A bucket with its details. The list has the buckets of all regions; those of a region that is not scanned are left out.
async fn bring(site: &Site, s3: &Client, places: &Places<'_>, bucket: sdk::Bucket) -> Result<Option<Resource>, Miss> {
    let name = &needed(bucket.name.clone().and_then(filled), "the name of a bucket")?;
    let region = match bucket.bucket_region() {
        Some(region) if !region.is_empty() => Read::Known(region.to_owned()),
        _ => locate(site, s3, name).await?,
    };
    let (site, s3) = match region.known() {
        Some(region) if !site.selects(region) => {
            places.leave_out(region);
            return Ok(None);
        }
        Some(region) => places.at(region),
        None => (site.at(GLOBAL), s3.clone()),
    };
    let wanted = site.wants_source(Bucket::KIND, &sources::GET_BUCKET_LOCATION);
    let region = if wanted { region } else { Read::default() };
    describe(&site, &s3, name, &bucket, region).await.map(Some)
}

/// The region of a bucket.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>
async fn locate(site: &Site, s3: &Client, name: &str) -> Result<Read<String>, Miss> {
    let location = site
        .call(&[], &sources::GET_BUCKET_LOCATION)
        .gone_on(GONE)
        .read(|| s3.get_bucket_location().bucket(name).send())
        .await?;
    Ok(location.map(|location| match location.location_constraint().map(sdk::BucketLocationConstraint::as_str) {
        None | Some("") => "us-east-1".to_owned(),
        Some("EU") => "eu-west-1".to_owned(),
        Some(region) => region.to_owned(),
    }))
}

async fn describe(
    site: &Site,
    s3: &Client,
    name: &str,
    bucket: &sdk::Bucket,
    region: Read<String>,
) -> Result<Resource, Miss> {
    let call = |source| site.call(KINDS, source).gone_on(GONE);
    let (tags, block, document, is_public, acl, ownership, versioning, logging) = futures::try_join!(
        call(&sources::GET_BUCKET_TAGGING)
            .absent_on(&["NoSuchTagSet"])
            .read_option(|| s3.get_bucket_tagging().bucket(name).send()),
        call(&sources::GET_PUBLIC_ACCESS_BLOCK)
            .absent_on(&["NoSuchPublicAccessBlockConfiguration"])
            .read_option(|| s3.get_public_access_block().bucket(name).send()),
        call(&sources::GET_BUCKET_POLICY)
            .absent_on(&["NoSuchBucketPolicy"])
            .read_option(|| s3.get_bucket_policy().bucket(name).send()),
        call(&sources::GET_BUCKET_POLICY_STATUS)
            .absent_on(&["NoSuchBucketPolicy"])
            .read_option(|| s3.get_bucket_policy_status().bucket(name).send()),
        call(&sources::GET_BUCKET_ACL).read(|| s3.get_bucket_acl().bucket(name).send()),
        call(&sources::GET_BUCKET_OWNERSHIP_CONTROLS)
            .absent_on(&["OwnershipControlsNotFoundError"])
            .read_option(|| s3.get_bucket_ownership_controls().bucket(name).send()),
        call(&sources::GET_BUCKET_VERSIONING).read(|| s3.get_bucket_versioning().bucket(name).send()),
        call(&sources::GET_BUCKET_LOGGING).read(|| s3.get_bucket_logging().bucket(name).send()),
    )?;
    let (encryption, lifecycle, lock, replication, events, website) = futures::try_join!(
        call(&sources::GET_BUCKET_ENCRYPTION)
            .absent_on(&["ServerSideEncryptionConfigurationNotFoundError"])
            .read_option(|| s3.get_bucket_encryption().bucket(name).send()),
        call(&sources::GET_BUCKET_LIFECYCLE_CONFIGURATION)
            .absent_on(&["NoSuchLifecycleConfiguration"])
            .read_option(|| s3.get_bucket_lifecycle_configuration().bucket(name).send()),
        call(&sources::GET_OBJECT_LOCK_CONFIGURATION)
            .absent_on(&["ObjectLockConfigurationNotFoundError"])
            .read_option(|| s3.get_object_lock_configuration().bucket(name).send()),
        call(&sources::GET_BUCKET_REPLICATION)
            .absent_on(&["ReplicationConfigurationNotFoundError"])
            .read_option(|| s3.get_bucket_replication().bucket(name).send()),
        call(&sources::GET_BUCKET_NOTIFICATION_CONFIGURATION)
            .read(|| s3.get_bucket_notification_configuration().bucket(name).send()),
        call(&sources::GET_BUCKET_WEBSITE)
            .absent_on(&["NoSuchWebsiteConfiguration"])
            .read_option(|| s3.get_bucket_website().bucket(name).send()),
    )?;
    let ownership = answered(ownership, |o| o.ownership_controls, &sources::GET_BUCKET_OWNERSHIP_CONTROLS, Into::into);
    let (object_sample, object_acls) = object_acls::read(site, s3, name, &ownership).await?;

    const BLOCK: &Source = &sources::GET_PUBLIC_ACCESS_BLOCK;
    let block =
        answered(block, |b| b.public_access_block_configuration, BLOCK, |b| PublicAccessBlock::bucket(&b, BLOCK));
    let block = PublicAccessBlock::or_unread(block.map(|block| block.unwrap_or_else(PublicAccessBlock::none)));
    let document = answered(document, |p| p.policy, &sources::GET_BUCKET_POLICY, |policy| policy);
    let tags = tags.map(|t| each(t.map(|t| t.tag_set), |t| (t.key, t.value)).into_iter().collect());
    let envelope_tags: BTreeMap<String, String> = tags.known().cloned().unwrap_or_default();
    let arn = format!("arn:{}:s3:::{name}", site.partition());
    let model = Bucket {
        name: name.to_owned(),
        arn: arn.clone(),
        creation_date: time(bucket.creation_date, &Bucket::LIST),
        bucket_region: region,
        tags_src: tags,
        block_public_acls: block.block_public_acls,
        block_public_policy: block.block_public_policy,
        ignore_public_acls: block.ignore_public_acls,
        restrict_public_buckets: block.restrict_public_buckets,
        bucket_policy_is_public: public(is_public),
        policy_std: policy::read_option(&document, site.partition(), &sources::GET_BUCKET_POLICY),
        policy: as_written(document),
        acl: acl.map(Into::into),
        object_ownership_controls: ownership,
        object_sample,
        object_acls,
        // A bucket that never had it says nothing; one in which it was suspended says so.
        versioning_enabled: is(versioning.clone().map(|v| v.status), "Enabled", &sources::GET_BUCKET_VERSIONING),
        versioning_mfa_delete: is(versioning.map(|v| v.mfa_delete), "Enabled", &sources::GET_BUCKET_VERSIONING),
        logging: logging.map(|l| l.logging_enabled.map(Into::into)),
        server_side_encryption_configuration: answered(
            encryption,
            |e| e.server_side_encryption_configuration,
            &sources::GET_BUCKET_ENCRYPTION,
            Into::into,
        ),
        lifecycle_rules: answered(
            lifecycle,
            |l| l.rules,
            &sources::GET_BUCKET_LIFECYCLE_CONFIGURATION,
            |rules| rules.into_iter().map(Into::into).collect(),
        )
        .map(Option::unwrap_or_default),
        object_lock_configuration: answered(
            lock,
            |l| l.object_lock_configuration,
            &sources::GET_OBJECT_LOCK_CONFIGURATION,
            Into::into,
        ),
        replication: answered(
            replication,
            |r| r.replication_configuration,
            &sources::GET_BUCKET_REPLICATION,
            Into::into,
        ),
        event_notification_configuration: events.map(Into::into),
        website_configuration: website.map(|w| w.map(Into::into)),
    };
    site.resource(arn, name, envelope_tags, &model)
}

/// What an answer has; `None` where nothing is configured, not read where the answer lacks what it is about.
fn answered<T, A, U>(
    answer: Read<Option<T>>,
    part: impl FnOnce(T) -> Option<A>,
    source: &Source,
    convert: impl FnOnce(A) -> U,
) -> Read<Option<U>> {
    flat(answer.map(|answer| match answer {
        None => Read::Known(None),
        Some(answer) => given(part(answer), source).map(convert).map(Some),
    }))
}

/// Whether a setting is `on`; off where the answer does not have it, not read where it has a word that is not known.
fn is<E: Enumeration>(setting: Read<Option<E>>, on: &str, source: &Source) -> Read<bool> {
    flat(setting.map(|setting| word(setting, source))).map(|setting| setting.as_deref() == Some(on))
}

/// Without a policy nothing is public by it; an answer that does not say is not taken for "no".
fn public(status: Read<Option<GetBucketPolicyStatusOutput>>) -> Read<bool> {
    match status {
        Read::Known(None) => Read::Known(false),
        Read::Known(Some(answer)) => {
            let is_public = answer.policy_status.and_then(|status| status.is_public);
            given(is_public, &sources::GET_BUCKET_POLICY_STATUS)
        }
        Read::Unread(unread) => unread.into(),
    }
}

/// The document as JSON; unread where it is not.
fn as_written(document: Read<Option<String>>) -> Read<Option<Value>> {
    let text = match document {
        Read::Known(Some(text)) => text,
        Read::Known(None) => return Read::Known(None),
        Read::Unread(unread) => return unread.into(),
    };
    let call = sources::GET_BUCKET_POLICY.call();
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|e| Unread::new(Reason::Failed, call).with_detail(e.to_string()))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_is_not_known_is_neither_on_nor_off() {
        let status = |word: &str| Read::Known(Some(sdk::BucketVersioningStatus::from(word)));
        let enabled = |setting| is(setting, "Enabled", &sources::GET_BUCKET_VERSIONING);
        assert_eq!(enabled(status("Enabled")), Read::Known(true));
        assert_eq!(enabled(status("Suspended")), Read::Known(false));
        assert_eq!(enabled(Read::Known(None)), Read::Known(false), "it was never set");
        for word in ["EnabledV2", "enabled", ""] {
            assert!(enabled(status(word)).known().is_none(), "{word}");
        }
    }

    #[test]
    fn an_answer_without_its_subject_is_not_nothing() {
        let of = |answer| answered(answer, |part: Option<u8>| part, &sources::GET_BUCKET_ENCRYPTION, |n| n);
        assert_eq!(of(Read::Known(None)), Read::Known(None));
        assert_eq!(of(Read::Known(Some(Some(1)))), Read::Known(Some(1)));
        assert!(of(Read::Known(Some(None))).known().is_none());
    }
}
