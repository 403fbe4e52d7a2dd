//! `aws_s3_access_point`, live.

use aws_sdk_s3control::{Client, types as sdk};
use cspm_core::{Model, Resource};

use crate::client::{Miss, Site};
use crate::live::timestamp;
use crate::policy;
use crate::s3::access_point::AccessPoint;
use crate::s3::sources;

const KINDS: &[&str] = &[AccessPoint::KIND];
const GONE: &[&str] = &["NoSuchAccessPoint"];

pub(in crate::s3) async fn collect(site: &Site) {
    if site.wants(AccessPoint::KIND) {
        futures::future::join_all(site.regions(KINDS).await.iter().map(collect_region)).await;
    }
}

async fn collect_region(site: &Site) {
    let control = site.s3control();
    let account = &**site.account();
    site.list(KINDS, &AccessPoint::LIST)
        .each(
            |token: Option<String>| control.list_access_points().account_id(account).set_next_token(token).send(),
            |page| (page.access_point_list.unwrap_or_default(), page.next_token),
            |point| describe(site, &control, account, point),
        )
        .await;
}

async fn describe(
    site: &Site,
    control: &Client,
    account: &str,
    point: sdk::AccessPoint,
) -> Result<Option<Resource>, Miss> {
    // A store that is not AWS's may list the same in every region.
    let region = point.access_point_arn.as_deref().and_then(|arn| arn.split(':').nth(3));
    if region.is_some_and(|region| *region != **site.region()) {
        return Ok(None);
    }
    let name = &*point.name;
    let call = |source| site.call(KINDS, source).gone_on(GONE);
    let (details, document, status) =
        futures::try_join!(
            call(&sources::GET_ACCESS_POINT).read(|| control.get_access_point().account_id(account).name(name).send()),
            call(&sources::GET_ACCESS_POINT_POLICY).absent_on(&["NoSuchAccessPointPolicy"]).read_option(|| control
                .get_access_point_policy()
                .account_id(account)
                .name(name)
                .send()),
            call(&sources::GET_ACCESS_POINT_POLICY_STATUS)
                .absent_on(&["NoSuchAccessPointPolicy"])
                .read_option(|| control.get_access_point_policy_status().account_id(account).name(name).send()),
        )?;
    let blocks = |of: fn(&sdk::PublicAccessBlockConfiguration) -> Option<bool>| {
        let block = details.clone().map(|details| details.public_access_block_configuration);
        block.map(|block| block.as_ref().and_then(of).unwrap_or_default())
    };
    let arn = point.access_point_arn.unwrap_or_else(|| site.arn("s3", &format!("accesspoint/{name}")));
    let model = AccessPoint {
        name: name.to_owned(),
        access_point_arn: arn.clone(),
        bucket_name: point.bucket,
        bucket_account_id: point.bucket_account_id,
        network_origin: point.network_origin.as_str().to_owned(),
        vpc_id: point.vpc_configuration.map(|vpc| vpc.vpc_id).filter(|id| !id.is_empty()),
        creation_date: details.clone().map(|details| details.creation_date.and_then(timestamp)),
        block_public_acls: blocks(|b| b.block_public_acls),
        block_public_policy: blocks(|b| b.block_public_policy),
        ignore_public_acls: blocks(|b| b.ignore_public_acls),
        restrict_public_buckets: blocks(|b| b.restrict_public_buckets),
        access_point_policy_is_public: status
            .map(|s| s.and_then(|s| s.policy_status).is_some_and(|status| status.is_public)),
        policy_std: policy::read_option(&document.map(|d| d.and_then(|d| d.policy)), &sources::GET_ACCESS_POINT_POLICY),
    };
    site.untagged(arn, name, &model).map(Some)
}
