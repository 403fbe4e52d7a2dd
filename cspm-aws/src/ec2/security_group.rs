//! Security groups: `aws_vpc_security_group`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// The stateful filter of the network interfaces that it is attached to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SecurityGroup {
    /// The id, `sg-…`.
    pub group_id: String,
    /// The name; `default` for the one that AWS made with the VPC.
    pub group_name: Read<String>,
    /// The VPC that the group is in.
    #[schemars(extend("x-ref" = Reference::new(Relation::Containment, "aws_vpc", "vpc_id")))]
    pub vpc_id: Read<String>,
    /// What its author says of it.
    pub description: Option<String>,
    /// The account that owns the group.
    pub owner_id: Option<String>,
    /// What may come in.
    pub ip_permissions: Read<Vec<IpPermission>>,
    /// What may go out.
    pub ip_permissions_egress: Read<Vec<IpPermission>>,
}

/// Traffic that a security group lets through: a protocol, ports, and the other sides.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IpPermission {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, an IANA number, or `-1` for all protocols and ports.
    pub ip_protocol: Read<String>,
    /// The first port, or the ICMP type; -1 is all ICMP types. Absent for all protocols.
    pub from_port: Read<Option<i32>>,
    /// The last port, or the ICMP code; -1 is all ICMP codes. Absent for all protocols.
    pub to_port: Read<Option<i32>>,
    /// The other sides, as IPv4 ranges.
    pub ip_ranges: Read<Vec<IpRange>>,
    /// The other sides, as IPv6 ranges.
    pub ipv6_ranges: Read<Vec<Ipv6Range>>,
    /// The other sides, as prefix lists.
    pub prefix_list_ids: Read<Vec<PrefixListId>>,
    /// The other sides, as security groups.
    pub user_id_group_pairs: Read<Vec<UserIdGroupPair>>,
}

/// An IPv4 range.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IpRange {
    /// The range.
    pub cidr_ip: Read<String>,
    /// What its author says of it.
    pub description: Option<String>,
}

/// An IPv6 range.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Ipv6Range {
    /// The range.
    pub cidr_ipv6: Read<String>,
    /// What its author says of it.
    pub description: Option<String>,
}

/// A prefix list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PrefixListId {
    /// The id, `pl-…`.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_ec2_managed_prefix_list", "id")))]
    pub prefix_list_id: Read<String>,
    /// What its author says of it.
    pub description: Option<String>,
    /// The ranges that the list stands for.
    #[schemars(extend("x-source" = sources::GET_MANAGED_PREFIX_LIST_ENTRIES))]
    pub cidrs: Read<Vec<String>>,
}

/// A security group on the other side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UserIdGroupPair {
    /// The group.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_vpc_security_group", "group_id")))]
    pub group_id: Option<String>,
    /// The account of the group.
    pub user_id: Option<String>,
    /// The VPC of the group, where it is reached by peering.
    pub vpc_id: Option<String>,
    /// The peering connection.
    pub vpc_peering_connection_id: Option<String>,
    /// The status of the peering connection: `active`, `deleted`, …
    pub peering_status: Read<Option<String>>,
    /// What its author says of it.
    pub description: Option<String>,
}

impl Model for SecurityGroup {
    const KIND: &'static str = "aws_vpc_security_group";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "vpc";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_SECURITY_GROUPS;
}
