//! Peering connections: `aws_vpc_peering_connection`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// A connection of two VPCs, as either side sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PeeringConnection {
    /// The id, `pcx-…`.
    pub id: String,
    /// The VPC that was asked.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_vpc", "vpc_id")))]
    pub accepter_vpc_id: Option<String>,
    /// The account that was asked.
    pub accepter_owner_id: Option<String>,
    /// The region of the VPC that was asked.
    pub accepter_region: Option<String>,
    /// The primary IPv4 range of the VPC that was asked; absent until the connection is active.
    pub accepter_cidr_block: Option<String>,
    /// All IPv4 ranges of the VPC that was asked.
    pub accepter_cidr_block_set: Read<Vec<Read<String>>>,
    /// All IPv6 ranges of the VPC that was asked.
    pub accepter_ipv6_cidr_block_set: Read<Vec<Read<String>>>,
    /// Whether the asked VPC's DNS answers the requester with private addresses.
    pub accepter_allow_dns_resolution: Option<bool>,
    /// The VPC that asked.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_vpc", "vpc_id")))]
    pub requester_vpc_id: Option<String>,
    /// The account that asked.
    pub requester_owner_id: Option<String>,
    /// The region of the VPC that asked.
    pub requester_region: Option<String>,
    /// The primary IPv4 range of the VPC that asked.
    pub requester_cidr_block: Option<String>,
    /// All IPv4 ranges of the VPC that asked.
    pub requester_cidr_block_set: Read<Vec<Read<String>>>,
    /// All IPv6 ranges of the VPC that asked.
    pub requester_ipv6_cidr_block_set: Read<Vec<Read<String>>>,
    /// Whether the asking VPC's DNS answers the accepter with private addresses.
    pub requester_allow_dns_resolution: Option<bool>,
    /// `active`, `pending-acceptance`, `deleted`, `expired`, `failed`, …
    pub status_code: Read<Option<String>>,
    /// What AWS says of the status.
    pub status_message: Option<String>,
    /// When an invitation that nobody accepts ends.
    pub expiration_time: Read<Option<Timestamp>>,
}

impl Model for PeeringConnection {
    const KIND: &'static str = "aws_vpc_peering_connection";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "vpc";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_VPC_PEERING_CONNECTIONS;
}
