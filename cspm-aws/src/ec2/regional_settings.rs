//! The settings of EC2 in a region: `aws_ec2_regional_settings`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::{Model, Read, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// The settings of EC2 in a region: one resource a region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RegionalSettings {
    /// Whether new volumes and snapshots are encrypted without asking for it.
    #[schemars(extend("x-source" = sources::GET_EBS_ENCRYPTION_BY_DEFAULT))]
    pub default_ebs_encryption_enabled: Read<bool>,
    /// The key that they are encrypted with: an ARN, or `alias/aws/ebs`.
    #[schemars(extend("x-source" = sources::GET_EBS_DEFAULT_KMS_KEY_ID))]
    pub default_ebs_encryption_key: Read<Option<String>>,
    /// Whether snapshots can be shared with everyone: `unblocked`, `block-new-sharing` or `block-all-sharing`.
    #[schemars(extend("x-source" = sources::GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS_STATE))]
    pub snapshot_block_public_access_state: Read<String>,
    /// Whether images can be shared with everyone: `unblocked` or `block-new-sharing`.
    #[schemars(extend("x-source" = sources::GET_IMAGE_BLOCK_PUBLIC_ACCESS_STATE))]
    pub image_block_public_access_state: Read<String>,
    /// What instances get for their metadata service where neither launch nor image says otherwise.
    #[schemars(extend("x-source" = sources::GET_INSTANCE_METADATA_DEFAULTS))]
    pub instance_metadata_defaults: Read<InstanceMetadataDefaults>,
}

/// The metadata service of new instances; absent parts are left to AWS.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataDefaultsResponse.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InstanceMetadataDefaults {
    /// Whether session tokens are asked for: `required` or `optional`.
    pub http_tokens: Read<Option<String>>,
    /// Whether the account insists on `http_tokens` at launch: `enabled` or `disabled`.
    pub http_tokens_enforced: Read<Option<String>>,
    /// Whether the service answers at all: `enabled` or `disabled`.
    pub http_endpoint: Read<Option<String>>,
    /// How many network hops an answer may take; absent for no preference.
    pub http_put_response_hop_limit: Option<i32>,
    /// Whether tags can be read at the service: `enabled` or `disabled`.
    pub instance_metadata_tags: Read<Option<String>>,
}

impl Model for RegionalSettings {
    const KIND: &'static str = "aws_ec2_regional_settings";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "ec2";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_REGIONS;
}
