//! `aws_s3_bucket`, live.

use std::collections::BTreeMap;

use aws_sdk_s3::operation::get_bucket_policy_status::GetBucketPolicyStatusOutput;
use aws_sdk_s3::{Client, types as sdk};
use cspm_core::{GLOBAL, Model, Read, Reason, Resource, Unread};
use serde_json::Value;

use super::Bucket;
use super::object_acls;
use super::places::Places;
use crate::client::{Miss, Site};
use crate::live::{given, timestamp};
use crate::policy;
use crate::s3::sources;

pub(super) const KINDS: &[&str] = &[Bucket::KIND];
pub(super) const GONE: &[&str] = &["NoSuchBucket"];

pub(in crate::s3) async fn collect(site: &Site) {
    let (s3, places) = (site.s3(), Places::new(site));
    // Only a list in pages says in which region a bucket is.
    site.list(KINDS, &Bucket::LIST)
        .each(
            |token: Option<String>| s3.list_buckets().max_buckets(1000).set_continuation_token(token).send(),
            |page| (page.buckets.unwrap_or_default(), page.continuation_token),
            |bucket| bring(site, &s3, &places, bucket),
        )
        .await;
}

async fn bring(site: &Site, s3: &Client, places: &Places<'_>, bucket: sdk::Bucket) -> Result<Option<Resource>, Miss> {
    let Some(name) = bucket.name() else { return Ok(None) };
    let region = match bucket.bucket_region() {
        Some(region) => Read::Known(region.to_owned()),
        None => locate(site, s3, name).await?,
    };
    let (site, s3) = match region.known() {
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
    let ownership = ownership.map(|o| o.and_then(|o| o.ownership_controls).map(Into::into));
    let (object_sample, object_acls) = object_acls::read(site, s3, name, &ownership).await?;

    let block = block.map(|b| b.and_then(|b| b.public_access_block_configuration));
    let blocks = |of: fn(&sdk::PublicAccessBlockConfiguration) -> Option<bool>| {
        block.clone().map(|b| b.as_ref().and_then(of).unwrap_or_default())
    };
    let document = document.map(|p| p.and_then(|p| p.policy));
    let tags = tags.map(|t| t.map(|t| t.tag_set).unwrap_or_default().into_iter().map(|t| (t.key, t.value)).collect());
    let envelope_tags: BTreeMap<String, String> = tags.known().cloned().unwrap_or_default();
    let arn = format!("arn:{}:s3:::{name}", site.partition());
    let model = Bucket {
        name: name.to_owned(),
        arn: arn.clone(),
        creation_date: bucket.creation_date.and_then(timestamp),
        bucket_region: region,
        tags_src: tags,
        block_public_acls: blocks(|b| b.block_public_acls),
        block_public_policy: blocks(|b| b.block_public_policy),
        ignore_public_acls: blocks(|b| b.ignore_public_acls),
        restrict_public_buckets: blocks(|b| b.restrict_public_buckets),
        bucket_policy_is_public: public(is_public),
        policy_std: policy::read_option(&document, &sources::GET_BUCKET_POLICY),
        policy: as_written(document),
        acl: acl.map(Into::into),
        object_ownership_controls: ownership,
        object_sample,
        object_acls,
        versioning_enabled: versioning.clone().map(|v| v.status == Some(sdk::BucketVersioningStatus::Enabled)),
        versioning_mfa_delete: versioning.map(|v| v.mfa_delete == Some(sdk::MfaDeleteStatus::Enabled)),
        logging: logging.map(|l| l.logging_enabled.map(Into::into)),
        server_side_encryption_configuration: encryption
            .map(|e| e.and_then(|e| e.server_side_encryption_configuration).map(Into::into)),
        lifecycle_rules: lifecycle
            .map(|l| l.and_then(|l| l.rules).unwrap_or_default().into_iter().map(Into::into).collect()),
        object_lock_configuration: lock.map(|l| l.and_then(|l| l.object_lock_configuration).map(Into::into)),
        replication: replication.map(|r| r.and_then(|r| r.replication_configuration).map(Into::into)),
        event_notification_configuration: events.map(Into::into),
        website_configuration: website.map(|w| w.map(Into::into)),
    };
    site.resource(arn, name, envelope_tags, &model)
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
