//! Virtual networks: `aws_vpc`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::{Model, Read, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// A virtual network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Vpc {
    /// The id, `vpc-…`.
    pub vpc_id: String,
    /// The primary IPv4 range.
    pub cidr_block: Option<String>,
    /// All IPv4 ranges.
    pub cidr_block_association_set: Read<Vec<CidrBlockAssociation>>,
    /// All IPv6 ranges.
    pub ipv6_cidr_block_association_set: Vec<Ipv6CidrBlockAssociation>,
    /// `pending` or `available`.
    pub state: Read<Option<String>>,
    /// The set of DHCP options in use.
    pub dhcp_options_id: Option<String>,
    /// Where instances run unless they say otherwise: `default`, `dedicated`.
    pub instance_tenancy: Read<Option<String>>,
    /// Whether this is the VPC that AWS made with the region.
    pub is_default: Read<bool>,
    /// The account that owns the VPC; another one where it is shared with this account.
    pub owner_id: Option<String>,
}

/// An IPv4 range of a VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CidrBlockAssociation {
    /// The id of the association.
    pub association_id: Option<String>,
    /// The range.
    pub cidr_block: Option<String>,
    /// `associated`, `associating`, `failed`, …
    pub state: Read<Option<String>>,
}

/// An IPv6 range of a VPC or subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Ipv6CidrBlockAssociation {
    /// The id of the association.
    pub association_id: Option<String>,
    /// The range.
    pub ipv6_cidr_block: Option<String>,
    /// `associated`, `associating`, `failed`, …
    pub state: Read<Option<String>>,
}

impl Model for Vpc {
    const KIND: &'static str = "aws_vpc";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "vpc";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_VPCS;
}
