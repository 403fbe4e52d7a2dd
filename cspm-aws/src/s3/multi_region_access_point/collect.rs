//! `aws_s3_multi_region_access_point`, live.

use aws_sdk_s3control::types as sdk;
use cspm_core::{Model, Resource};

use crate::client::{Miss, Site};
use crate::live::timestamp;
use crate::s3::multi_region_access_point::{MultiRegionAccessPoint, RegionReport};

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
            |page| (page.access_points.unwrap_or_default(), page.next_token),
            |point| async move { describe(site, point) },
        )
        .await;
}

fn describe(site: &Site, point: sdk::MultiRegionAccessPointReport) -> Result<Option<Resource>, Miss> {
    let Some(name) = point.name else { return Ok(None) };
    let block = point.public_access_block;
    let blocks =
        |of: fn(&sdk::PublicAccessBlockConfiguration) -> Option<bool>| block.as_ref().and_then(of).unwrap_or_default();
    let region = |report: sdk::RegionReport| RegionReport {
        bucket: report.bucket,
        region: report.region,
        bucket_account_id: report.bucket_account_id,
    };
    let what = format!("accesspoint/{}", point.alias.as_deref().unwrap_or(&name));
    let model = MultiRegionAccessPoint {
        name: name.clone(),
        alias: point.alias,
        status: point.status.map(|status| status.as_str().to_owned()),
        created_at: point.created_at.and_then(timestamp),
        block_public_acls: blocks(|b| b.block_public_acls),
        block_public_policy: blocks(|b| b.block_public_policy),
        ignore_public_acls: blocks(|b| b.ignore_public_acls),
        restrict_public_buckets: blocks(|b| b.restrict_public_buckets),
        regions: point.regions.unwrap_or_default().into_iter().map(region).collect(),
    };
    site.untagged(site.arn("s3", &what), name, &model).map(Some)
}
