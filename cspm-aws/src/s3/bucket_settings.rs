//! What a bucket can be set to: the parts of `aws_s3_bucket`.

use std::collections::BTreeMap;

use cspm_core::{Read, Reference, Relation};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::acl::Grant;

/// Where access to a bucket is logged to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Logging {
    /// The bucket that receives the logs.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_s3_bucket", "name")))]
    pub target_bucket: Read<String>,
    /// What the keys of the log objects begin with.
    pub target_prefix: String,
}

/// How new objects are encrypted when the request does not say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EncryptionConfiguration {
    /// The rules; S3 has one.
    pub rules: Read<Vec<EncryptionRule>>,
}

/// One rule of an [`EncryptionConfiguration`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EncryptionRule {
    /// `AES256` (keys of S3), `aws:kms` or `aws:kms:dsse`; null where the rule sets no default.
    pub sse_algorithm: Read<Option<String>>,
    /// The KMS key; null for the key that AWS manages.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_kms_key", "arn")))]
    pub kms_master_key_id: Option<String>,
    /// A key of the bucket saves calls of KMS.
    pub bucket_key_enabled: bool,
}

/// A lifecycle rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LifecycleRule {
    /// The id.
    pub id: Option<String>,
    /// `Enabled` or `Disabled`.
    pub status: Read<String>,
    /// What the keys of the objects begin with; null where the rule does not choose by that.
    pub prefix: Option<String>,
    /// The tags that the objects must have.
    pub tags: BTreeMap<String, String>,
    /// Days after which objects expire.
    pub expiration_days: Option<i32>,
    /// When objects expire.
    pub expiration_date: Read<Option<Timestamp>>,
    /// Markers of deleted objects are removed when no version is left.
    pub expired_object_delete_marker: bool,
    /// Days after which versions that are not the current one expire.
    pub noncurrent_version_expiration_days: Option<i32>,
    /// Days after which the parts of an upload that was not completed are deleted.
    pub abort_incomplete_multipart_upload_days: Option<i32>,
    /// Moves of objects to another storage class.
    pub transitions: Vec<Transition>,
    /// Moves of versions that are not the current one.
    pub noncurrent_version_transitions: Vec<Transition>,
}

/// A move to another storage class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Transition {
    /// After this many days.
    pub days: Option<i32>,
    /// At this time.
    pub date: Read<Option<Timestamp>>,
    /// To this class, e.g. `GLACIER`.
    pub storage_class: Option<String>,
}

/// Object lock. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ObjectLockConfiguration {
    /// The bucket has object lock.
    pub object_lock_enabled: Read<bool>,
    /// `GOVERNANCE` or `COMPLIANCE`; null without a default retention.
    pub default_retention_mode: Read<Option<String>>,
    /// Days of the default retention.
    pub default_retention_days: Option<i32>,
    /// Years of the default retention.
    pub default_retention_years: Option<i32>,
}

/// Replication. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Replication {
    /// The role that copies.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_iam_role", "arn")))]
    pub role: Read<String>,
    /// What is copied, and where to.
    pub rules: Read<Vec<ReplicationRule>>,
}

/// One rule of a [`Replication`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReplicationRule {
    /// The id.
    pub id: Option<String>,
    /// `Enabled` or `Disabled`.
    pub status: Read<String>,
    /// The ARN of the bucket that receives the copies.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_s3_bucket", "arn")))]
    pub destination_bucket: Read<String>,
    /// The account that owns the copies; null for the account of the bucket.
    pub destination_account: Option<String>,
    /// The storage class of the copies.
    pub storage_class: Option<String>,
}

/// Who is told of events in a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EventNotificationConfiguration {
    /// All events go to EventBridge.
    pub event_bridge_enabled: bool,
    /// ARNs of the SNS topics that receive events.
    pub topics: Vec<Read<String>>,
    /// ARNs of the SQS queues that receive events.
    pub queues: Vec<Read<String>>,
    /// ARNs of the Lambda functions that receive events.
    pub lambda_functions: Vec<Read<String>>,
}

/// Who owns the objects of a bucket.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OwnershipControls {
    /// The rules; S3 has one.
    pub rules: Read<Vec<OwnershipRule>>,
}

impl OwnershipControls {
    /// Whether access control lists are known to have no effect.
    #[must_use]
    pub fn disable_acls(&self) -> bool {
        let enforced = |rule: &OwnershipRule| rule.object_ownership.known().is_some_and(|o| o == "BucketOwnerEnforced");
        self.rules.known().is_some_and(|rules| rules.iter().any(enforced))
    }
}

/// One rule of [`OwnershipControls`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OwnershipRule {
    /// `BucketOwnerEnforced` (ACLs have no effect), `BucketOwnerPreferred` or `ObjectWriter`.
    pub object_ownership: Read<String>,
}

/// A website served by a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WebsiteConfiguration {
    /// The object that is served for a directory.
    pub index_document: Option<String>,
    /// The object that is served for an error.
    pub error_document: Option<String>,
    /// The host that all requests are sent on to.
    pub redirect_all_requests_to: Option<String>,
}

/// The access control list of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ObjectAcl {
    /// The key of the object.
    pub key: String,
    /// Who may do what.
    pub grants: Read<Vec<Grant>>,
}
