//! Amazon S3: buckets, access points, and the settings of the account.

pub mod access_point;
pub mod acl;
#[cfg(feature = "s3")]
pub(crate) mod answers;
pub mod bucket;
pub mod bucket_settings;
pub mod multi_region_access_point;
pub mod predictable_bucket;
pub mod public_access_block;
pub(crate) mod sources;

use cspm_core::{Kind, Result};

/// The kinds of this service.
pub(crate) fn kinds() -> Result<Vec<Kind>> {
    Ok(vec![
        Kind::of::<bucket::Bucket>()?,
        Kind::of::<access_point::AccessPoint>()?,
        Kind::of::<multi_region_access_point::MultiRegionAccessPoint>()?,
        Kind::of::<predictable_bucket::PredictableBucket>()?,
    ])
}

/// The calls that no field names: objects are listed before their access control lists are read, and a store that is
/// not AWS's does not say with the list of buckets where they are.
#[cfg(feature = "s3")]
pub(crate) fn prerequisites(wanted: &cspm_core::Wanted) -> Vec<cspm_core::Source> {
    const BUCKET: &str = "aws_s3_bucket";
    let mut calls = Vec::new();
    if wanted.kind(BUCKET) {
        calls.push(sources::GET_BUCKET_LOCATION.clone());
    }
    if wanted.source(BUCKET, &sources::GET_OBJECT_ACL) {
        calls.push(sources::LIST_OBJECTS.clone());
    }
    calls
}

/// Collects the wanted kinds of this service; `site` is the global one.
#[cfg(feature = "s3")]
pub(crate) async fn collect(site: &crate::client::Site) {
    futures::join!(
        bucket::collect::collect(site),
        access_point::collect::collect(site),
        multi_region_access_point::collect::collect(site),
        predictable_bucket::collect::collect(site),
    );
}
