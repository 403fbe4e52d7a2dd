//! `aws_s3_multi_region_access_point`.

#[cfg(feature = "s3")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// A multi-region access point: one name for buckets of several regions.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPoints.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MultiRegionAccessPoint {
    /// The name.
    pub name: String,
    /// The alias, by which it is reached.
    pub alias: Option<String>,
    /// `READY`, `CREATING`, `DELETING`, …
    pub status: Read<Option<String>>,
    /// When it was made.
    pub created_at: Read<Option<Timestamp>>,
    /// New public ACLs are refused.
    pub block_public_acls: Read<bool>,
    /// New public policies are refused.
    pub block_public_policy: Read<bool>,
    /// Public ACLs have no effect.
    pub ignore_public_acls: Read<bool>,
    /// A public policy gives access only to AWS services and to the account itself.
    pub restrict_public_buckets: Read<bool>,
    /// The buckets behind it.
    pub regions: Read<Vec<RegionReport>>,
}

/// One bucket behind a [`MultiRegionAccessPoint`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RegionReport {
    /// The bucket.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_s3_bucket", "name")))]
    pub bucket: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// Its account.
    pub bucket_account_id: Option<String>,
}

impl Model for MultiRegionAccessPoint {
    const KIND: &'static str = "aws_s3_multi_region_access_point";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "s3";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = sources::LIST_MULTI_REGION_ACCESS_POINTS;
}
