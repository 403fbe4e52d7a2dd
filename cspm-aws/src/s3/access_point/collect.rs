//! `aws_s3_access_point`, live.

use aws_sdk_s3control::operation::get_access_point_policy::GetAccessPointPolicyOutput;
use aws_sdk_s3control::{Client, types as sdk};
use cspm_core::{Model, Read, Resource};

use crate::client::{Miss, Page, Site};
use crate::live::{filled, flat, given, given_word, needed, time};
use crate::policy;
use crate::s3::access_point::AccessPoint;
use crate::s3::public_access_block::PublicAccessBlock;
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
            |page| Page::new(page.access_point_list, page.next_token),
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
    let name = &*needed(filled(point.name), "the name of an access point")?;
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
    let block = flat(details.clone().map(|d| given(d.public_access_block_configuration, &sources::GET_ACCESS_POINT)));
    let block = PublicAccessBlock::or_unread(block.map(|b| PublicAccessBlock::control(&b, &sources::GET_ACCESS_POINT)));
    let arn = point.access_point_arn.unwrap_or_else(|| site.arn("s3", &format!("accesspoint/{name}")));
    let model = AccessPoint {
        name: name.to_owned(),
        access_point_arn: arn.clone(),
        bucket_name: given(filled(point.bucket), &AccessPoint::LIST),
        bucket_account_id: point.bucket_account_id,
        vpc_id: match point.vpc_configuration.and_then(|vpc| filled(vpc.vpc_id)) {
            None if point.network_origin == sdk::NetworkOrigin::Vpc => given(None, &AccessPoint::LIST),
            vpc => Read::Known(vpc),
        },
        network_origin: given_word(Some(point.network_origin), &AccessPoint::LIST),
        creation_date: flat(details.map(|details| time(details.creation_date, &sources::GET_ACCESS_POINT))),
        block_public_acls: block.block_public_acls,
        block_public_policy: block.block_public_policy,
        ignore_public_acls: block.ignore_public_acls,
        restrict_public_buckets: block.restrict_public_buckets,
        access_point_policy_is_public: flat(status.map(|status| match status {
            // Without a policy nothing is public by it.
            None => Read::Known(false),
            Some(answer) => {
                given(answer.policy_status.map(|status| status.is_public), &sources::GET_ACCESS_POINT_POLICY_STATUS)
            }
        })),
        policy_std: policy::read_option(&written(document), site.partition(), &sources::GET_ACCESS_POINT_POLICY),
    };
    site.untagged(arn, name, &model).map(Some)
}

/// The text of the policy; an answer without one is not taken for "there is none".
fn written(document: Read<Option<GetAccessPointPolicyOutput>>) -> Read<Option<String>> {
    flat(document.map(|answer| match answer {
        None => Read::Known(None),
        Some(answer) => given(answer.policy, &sources::GET_ACCESS_POINT_POLICY).map(Some),
    }))
}
