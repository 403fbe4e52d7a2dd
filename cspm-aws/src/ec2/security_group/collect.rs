//! Security groups, live.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Read, Resource};

use super::{IpPermission, IpRange, Ipv6Range, PrefixListId, SecurityGroup, UserIdGroupPair};
use crate::client::{Miss, Site};
use crate::ec2::convert::{each, id, tags};
use crate::ec2::prefix_lists::PrefixLists;
use crate::live::given;

pub(in crate::ec2) async fn collect(site: &Site, lists: &PrefixLists) {
    let ec2 = site.ec2();
    site.list(&[SecurityGroup::KIND], &SecurityGroup::LIST)
        .each(
            |token| ec2.describe_security_groups().max_results(1000).set_next_token(token).send(),
            |page| (page.security_groups.unwrap_or_default(), page.next_token),
            |group| describe(site, &ec2, lists, group),
        )
        .await;
}

async fn describe(site: &Site, ec2: &Client, lists: &PrefixLists, group: sdk::SecurityGroup) -> Result<Resource, Miss> {
    let (tags, arn) = (tags(group.tags), group.security_group_arn);
    let mut group = SecurityGroup {
        group_id: id(group.group_id, SecurityGroup::KIND)?,
        group_name: given(group.group_name, &SecurityGroup::LIST),
        vpc_id: group.vpc_id,
        description: group.description,
        owner_id: group.owner_id,
        ip_permissions: each(group.ip_permissions, permission),
        ip_permissions_egress: each(group.ip_permissions_egress, permission),
    };
    for permission in group.ip_permissions.iter_mut().chain(&mut group.ip_permissions_egress) {
        for list in &mut permission.prefix_list_ids {
            list.cidrs = match &list.prefix_list_id {
                Read::Known(id) => lists.cidrs(site, ec2, id).await,
                Read::Unread(unread) => unread.clone().into(),
            };
        }
    }
    let uid = arn.unwrap_or_else(|| site.arn("ec2", &format!("security-group/{}", group.group_id)));
    let name = group.group_name.known().unwrap_or(&group.group_id).clone();
    site.resource(uid, name, tags, &group)
}

/// A permission as the list gives it: the ranges of prefix lists are read after.
fn permission(permission: sdk::IpPermission) -> IpPermission {
    let source = &SecurityGroup::LIST;
    IpPermission {
        ip_protocol: given(permission.ip_protocol, source),
        from_port: permission.from_port,
        to_port: permission.to_port,
        ip_ranges: each(permission.ip_ranges, |range| IpRange {
            cidr_ip: given(range.cidr_ip, source),
            description: range.description,
        }),
        ipv6_ranges: each(permission.ipv6_ranges, |range| Ipv6Range {
            cidr_ipv6: given(range.cidr_ipv6, source),
            description: range.description,
        }),
        prefix_list_ids: each(permission.prefix_list_ids, |list| PrefixListId {
            prefix_list_id: given(list.prefix_list_id, source),
            description: list.description,
            cidrs: Read::default(),
        }),
        user_id_group_pairs: each(permission.user_id_group_pairs, |pair| UserIdGroupPair {
            group_id: pair.group_id,
            user_id: pair.user_id,
            vpc_id: pair.vpc_id,
            vpc_peering_connection_id: pair.vpc_peering_connection_id,
            peering_status: pair.peering_status,
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
                .prefix_list_ids(sdk::PrefixListId::builder().prefix_list_id("pl-1").build())
                .build(),
        );
        assert_eq!((given.ip_protocol, given.from_port), (Read::Known("tcp".to_owned()), Some(22)));
        let range = IpRange { cidr_ip: Read::Known("0.0.0.0/0".to_owned()), description: Some("home".to_owned()) };
        assert_eq!(given.ip_ranges, [range]);
        assert!(given.prefix_list_ids[0].cidrs.known().is_none());
        assert_eq!(given.ipv6_ranges, []);
    }
}
