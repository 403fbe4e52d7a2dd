//! Launch templates: `aws_ec2_launch_template`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::secrets::SecretHit;
use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::ami::BlockDeviceMapping;
use super::instance::MetadataOptions;
use super::sources;

/// A template that instances are launched from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LaunchTemplate {
    /// The id, `lt-…`.
    pub launch_template_id: String,
    /// The name.
    pub launch_template_name: Option<String>,
    /// When it was made.
    pub created_time: Read<Option<Timestamp>>,
    /// Who made it, by ARN.
    pub created_by: Option<String>,
    /// The version that is used where none is asked for.
    pub default_version_number: Option<i64>,
    /// The newest version.
    pub latest_version_number: Option<i64>,
    /// The default and the latest version: two items, or one where they are the same. One that the answer lacks is an unread
    /// element.
    #[schemars(extend("x-source" = sources::DESCRIBE_LAUNCH_TEMPLATE_VERSIONS))]
    pub versions: Read<Vec<Read<Version>>>,
}

/// A version of a launch template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Version {
    /// The number of the version, from 1.
    pub version_number: Read<i64>,
    /// Whether it is the default version.
    pub default_version: Read<bool>,
    /// The image; it may be a parameter that is resolved at launch (`resolve:ssm:…`).
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_ec2_ami", "image_id")))]
    pub image_id: Option<String>,
    /// The type of instance, e.g. `m7i.large`.
    pub instance_type: Option<String>,
    /// The instance profile, by ARN.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_iam_role", "instance_profile_arns")))]
    pub iam_instance_profile_arn: Option<String>,
    /// The instance profile, by name.
    pub iam_instance_profile_name: Option<String>,
    /// The metadata service; absent where the template leaves it to the image and the account.
    pub metadata_options: Option<MetadataOptions>,
    /// Whether CloudWatch gets metrics each minute; absent where the template says nothing.
    pub monitoring_enabled: Option<bool>,
    /// The security groups, where no network interface names them.
    pub security_group_ids: Vec<String>,
    /// The network interfaces.
    pub network_interfaces: Vec<TemplateInterface>,
    /// The disks.
    pub block_device_mappings: Vec<BlockDeviceMapping>,
    /// Where the user data holds what looks like a secret; empty where it holds none or there is no user data.
    pub user_data_secrets: Read<Vec<SecretHit>>,
}

/// A network interface that a launch template asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TemplateInterface {
    /// The place among the instance's interfaces; 0 is the first.
    pub device_index: Option<i32>,
    /// Whether it gets a public IPv4 address; absent where the subnet decides.
    pub associate_public_ip_address: Option<bool>,
    /// An interface that is there already.
    #[schemars(
        extend("x-ref" = Reference::new(Relation::Reference, "aws_ec2_network_interface", "network_interface_id"))
    )]
    pub network_interface_id: Option<String>,
    /// The subnet.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_vpc_subnet", "subnet_id")))]
    pub subnet_id: Option<String>,
    /// The security groups.
    pub groups: Vec<String>,
}

impl Model for LaunchTemplate {
    const KIND: &'static str = "aws_ec2_launch_template";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "ec2";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_LAUNCH_TEMPLATES;
}
