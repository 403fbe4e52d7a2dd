//! Network ACLs, live.

use std::future::ready;

use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Read, Resource};

use super::{Association, Entry, IcmpTypeCode, NetworkAcl, PortRange};
use crate::client::{Miss, Page, Site};
use crate::ec2::convert::{id, name, tags};
use crate::live::{given, given_word, items};

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    site.list(&[NetworkAcl::KIND], &NetworkAcl::LIST)
        .each(
            |token| ec2.describe_network_acls().max_results(1000).set_next_token(token).send(),
            |page| Page::new(page.network_acls, page.next_token),
            |acl| ready(describe(site, acl)),
        )
        .await;
}

fn describe(site: &Site, acl: sdk::NetworkAcl) -> Result<Resource, Miss> {
    let tags = tags(acl.tags);
    let source = &NetworkAcl::LIST;
    let acl = NetworkAcl {
        network_acl_id: id(acl.network_acl_id, NetworkAcl::KIND)?,
        vpc_id: given(acl.vpc_id, source),
        is_default: given(acl.is_default, source),
        owner_id: acl.owner_id,
        associations: items(acl.associations, source, |association| Association {
            network_acl_association_id: association.network_acl_association_id,
            subnet_id: association.subnet_id,
        }),
        entries: items(acl.entries, source, entry),
    };
    let uid = site.arn_of(acl.owner_id.as_deref(), "ec2", &format!("network-acl/{}", acl.network_acl_id));
    site.resource(uid, name(&tags, &acl.network_acl_id), tags, &acl)
}

fn entry(entry: sdk::NetworkAclEntry) -> Entry {
    let source = &NetworkAcl::LIST;
    // All ports of TCP or UDP are a range too: an entry without one does not say which.
    let ports = match (entry.port_range, entry.protocol.as_deref()) {
        (None, Some("6" | "17")) => given(None, source),
        (range, _) => {
            Read::Known(range.map(|range| PortRange { from: given(range.from, source), to: given(range.to, source) }))
        }
    };
    Entry {
        rule_number: given(entry.rule_number, source),
        rule_action: given_word(entry.rule_action, source),
        egress: given(entry.egress, source),
        protocol: given(entry.protocol, source),
        cidr_block: match entry.cidr_block {
            None if entry.ipv6_cidr_block.is_none() => given(None, source),
            range => Read::Known(range),
        },
        ipv6_cidr_block: entry.ipv6_cidr_block,
        port_range: ports,
        icmp_type_code: entry.icmp_type_code.map(|icmp| IcmpTypeCode { r#type: icmp.r#type, code: icmp.code }),
    }
}

#[cfg(test)]
mod tests {
    use cspm_core::Reason;

    use super::*;

    #[test]
    fn an_entry_without_an_action_is_not_read_as_any() {
        let icmp = sdk::IcmpTypeCode::builder().r#type(-1).code(-1).build();
        let given = entry(sdk::NetworkAclEntry::builder().rule_number(100).egress(false).icmp_type_code(icmp).build());
        assert_eq!(given.rule_number, Read::Known(100));
        assert_eq!(given.icmp_type_code, Some(IcmpTypeCode { r#type: Some(-1), code: Some(-1) }));
        assert!(matches!(given.rule_action, Read::Unread(unread) if unread.reason == Reason::NotGiven));
        assert_eq!(given.port_range, Read::Known(None));
        let tcp = || sdk::NetworkAclEntry::builder().protocol("6").rule_action("allow-some".into());
        assert!(entry(tcp().build()).port_range.known().is_none(), "which ports?");
        assert!(entry(tcp().build()).rule_action.known().is_none(), "what does it do?");
        let ports = sdk::PortRange::builder().from(22).to(22).build();
        let known = Read::Known(Some(PortRange { from: Read::Known(22), to: Read::Known(22) }));
        assert_eq!(entry(tcp().port_range(ports).build()).port_range, known);
    }
}
