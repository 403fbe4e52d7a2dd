//! Security groups, live.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Read, Resource};

use super::{IpPermission, IpRange, Ipv6Range, PrefixListId, SecurityGroup, UserIdGroupPair};
use crate::client::{Miss, Page, Site};
use crate::ec2::convert::{id, tags};
use crate::ec2::prefix_lists::PrefixLists;
use crate::live::{given, items, one_of};

/// The states of a peering connection, which the SDK has as text here.
const PEERING: &[&str] = &[
    "active",
    "deleted",
    "deleting",
    "expired",
    "failed",
    "initiating-request",
    "pending-acceptance",
    "provisioning",
    "rejected",
];

pub(in crate::ec2) async fn collect(site: &Site, lists: &PrefixLists) {
    let ec2 = site.ec2();
    site.list(&[SecurityGroup::KIND], &SecurityGroup::LIST)
        .each(
            |token| ec2.describe_security_groups().max_results(1000).set_next_token(token).send(),
            |page| Page::new(page.security_groups, page.next_token),
            |group| describe(site, &ec2, lists, group),
        )
        .await;
}

async fn describe(site: &Site, ec2: &Client, lists: &PrefixLists, group: sdk::SecurityGroup) -> Result<Resource, Miss> {
    let (tags, arn) = (tags(group.tags), group.security_group_arn);
    let source = &SecurityGroup::LIST;
    let mut group = SecurityGroup {
        group_id: id(group.group_id, SecurityGroup::KIND)?,
        group_name: given(group.group_name, source),
        vpc_id: given(group.vpc_id, source),
        description: group.description,
        owner_id: group.owner_id,
        ip_permissions: items(group.ip_permissions, source, permission),
        ip_permissions_egress: items(group.ip_permissions_egress, source, permission),
    };
    for permissions in [&mut group.ip_permissions, &mut group.ip_permissions_egress] {
        let Read::Known(permissions) = permissions else { continue };
        for permission in permissions.iter_mut() {
            let Read::Known(prefix_lists) = &mut permission.prefix_list_ids else { continue };
            for list in prefix_lists.iter_mut() {
                list.cidrs = match &list.prefix_list_id {
                    Read::Known(id) => lists.cidrs(site, ec2, id).await,
                    Read::Unread(unread) => unread.clone().into(),
                };
            }
        }
    }
    let what = format!("security-group/{}", group.group_id);
    let uid = arn.unwrap_or_else(|| site.arn_of(group.owner_id.as_deref(), "ec2", &what));
    let name = group.group_name.known().unwrap_or(&group.group_id).clone();
    site.resource(uid, name, tags, &group)
}

/// Whether a permission for the protocol names ports (or types of ICMP): only where it does not, they are all meant.
fn has_ports(protocol: &str) -> bool {
    matches!(protocol, "tcp" | "udp" | "icmp" | "icmpv6" | "6" | "17" | "1" | "58")
}

/// A permission as the list gives it: the ranges of prefix lists are read after.
fn permission(permission: sdk::IpPermission) -> IpPermission {
    let source = &SecurityGroup::LIST;
    let ports = permission.ip_protocol.as_deref().is_some_and(has_ports);
    let port = |port: Option<i32>| if ports { given(port, source).map(Some) } else { Read::Known(port) };
    IpPermission {
        ip_protocol: given(permission.ip_protocol, source),
        from_port: port(permission.from_port),
        to_port: port(permission.to_port),
        ip_ranges: items(permission.ip_ranges, source, |range| IpRange {
            cidr_ip: given(range.cidr_ip, source),
            description: range.description,
        }),
        ipv6_ranges: items(permission.ipv6_ranges, source, |range| Ipv6Range {
            cidr_ipv6: given(range.cidr_ipv6, source),
            description: range.description,
        }),
        prefix_list_ids: items(permission.prefix_list_ids, source, |list| PrefixListId {
            prefix_list_id: given(list.prefix_list_id, source),
            description: list.description,
            cidrs: Read::default(),
        }),
        user_id_group_pairs: items(permission.user_id_group_pairs, source, |pair| UserIdGroupPair {
            group_id: pair.group_id,
            user_id: pair.user_id,
            vpc_id: pair.vpc_id,
            vpc_peering_connection_id: pair.vpc_peering_connection_id,
            peering_status: one_of(pair.peering_status, PEERING, source),
            description: pair.description,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_keeps_its_sides() {
        let given = permission(
            sdk::IpPermission::builder()
                .ip_protocol("tcp")
                .from_port(22)
                .to_port(22)
                .ip_ranges(sdk::IpRange::builder().cidr_ip("0.0.0.0/0").description("home").build())
                .set_ipv6_ranges(Some(vec![]))
                .prefix_list_ids(sdk::PrefixListId::builder().prefix_list_id("pl-1").build())
                .build(),
        );
        assert_eq!((given.ip_protocol, given.from_port), (Read::Known("tcp".to_owned()), Read::Known(Some(22))));
        let range = IpRange { cidr_ip: Read::Known("0.0.0.0/0".to_owned()), description: Some("home".to_owned()) };
        assert_eq!(given.ip_ranges, Read::Known(vec![range]));
        assert!(given.prefix_list_ids.known().unwrap()[0].cidrs.known().is_none());
        assert_eq!(given.ipv6_ranges, Read::Known(vec![]));
        assert!(given.user_id_group_pairs.known().is_none(), "the answer lacks them");
    }

    #[test]
    fn a_permission_without_its_ports_does_not_say_which() {
        let of = |protocol: &str| permission(sdk::IpPermission::builder().ip_protocol(protocol).build()).from_port;
        assert!(of("tcp").known().is_none() && of("17").known().is_none());
        assert_eq!((of("-1"), of("50")), (Read::Known(None), Read::Known(None)), "all of them");
    }
}
