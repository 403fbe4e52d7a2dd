//! Subnets: `aws_vpc_subnet`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;
use super::vpc::Ipv6CidrBlockAssociation;

/// A part of a VPC, in one availability zone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Subnet {
    /// The id, `subnet-…`.
    pub subnet_id: String,
    /// The VPC that the subnet is in.
    #[schemars(extend("x-ref" = Reference::new(Relation::Containment, "aws_vpc", "vpc_id")))]
    pub vpc_id: Read<String>,
    /// The IPv4 range; empty for a subnet of IPv6 alone.
    pub cidr_block: Option<String>,
    /// The IPv6 ranges.
    pub ipv6_cidr_block_association_set: Read<Vec<Ipv6CidrBlockAssociation>>,
    /// `pending`, `available` or `unavailable`.
    pub state: Read<Option<String>>,
    /// The availability zone by the name this account has for it, e.g. `us-east-1a`.
    pub availability_zone: Option<String>,
    /// The availability zone by the id that is the same for all accounts, e.g. `use1-az1`.
    pub availability_zone_id: Option<String>,
    /// How many IPv4 addresses are free.
    pub available_ip_address_count: Option<i32>,
    /// Whether an interface that is made in the subnet gets an IPv6 address.
    pub assign_ipv6_address_on_creation: Read<bool>,
    /// Whether this is the default subnet of its availability zone.
    pub default_for_az: Read<bool>,
    /// Whether an instance that is launched in the subnet gets a public IPv4 address.
    pub map_public_ip_on_launch: Read<bool>,
    /// The account that owns the subnet; another one where it is shared with this account.
    pub owner_id: Option<String>,
}

impl Model for Subnet {
    const KIND: &'static str = "aws_vpc_subnet";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "vpc";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_SUBNETS;
}
