//! `aws_s3_multi_region_access_point`, live.

use aws_sdk_s3control::types as sdk;
use cspm_core::{Model, Resource};

use crate::client::{Miss, Page, Site};
use crate::live::{enumerations, filled, given, items, needed, time, word};
use crate::s3::multi_region_access_point::{MultiRegionAccessPoint, RegionReport};
use crate::s3::public_access_block::PublicAccessBlock;

enumerations!(sdk::MultiRegionAccessPointStatus, sdk::NetworkOrigin);

/// Where the control plane is, whatever the regions of the buckets; other partitions have none.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointRestrictions.html>
const CONTROL_PLANE: &str = "us-west-2";

pub(in crate::s3) async fn collect(site: &Site) {
    if site.partition() != "aws" {
        return;
    }
    let control = site.at(CONTROL_PLANE).s3control();
    let account = &**site.account();
    site.list(&[MultiRegionAccessPoint::KIND], &MultiRegionAccessPoint::LIST)
        .each(
            |token: Option<String>| {
                control.list_multi_region_access_points().account_id(account).set_next_token(token).send()
            },
            |page| Page::new(page.access_points, page.next_token),
            |point| async move { describe(site, point) },
        )
        .await;
}

fn describe(site: &Site, point: sdk::MultiRegionAccessPointReport) -> Result<Resource, Miss> {
    let source = &MultiRegionAccessPoint::LIST;
    let name = needed(point.name.and_then(filled), "the name of a multi-region access point")?;
    let block = given(point.public_access_block, source).map(|block| PublicAccessBlock::control(&block, source));
    let block = PublicAccessBlock::or_unread(block);
    let region = |report: sdk::RegionReport| RegionReport {
        bucket: report.bucket,
        region: report.region,
        bucket_account_id: report.bucket_account_id,
    };
    // Its ARN has the alias, which it gets while it is made.
    let uid = match &point.alias {
        Some(alias) => site.arn("s3", &format!("accesspoint/{alias}")),
        None => site.own(&format!("multi-region-access-point/{name}")),
    };
    let model = MultiRegionAccessPoint {
        name: name.clone(),
        alias: point.alias,
        status: word(point.status, source),
        created_at: time(point.created_at, source),
        block_public_acls: block.block_public_acls,
        block_public_policy: block.block_public_policy,
        ignore_public_acls: block.ignore_public_acls,
        restrict_public_buckets: block.restrict_public_buckets,
        regions: items(point.regions, source, region),
    };
    site.untagged(uid, name, &model)
}
