//! `aws_s3_bucket`.

#[cfg(feature = "s3")]
pub(super) mod collect;
#[cfg(feature = "s3")]
mod convert;
#[cfg(feature = "s3")]
mod object_acls;
#[cfg(feature = "s3")]
mod places;

use std::collections::BTreeMap;

use cspm_core::{Model, Read, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::acl::Acl;
use super::bucket_settings::{
    EncryptionConfiguration, EventNotificationConfiguration, LifecycleRule, Logging, ObjectAcl,
    ObjectLockConfiguration, OwnershipControls, Replication, WebsiteConfiguration,
};
use super::sources;
use crate::policy::Policy;

/// A bucket. Its region is the region of the resource.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Bucket {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// When it was made.
    pub creation_date: Read<Option<Timestamp>>,
    /// Where it is: the region of the resource, which is `global` where this is unread. S3 itself says so with the list
    /// of buckets; other stores are asked for each bucket.
    #[schemars(extend("x-source" = sources::GET_BUCKET_LOCATION))]
    pub bucket_region: Read<String>,
    /// Its tags.
    #[schemars(extend("x-source" = sources::GET_BUCKET_TAGGING))]
    pub tags_src: Read<BTreeMap<String, String>>,

    /// New public ACLs are refused. `false` where the bucket has no public access block.
    #[schemars(extend("x-source" = sources::GET_PUBLIC_ACCESS_BLOCK))]
    pub block_public_acls: Read<bool>,
    /// New public policies are refused.
    #[schemars(extend("x-source" = sources::GET_PUBLIC_ACCESS_BLOCK))]
    pub block_public_policy: Read<bool>,
    /// Public ACLs have no effect.
    #[schemars(extend("x-source" = sources::GET_PUBLIC_ACCESS_BLOCK))]
    pub ignore_public_acls: Read<bool>,
    /// A public policy gives access only to AWS services and to the bucket's own account.
    #[schemars(extend("x-source" = sources::GET_PUBLIC_ACCESS_BLOCK))]
    pub restrict_public_buckets: Read<bool>,

    /// S3 calls the policy public. `false` where there is no policy.
    #[schemars(extend("x-source" = sources::GET_BUCKET_POLICY_STATUS))]
    pub bucket_policy_is_public: Read<bool>,
    /// The policy as it was written; null where there is none.
    #[schemars(extend("x-source" = sources::GET_BUCKET_POLICY))]
    pub policy: Read<Option<serde_json::Value>>,
    /// The policy in canonical form; null where there is none.
    #[schemars(extend("x-source" = sources::GET_BUCKET_POLICY))]
    pub policy_std: Read<Option<Policy>>,
    /// The access control list.
    #[schemars(extend("x-source" = sources::GET_BUCKET_ACL))]
    pub acl: Read<Acl>,
    /// Who owns the objects, and whether ACLs have any effect; null where it was never set, so that they have.
    #[schemars(extend("x-source" = sources::GET_BUCKET_OWNERSHIP_CONTROLS))]
    pub object_ownership_controls: Read<Option<OwnershipControls>>,
    /// The keys of some objects: at most [`OBJECT_SAMPLE`], the first in the order of keys.
    #[schemars(extend("x-source" = sources::LIST_OBJECTS))]
    pub object_sample: Read<Vec<String>>,
    /// The access control lists of the objects in `object_sample`. Where the bucket holds more objects than that, the
    /// list ends in an unread element.
    #[schemars(extend("x-source" = sources::GET_OBJECT_ACL))]
    pub object_acls: Read<Vec<Read<ObjectAcl>>>,

    /// Versions of objects are kept.
    #[schemars(extend("x-source" = sources::GET_BUCKET_VERSIONING))]
    pub versioning_enabled: Read<bool>,
    /// Deleting a version needs a code of an MFA device.
    #[schemars(extend("x-source" = sources::GET_BUCKET_VERSIONING))]
    pub versioning_mfa_delete: Read<bool>,
    /// Where access is logged to; null where it is not.
    #[schemars(extend("x-source" = sources::GET_BUCKET_LOGGING))]
    pub logging: Read<Option<Logging>>,
    /// How new objects are encrypted.
    #[schemars(extend("x-source" = sources::GET_BUCKET_ENCRYPTION))]
    pub server_side_encryption_configuration: Read<Option<EncryptionConfiguration>>,
    /// The lifecycle rules; empty where there are none.
    #[schemars(extend("x-source" = sources::GET_BUCKET_LIFECYCLE_CONFIGURATION))]
    pub lifecycle_rules: Read<Vec<LifecycleRule>>,
    /// Object lock; null where the bucket does not have it.
    #[schemars(extend("x-source" = sources::GET_OBJECT_LOCK_CONFIGURATION))]
    pub object_lock_configuration: Read<Option<ObjectLockConfiguration>>,
    /// Replication; null where there is none.
    #[schemars(extend("x-source" = sources::GET_BUCKET_REPLICATION))]
    pub replication: Read<Option<Replication>>,
    /// Who is told of events.
    #[schemars(extend("x-source" = sources::GET_BUCKET_NOTIFICATION_CONFIGURATION))]
    pub event_notification_configuration: Read<EventNotificationConfiguration>,
    /// The website that the bucket serves; null where it serves none.
    #[schemars(extend("x-source" = sources::GET_BUCKET_WEBSITE))]
    pub website_configuration: Read<Option<WebsiteConfiguration>>,
}

/// How many objects of a bucket are looked at.
pub const OBJECT_SAMPLE: usize = 10;

impl Model for Bucket {
    const KIND: &'static str = "aws_s3_bucket";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "s3";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = sources::LIST_BUCKETS;
}
