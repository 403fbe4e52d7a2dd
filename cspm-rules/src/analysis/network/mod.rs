//! Who reaches what: CIDRs, security groups and network ACLs.

mod cidr;
mod network_acl;
mod protocol;
mod reserved;
mod security_group;
mod space;

pub(in crate::analysis) use cidr::is_known_network;
pub use cidr::{cidr_contains, cidr_is_any, cidr_is_public, cidr_prefix_length};
pub use network_acl::{nacl_allows_from_internet, nacl_allows_most_ports_from_internet};
pub use security_group::{
    has_more_rules_than, open_to_internet, open_to_internet_besides, open_to_public, opens_all_ports_to_internet,
};
