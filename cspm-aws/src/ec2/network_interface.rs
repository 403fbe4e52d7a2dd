//! Network interfaces: `aws_ec2_network_interface`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::instance::GroupIdentifier;
use super::sources;

/// A network interface of an instance or of a managed service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NetworkInterface {
    /// The id, `eni-…`.
    pub network_interface_id: String,
    /// What its author says of it; managed services name themselves here.
    pub description: Option<String>,
    /// `available`, `in-use`, `attaching`, `detaching`, `associated` or `pending`.
    pub status: Read<Option<String>>,
    /// `interface`, `nat_gateway`, `lambda`, `vpc_endpoint`, `network_load_balancer`, …
    pub interface_type: Read<Option<String>>,
    /// Whether a managed service made it.
    pub requester_managed: Read<bool>,
    /// The account or service that made it.
    pub requester_id: Option<String>,
    /// The account that owns it.
    pub owner_id: Option<String>,
    /// The VPC that it is in.
    #[schemars(extend("x-ref" = Reference::new(Relation::Containment, "aws_vpc", "vpc_id")))]
    pub vpc_id: Read<String>,
    /// The subnet that it is in.
    #[schemars(extend("x-ref" = Reference::new(Relation::Containment, "aws_vpc_subnet", "subnet_id")))]
    pub subnet_id: Read<String>,
    /// The availability zone.
    pub availability_zone: Option<String>,
    /// The security groups that filter it.
    pub groups: Read<Vec<GroupIdentifier>>,
    /// The public IPv4 address.
    pub association_public_ip: Option<String>,
    /// The owner of the public address: an account, or `amazon`.
    pub association_ip_owner_id: Option<String>,
    /// The Elastic IP address that the public address is.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_vpc_eip", "allocation_id")))]
    pub association_allocation_id: Option<String>,
    /// The instance that it is attached to.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_ec2_instance", "instance_id")))]
    pub attached_instance_id: Option<String>,
    /// The account of the instance; a service where a managed service owns it, e.g. `amazon-elb`.
    pub attached_instance_owner_id: Option<String>,
    /// The id of the attachment.
    pub attachment_id: Option<String>,
    /// `attached`, `attaching`, `detaching` or `detached`.
    pub attachment_status: Read<Option<String>>,
    /// When it was attached.
    pub attachment_time: Read<Option<Timestamp>>,
    /// Whether it ends with the instance.
    pub delete_on_instance_termination: Option<bool>,
    /// The place among the instance's interfaces; 0 is the first.
    pub device_index: Option<i32>,
    /// The primary private IPv4 address.
    pub private_ip_address: Option<String>,
    /// All private IPv4 addresses.
    pub private_ip_addresses: Read<Vec<Read<String>>>,
    /// The IPv6 addresses.
    pub ipv6_addresses: Read<Vec<Read<String>>>,
    /// The MAC address.
    pub mac_address: Option<String>,
    /// Whether traffic must be from or to the interface's own addresses; off for routers and NAT.
    pub source_dest_check: Option<bool>,
}

impl Model for NetworkInterface {
    const KIND: &'static str = "aws_ec2_network_interface";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "ec2";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_NETWORK_INTERFACES;
}
