//! Machine images: `aws_ec2_ami`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// A machine image that the account owns. Of the images of others, those in use are in `aws_ec2_instance.image`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Ami {
    /// The id, `ami-…`.
    pub image_id: String,
    /// The name.
    pub name: Option<String>,
    /// What its author says of it.
    pub description: Option<String>,
    /// `available`, `pending`, `failed`, `disabled`, …
    pub state: Read<Option<String>>,
    /// Whether everyone may launch it.
    pub public: Read<bool>,
    /// The account that owns it.
    pub owner_id: Option<String>,
    /// `x86_64`, `arm64`, …
    pub architecture: Read<Option<String>>,
    /// `windows` for Windows, else absent.
    pub platform: Read<Option<String>>,
    /// `hvm` or `paravirtual`.
    pub virtualization_type: Read<Option<String>>,
    /// `ebs` or `instance-store`.
    pub root_device_type: Read<Option<String>>,
    /// `v2.0` where its instances ask for session tokens at their metadata service.
    pub imds_support: Read<Option<String>>,
    /// When it was made.
    pub creation_date: Read<Option<Timestamp>>,
    /// When it becomes deprecated, or became so.
    pub deprecation_time: Read<Option<Timestamp>>,
    /// When it was last used to launch an instance, with a day's delay; absent where never or not reported.
    pub last_launched_time: Read<Option<Timestamp>>,
    /// The disks that its instances get.
    pub block_device_mappings: Read<Vec<BlockDeviceMapping>>,
    /// Who may launch it besides its owner; empty where nobody may.
    #[schemars(extend("x-source" = sources::DESCRIBE_IMAGE_ATTRIBUTE))]
    pub launch_permissions: Read<Vec<LaunchPermission>>,
}

/// A disk of an image or launch template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BlockDeviceMapping {
    /// The name that an instance has for it, e.g. `/dev/xvda`.
    pub device_name: Option<String>,
    /// The snapshot that it is made from.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_ebs_snapshot", "snapshot_id")))]
    pub snapshot_id: Option<String>,
    /// Whether it is encrypted; absent where it says nothing, or for a disk of the host.
    pub encrypted: Option<bool>,
    /// The size in GiB.
    pub volume_size: Option<i32>,
}

/// Someone who may launch an image: an account, an organization (unit), or everyone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LaunchPermission {
    /// `all` for everyone.
    pub group: Read<Option<String>>,
    /// The account.
    pub user_id: Option<String>,
    /// The organization, by ARN.
    pub organization_arn: Option<String>,
    /// The organizational unit, by ARN.
    pub organizational_unit_arn: Option<String>,
}

impl Model for Ami {
    const KIND: &'static str = "aws_ec2_ami";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "ec2";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_IMAGES;
}
