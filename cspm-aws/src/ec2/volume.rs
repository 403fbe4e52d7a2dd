//! EBS volumes: `aws_ebs_volume`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// A disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Volume {
    /// The id, `vol-…`.
    pub volume_id: String,
    /// `gp3`, `io2`, `st1`, …
    pub volume_type: Option<String>,
    /// `creating`, `available`, `in-use`, `deleting`, `deleted` or `error`.
    pub state: Read<Option<String>>,
    /// The size in GiB.
    pub size: Option<i32>,
    /// Whether it is encrypted.
    pub encrypted: Read<bool>,
    /// The key that it is encrypted with, by ARN.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_kms_key", "uid")))]
    pub kms_key_id: Option<String>,
    /// The snapshot that it was made from.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_ebs_snapshot", "snapshot_id")))]
    pub snapshot_id: Option<String>,
    /// The availability zone.
    pub availability_zone: Option<String>,
    /// When it was made.
    pub create_time: Read<Option<Timestamp>>,
    /// Operations a second that are paid for.
    pub iops: Option<i32>,
    /// MiB a second that are paid for.
    pub throughput: Option<i32>,
    /// Whether several instances may have it at once.
    pub multi_attach_enabled: Option<bool>,
    /// The instances that have it.
    pub attachments: Read<Vec<Attachment>>,
}

/// An instance that has a volume.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Attachment {
    /// The instance.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_ec2_instance", "instance_id")))]
    pub instance_id: Option<String>,
    /// The name that the instance has for it, e.g. `/dev/xvda`.
    pub device: Option<String>,
    /// `attaching`, `attached`, `detaching`, `detached` or `busy`.
    pub state: Read<Option<String>>,
    /// When it was attached.
    pub attach_time: Read<Option<Timestamp>>,
    /// Whether it ends with the instance.
    pub delete_on_termination: Option<bool>,
}

impl Model for Volume {
    const KIND: &'static str = "aws_ebs_volume";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "ec2";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_VOLUMES;
}
