//! Network ACLs, live.

use std::future::ready;

use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Resource};

use super::{Association, Entry, IcmpTypeCode, NetworkAcl, PortRange};
use crate::client::{Miss, Site};
use crate::ec2::convert::{each, id, name, tags, text};
use crate::live::given;

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    site.list(&[NetworkAcl::KIND], &NetworkAcl::LIST)
        .each(
            |token| ec2.describe_network_acls().max_results(1000).set_next_token(token).send(),
            |page| (page.network_acls.unwrap_or_default(), page.next_token),
            |acl| ready(describe(site, acl)),
        )
        .await;
}

fn describe(site: &Site, acl: sdk::NetworkAcl) -> Result<Resource, Miss> {
    let tags = tags(acl.tags);
    let acl = NetworkAcl {
        network_acl_id: id(acl.network_acl_id, NetworkAcl::KIND)?,
        vpc_id: acl.vpc_id,
        is_default: given(acl.is_default, &NetworkAcl::LIST),
        owner_id: acl.owner_id,
        associations: each(acl.associations, |association| Association {
            network_acl_association_id: association.network_acl_association_id,
            subnet_id: association.subnet_id,
        }),
        entries: each(acl.entries, entry),
    };
    let uid = site.arn("ec2", &format!("network-acl/{}", acl.network_acl_id));
    site.resource(uid, name(&tags, &acl.network_acl_id), tags, &acl)
}

fn entry(entry: sdk::NetworkAclEntry) -> Entry {
    Entry {
        rule_number: given(entry.rule_number, &NetworkAcl::LIST),
        rule_action: given(text(entry.rule_action), &NetworkAcl::LIST),
        egress: given(entry.egress, &NetworkAcl::LIST),
        protocol: given(entry.protocol, &NetworkAcl::LIST),
        cidr_block: entry.cidr_block,
        ipv6_cidr_block: entry.ipv6_cidr_block,
        port_range: entry.port_range.map(|range| PortRange { from: range.from, to: range.to }),
        icmp_type_code: entry.icmp_type_code.map(|icmp| IcmpTypeCode { r#type: icmp.r#type, code: icmp.code }),
    }
}

#[cfg(test)]
mod tests {
    use cspm_core::{Read, Reason};

    use super::*;

    #[test]
    fn an_entry_without_an_action_is_not_read_as_any() {
        let icmp = sdk::IcmpTypeCode::builder().r#type(-1).code(-1).build();
        let given = entry(sdk::NetworkAclEntry::builder().rule_number(100).egress(false).icmp_type_code(icmp).build());
        assert_eq!(given.rule_number, Read::Known(100));
        assert_eq!(given.icmp_type_code, Some(IcmpTypeCode { r#type: Some(-1), code: Some(-1) }));
        assert!(matches!(given.rule_action, Read::Unread(unread) if unread.reason == Reason::NotGiven));
    }
}
