//! Instances: `aws_ec2_instance`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::secrets::SecretHit;
use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// A virtual machine. Terminated ones, which AWS shows for an hour more, are not listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Instance {
    /// The id, `i-…`.
    pub instance_id: String,
    /// The type, e.g. `m7i.large`.
    pub instance_type: Option<String>,
    /// `pending`, `running`, `shutting-down`, `stopping` or `stopped`.
    pub instance_state: Read<String>,
    /// When it was last started.
    pub launch_time: Read<Option<Timestamp>>,
    /// Why it is in its state, e.g. `User initiated (2026-01-31 12:00:00 GMT)`.
    pub state_transition_reason: Option<String>,
    /// When it came into its state; absent where the reason does not say.
    pub state_transition_time: Option<Timestamp>,
    /// Whether CloudWatch gets metrics each minute: `enabled`, `disabled`, `pending` or `disabling`.
    pub monitoring_state: Read<Option<String>>,
    /// `hvm` or `paravirtual`.
    pub virtualization_type: Read<Option<String>>,
    /// `x86_64`, `arm64`, …
    pub architecture: Read<Option<String>>,
    /// `windows` for Windows, else absent.
    pub platform: Read<Option<String>>,
    /// The availability zone.
    pub placement_availability_zone: Option<String>,
    /// The name of the key pair that it was launched with.
    pub key_name: Option<String>,
    /// Whether it is of the kind that ends with its host's spare room: `spot`, `scheduled`, …; absent for on demand.
    pub instance_lifecycle: Read<Option<String>>,
    /// Whether it can run Nitro enclaves.
    pub enclave_enabled: Read<bool>,

    /// The VPC that it is in.
    #[schemars(extend("x-ref" = Reference::new(Relation::Containment, "aws_vpc", "vpc_id")))]
    pub vpc_id: Option<String>,
    /// The subnet that it is in.
    #[schemars(extend("x-ref" = Reference::new(Relation::Containment, "aws_vpc_subnet", "subnet_id")))]
    pub subnet_id: Option<String>,
    /// The public IPv4 address.
    pub public_ip_address: Option<String>,
    /// The public host name.
    pub public_dns_name: Option<String>,
    /// The private IPv4 address.
    pub private_ip_address: Option<String>,
    /// The private host name.
    pub private_dns_name: Option<String>,
    /// Whether traffic must be from or to the instance's own addresses; off for routers and NAT.
    pub source_dest_check: Option<bool>,
    /// The security groups of the first network interface.
    pub security_groups: Read<Vec<GroupIdentifier>>,
    /// The network interfaces.
    pub network_interfaces: Read<Vec<InstanceInterface>>,

    /// The instance profile, by ARN.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_iam_role", "instance_profile_arns")))]
    pub iam_instance_profile_arn: Read<Option<String>>,
    /// The instance profile, by id.
    pub iam_instance_profile_id: Option<String>,
    /// The metadata service.
    pub metadata_options: Read<MetadataOptions>,

    /// The name of the root device, e.g. `/dev/xvda`.
    pub root_device_name: Option<String>,
    /// `ebs` or `instance-store`.
    pub root_device_type: Read<Option<String>>,
    /// The volumes.
    pub block_device_mappings: Read<Vec<InstanceBlockDevice>>,

    /// The image that it was launched from.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_ec2_ami", "image_id")))]
    pub image_id: Option<String>,
    /// The image, whoever owns it, even where it is gone or not shared with the account any more.
    #[schemars(extend("x-source" = sources::DESCRIBE_INSTANCE_IMAGE_METADATA))]
    pub image: Read<InstanceImage>,

    /// Where the user data holds what looks like a secret; empty where it holds none or there is no user data.
    #[schemars(extend("x-source" = sources::DESCRIBE_INSTANCE_ATTRIBUTE))]
    pub user_data_secrets: Read<Vec<SecretHit>>,
}

/// A security group, by id and name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupIdentifier {
    /// The id, `sg-…`.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_vpc_security_group", "group_id")))]
    pub group_id: Read<String>,
    /// The name.
    pub group_name: Option<String>,
}

/// A network interface of an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InstanceInterface {
    /// The id, `eni-…`.
    #[schemars(
        extend("x-ref" = Reference::new(Relation::Attachment, "aws_ec2_network_interface", "network_interface_id"))
    )]
    pub network_interface_id: Option<String>,
    /// `interface`, `efa`, `trunk`, …
    pub interface_type: Option<String>,
    /// The place among the instance's interfaces; 0 is the first.
    pub device_index: Option<i32>,
    /// The subnet.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_vpc_subnet", "subnet_id")))]
    pub subnet_id: Option<String>,
    /// The private IPv4 address.
    pub private_ip_address: Option<String>,
    /// The public IPv4 address.
    pub public_ip: Option<String>,
    /// The IPv6 addresses.
    pub ipv6_addresses: Read<Vec<Read<String>>>,
    /// The security groups that filter it.
    pub groups: Read<Vec<GroupIdentifier>>,
}

/// The metadata service of an instance.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsResponse.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MetadataOptions {
    /// Whether session tokens are asked for: `required` or `optional`.
    pub http_tokens: Read<Option<String>>,
    /// Whether the service answers at all: `enabled` or `disabled`.
    pub http_endpoint: Read<Option<String>>,
    /// How many network hops an answer may take, 1 to 64.
    pub http_put_response_hop_limit: Option<i32>,
    /// Whether the service answers over IPv6 too: `enabled` or `disabled`.
    pub http_protocol_ipv6: Read<Option<String>>,
    /// Whether tags can be read at the service: `enabled` or `disabled`.
    pub instance_metadata_tags: Read<Option<String>>,
}

/// A volume of an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InstanceBlockDevice {
    /// The name that the instance has for it, e.g. `/dev/xvda`.
    pub device_name: Option<String>,
    /// The volume.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_ebs_volume", "volume_id")))]
    pub volume_id: Option<String>,
    /// `attaching`, `attached`, `detaching`, `detached` or `busy`.
    pub status: Read<Option<String>>,
    /// When it was attached.
    pub attach_time: Read<Option<Timestamp>>,
    /// Whether it ends with the instance.
    pub delete_on_termination: Option<bool>,
}

/// What the image of an instance says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InstanceImage {
    /// The name.
    pub name: Option<String>,
    /// The account that owns it.
    pub owner_id: Option<String>,
    /// Who the owner is, where that is known: `amazon`, `aws-marketplace`, `self`, …
    pub image_owner_alias: Option<String>,
    /// Whether everyone may launch it.
    pub public: Option<bool>,
    /// Whether the account's list of allowed images has it; absent where that list is not in use.
    pub image_allowed: Option<bool>,
    /// `available`, `deregistered`, `disabled`, …
    pub state: Read<Option<String>>,
    /// When it was made.
    pub creation_date: Read<Option<Timestamp>>,
    /// When it becomes deprecated, or became so.
    pub deprecation_time: Read<Option<Timestamp>>,
}

impl Model for Instance {
    const KIND: &'static str = "aws_ec2_instance";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "ec2";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_INSTANCES;
}
