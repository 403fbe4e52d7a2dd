//! The calls that fill the kinds of S3, each with its permission.
//!
//! A call that lists a kind is a constant of its model; the others are borrowed by the calls, and so are statics.
//!
//! Permissions: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>.

use cspm_core::{Per, Source};

const BUCKET: Per = Per::Resource("aws_s3_bucket");
const ACCESS_POINT: Per = Per::Resource("aws_s3_access_point");

pub(crate) const LIST_BUCKETS: Source = Source::new("s3", "ListBuckets", "s3:ListAllMyBuckets", Per::Account);
pub(crate) static GET_BUCKET_LOCATION: Source = Source::new("s3", "GetBucketLocation", "s3:GetBucketLocation", BUCKET);
pub(crate) static GET_BUCKET_TAGGING: Source = Source::new("s3", "GetBucketTagging", "s3:GetBucketTagging", BUCKET);
pub(crate) static GET_PUBLIC_ACCESS_BLOCK: Source =
    Source::new("s3", "GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", BUCKET);
pub(crate) static GET_BUCKET_POLICY: Source = Source::new("s3", "GetBucketPolicy", "s3:GetBucketPolicy", BUCKET);
pub(crate) static GET_BUCKET_POLICY_STATUS: Source =
    Source::new("s3", "GetBucketPolicyStatus", "s3:GetBucketPolicyStatus", BUCKET);
pub(crate) static GET_BUCKET_ACL: Source = Source::new("s3", "GetBucketAcl", "s3:GetBucketAcl", BUCKET);
pub(crate) static GET_BUCKET_VERSIONING: Source =
    Source::new("s3", "GetBucketVersioning", "s3:GetBucketVersioning", BUCKET);
pub(crate) static GET_BUCKET_LOGGING: Source = Source::new("s3", "GetBucketLogging", "s3:GetBucketLogging", BUCKET);
pub(crate) static GET_BUCKET_ENCRYPTION: Source =
    Source::new("s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration", BUCKET);
pub(crate) static GET_BUCKET_LIFECYCLE_CONFIGURATION: Source =
    Source::new("s3", "GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration", BUCKET);
pub(crate) static GET_OBJECT_LOCK_CONFIGURATION: Source =
    Source::new("s3", "GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration", BUCKET);
pub(crate) static GET_BUCKET_REPLICATION: Source =
    Source::new("s3", "GetBucketReplication", "s3:GetReplicationConfiguration", BUCKET);
pub(crate) static GET_BUCKET_NOTIFICATION_CONFIGURATION: Source =
    Source::new("s3", "GetBucketNotificationConfiguration", "s3:GetBucketNotification", BUCKET);
pub(crate) static GET_BUCKET_OWNERSHIP_CONTROLS: Source =
    Source::new("s3", "GetBucketOwnershipControls", "s3:GetBucketOwnershipControls", BUCKET);
pub(crate) static GET_BUCKET_WEBSITE: Source = Source::new("s3", "GetBucketWebsite", "s3:GetBucketWebsite", BUCKET);
pub(crate) static LIST_OBJECTS: Source = Source::new("s3", "ListObjectsV2", "s3:ListBucket", BUCKET);
pub(crate) static GET_OBJECT_ACL: Source = Source::new("s3", "GetObjectAcl", "s3:GetObjectAcl", BUCKET);
pub(crate) static HEAD_BUCKET: Source =
    Source::new("s3", "HeadBucket", "s3:ListBucket", Per::Resource("aws_s3_predictable_bucket"));

pub(crate) const GET_ACCOUNT_PUBLIC_ACCESS_BLOCK: Source =
    Source::new("s3control", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock", Per::Account);
pub(crate) const LIST_ACCESS_POINTS: Source =
    Source::new("s3control", "ListAccessPoints", "s3:ListAccessPoints", Per::Region);
pub(crate) static GET_ACCESS_POINT: Source =
    Source::new("s3control", "GetAccessPoint", "s3:GetAccessPoint", ACCESS_POINT);
pub(crate) static GET_ACCESS_POINT_POLICY: Source =
    Source::new("s3control", "GetAccessPointPolicy", "s3:GetAccessPointPolicy", ACCESS_POINT);
pub(crate) static GET_ACCESS_POINT_POLICY_STATUS: Source =
    Source::new("s3control", "GetAccessPointPolicyStatus", "s3:GetAccessPointPolicyStatus", ACCESS_POINT);
pub(crate) const LIST_MULTI_REGION_ACCESS_POINTS: Source =
    Source::new("s3control", "ListMultiRegionAccessPoints", "s3:ListMultiRegionAccessPoints", Per::Account);
