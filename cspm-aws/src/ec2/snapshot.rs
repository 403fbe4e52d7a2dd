//! EBS snapshots: `aws_ebs_snapshot`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// A copy of a volume that the account owns. Snapshots of others are not listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Snapshot {
    /// The id, `snap-…`.
    pub snapshot_id: String,
    /// The volume that it is a copy of; `vol-ffffffff` where that is not known.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_ebs_volume", "volume_id")))]
    pub volume_id: Option<String>,
    /// The size of the volume in GiB.
    pub volume_size: Option<i32>,
    /// `pending`, `completed`, `error`, `recoverable` or `recovering`.
    pub state: Read<Option<String>>,
    /// Whether it is encrypted.
    pub encrypted: Read<bool>,
    /// The key that it is encrypted with, by ARN.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_kms_key", "uid")))]
    pub kms_key_id: Option<String>,
    /// When it was begun.
    pub start_time: Read<Option<Timestamp>>,
    /// What its author says of it.
    pub description: Option<String>,
    /// The account that owns it.
    pub owner_id: Option<String>,
    /// `standard` or `archive`.
    pub storage_tier: Read<Option<String>>,
    /// Who else may make volumes of it; empty where nobody may.
    #[schemars(extend("x-source" = sources::DESCRIBE_SNAPSHOT_ATTRIBUTE))]
    pub create_volume_permissions: Read<Vec<CreateVolumePermission>>,
}

/// Someone who may make volumes of a snapshot: an account or everyone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CreateVolumePermission {
    /// `all` for everyone.
    pub group: Read<Option<String>>,
    /// The account.
    pub user_id: Option<String>,
}

impl Model for Snapshot {
    const KIND: &'static str = "aws_ebs_snapshot";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "ec2";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_SNAPSHOTS;
}
