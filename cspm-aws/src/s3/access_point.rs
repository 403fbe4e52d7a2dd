//! `aws_s3_access_point`.

#[cfg(feature = "s3")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;
use crate::policy::Policy;

/// An access point: another way into a bucket, with a policy of its own.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points.html>
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AccessPoint {
    /// The name.
    pub name: String,
    /// The ARN.
    pub access_point_arn: String,
    /// The bucket that it leads to.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_s3_bucket", "name")))]
    pub bucket_name: Read<String>,
    /// The account of the bucket.
    pub bucket_account_id: Option<String>,
    /// `Internet` or `VPC`.
    pub network_origin: Read<String>,
    /// The VPC from which alone it can be reached; null where its origin is the internet.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_vpc", "vpc_id")))]
    pub vpc_id: Read<Option<String>>,
    /// When it was made.
    #[schemars(extend("x-source" = sources::GET_ACCESS_POINT))]
    pub creation_date: Read<Option<Timestamp>>,
    /// New public ACLs are refused.
    #[schemars(extend("x-source" = sources::GET_ACCESS_POINT))]
    pub block_public_acls: Read<bool>,
    /// New public policies are refused.
    #[schemars(extend("x-source" = sources::GET_ACCESS_POINT))]
    pub block_public_policy: Read<bool>,
    /// Public ACLs have no effect.
    #[schemars(extend("x-source" = sources::GET_ACCESS_POINT))]
    pub ignore_public_acls: Read<bool>,
    /// A public policy gives access only to AWS services and to the account itself.
    #[schemars(extend("x-source" = sources::GET_ACCESS_POINT))]
    pub restrict_public_buckets: Read<bool>,
    /// S3 calls its policy public. `false` where there is no policy.
    #[schemars(extend("x-source" = sources::GET_ACCESS_POINT_POLICY_STATUS))]
    pub access_point_policy_is_public: Read<bool>,
    /// Its policy in canonical form; null where there is none.
    #[schemars(extend("x-source" = sources::GET_ACCESS_POINT_POLICY))]
    pub policy_std: Read<Option<Policy>>,
}

impl Model for AccessPoint {
    const KIND: &'static str = "aws_s3_access_point";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "s3";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::LIST_ACCESS_POINTS;
}
