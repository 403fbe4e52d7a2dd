//! Elastic IP addresses: `aws_vpc_eip`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// A public IPv4 address that the account holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Eip {
    /// The id, `eipalloc-…`.
    pub allocation_id: String,
    /// The address.
    pub public_ip: Option<String>,
    /// The pool that the address is from: `amazon`, or one that the account brought.
    pub public_ipv4_pool: Option<String>,
    /// `vpc` or `standard`.
    pub domain: Read<Option<String>>,
    /// The id of the association; absent where the address is not in use.
    pub association_id: Option<String>,
    /// The instance that has the address.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_ec2_instance", "instance_id")))]
    pub instance_id: Option<String>,
    /// The network interface that has the address.
    #[schemars(
        extend("x-ref" = Reference::new(Relation::Attachment, "aws_ec2_network_interface", "network_interface_id"))
    )]
    pub network_interface_id: Option<String>,
    /// The account of the network interface.
    pub network_interface_owner_id: Option<String>,
    /// The private address that the public one stands for.
    pub private_ip_address: Option<String>,
    /// The zones from which the address is announced.
    pub network_border_group: Option<String>,
}

impl Model for Eip {
    const KIND: &'static str = "aws_vpc_eip";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "vpc";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_ADDRESSES;
}
