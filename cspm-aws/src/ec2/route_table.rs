//! Route tables: `aws_vpc_route_table`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// The routes of the subnets or gateways that the table is associated with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RouteTable {
    /// The id, `rtb-…`.
    pub route_table_id: String,
    /// The VPC that the table is in.
    #[schemars(extend("x-ref" = Reference::new(Relation::Containment, "aws_vpc", "vpc_id")))]
    pub vpc_id: Read<String>,
    /// The account that owns the table.
    pub owner_id: Option<String>,
    /// What the table routes for.
    pub associations: Read<Vec<Association>>,
    /// The routes.
    pub routes: Read<Vec<Route>>,
    /// The ids of the virtual private gateways that propagate routes into the table.
    pub propagating_vgws: Read<Vec<Read<String>>>,
}

/// What a route table routes for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Association {
    /// The id of the association.
    pub route_table_association_id: Option<String>,
    /// Whether this is the VPC's main table: that of every subnet without a table of its own.
    pub main: Read<bool>,
    /// The subnet.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_vpc_subnet", "subnet_id")))]
    pub subnet_id: Option<String>,
    /// The internet gateway or virtual private gateway.
    pub gateway_id: Option<String>,
    /// `associated`, `associating`, `failed`, …
    pub state: Read<Option<String>>,
}

/// A route: one destination and one target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Route {
    /// The destination as an IPv4 range.
    pub destination_cidr_block: Read<Option<String>>,
    /// The destination as an IPv6 range.
    pub destination_ipv6_cidr_block: Option<String>,
    /// The destination as a prefix list.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_ec2_managed_prefix_list", "id")))]
    pub destination_prefix_list_id: Option<String>,
    /// The target: an internet gateway (`igw-…`), a virtual private gateway, a gateway endpoint, or `local`.
    pub gateway_id: Read<Option<String>>,
    /// The target: an internet gateway for outgoing IPv6 alone.
    pub egress_only_internet_gateway_id: Option<String>,
    /// The target: a NAT gateway.
    pub nat_gateway_id: Option<String>,
    /// The target: a transit gateway.
    pub transit_gateway_id: Option<String>,
    /// The target: a peering connection.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_vpc_peering_connection", "id")))]
    pub vpc_peering_connection_id: Option<String>,
    /// The target: an instance.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_ec2_instance", "instance_id")))]
    pub instance_id: Option<String>,
    /// The target: a network interface.
    #[schemars(
        extend("x-ref" = Reference::new(Relation::Reference, "aws_ec2_network_interface", "network_interface_id"))
    )]
    pub network_interface_id: Option<String>,
    /// The target: a local gateway.
    pub local_gateway_id: Option<String>,
    /// The target: a carrier gateway.
    pub carrier_gateway_id: Option<String>,
    /// The target: a core network, by ARN.
    pub core_network_arn: Option<String>,
    /// `active`, or `blackhole` where the target is gone.
    pub state: Read<Option<String>>,
    /// `CreateRouteTable`, `CreateRoute` or `EnableVgwRoutePropagation`.
    pub origin: Read<Option<String>>,
}

impl Model for RouteTable {
    const KIND: &'static str = "aws_vpc_route_table";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "vpc";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_ROUTE_TABLES;
}
