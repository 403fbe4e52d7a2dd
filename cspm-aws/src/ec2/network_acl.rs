//! Network ACLs: `aws_vpc_network_acl`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// The stateless filter of the subnets that it is associated with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NetworkAcl {
    /// The id, `acl-…`.
    pub network_acl_id: String,
    /// The VPC that the ACL is in.
    #[schemars(extend("x-ref" = Reference::new(Relation::Containment, "aws_vpc", "vpc_id")))]
    pub vpc_id: Read<String>,
    /// Whether this is the ACL of every subnet without one of its own.
    pub is_default: Read<bool>,
    /// The account that owns the ACL.
    pub owner_id: Option<String>,
    /// The subnets that the ACL filters.
    pub associations: Read<Vec<Association>>,
    /// The rules. The one with the lowest number that matches decides.
    pub entries: Read<Vec<Entry>>,
}

/// A subnet that a network ACL filters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Association {
    /// The id of the association.
    pub network_acl_association_id: Option<String>,
    /// The subnet.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_vpc_subnet", "subnet_id")))]
    pub subnet_id: Option<String>,
}

/// A rule of a network ACL.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAclEntry.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Entry {
    /// The place in the order; 32767 is the last rule, which cannot be removed.
    pub rule_number: Read<i32>,
    /// `allow` or `deny`.
    pub rule_action: Read<String>,
    /// Whether the rule is of outgoing traffic.
    pub egress: Read<bool>,
    /// The IANA number of the protocol, `-1` for all: `6` is TCP, `17` is UDP, `1` is ICMP.
    pub protocol: Read<String>,
    /// The IPv4 range of the other side.
    pub cidr_block: Read<Option<String>>,
    /// The IPv6 range of the other side.
    pub ipv6_cidr_block: Option<String>,
    /// The ports, for TCP and UDP; absent for all.
    pub port_range: Read<Option<PortRange>>,
    /// The type and code, for ICMP.
    pub icmp_type_code: Option<IcmpTypeCode>,
}

/// Ports, both ends included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PortRange {
    /// The first port.
    pub from: Read<i32>,
    /// The last port.
    pub to: Read<i32>,
}

/// An ICMP type and code; -1 is any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IcmpTypeCode {
    /// The type.
    pub r#type: Option<i32>,
    /// The code.
    pub code: Option<i32>,
}

impl Model for NetworkAcl {
    const KIND: &'static str = "aws_vpc_network_acl";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "vpc";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_NETWORK_ACLS;
}
