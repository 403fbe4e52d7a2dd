//! Subnets, live.

use std::future::ready;

use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Resource};

use super::Subnet;
use crate::client::{Miss, Page, Site};
use crate::ec2::convert::{id, name, tags};
use crate::ec2::vpc::Ipv6CidrBlockAssociation;
use crate::live::{given, items, word};

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    site.list(&[Subnet::KIND], &Subnet::LIST)
        .each(
            |token| ec2.describe_subnets().max_results(1000).set_next_token(token).send(),
            |page| Page::new(page.subnets, page.next_token),
            |subnet| ready(describe(site, subnet)),
        )
        .await;
}

fn describe(site: &Site, subnet: sdk::Subnet) -> Result<Resource, Miss> {
    let (tags, arn) = (tags(subnet.tags), subnet.subnet_arn);
    let source = &Subnet::LIST;
    let subnet = Subnet {
        subnet_id: id(subnet.subnet_id, Subnet::KIND)?,
        vpc_id: given(subnet.vpc_id, source),
        cidr_block: subnet.cidr_block,
        ipv6_cidr_block_association_set: items(subnet.ipv6_cidr_block_association_set, source, |block| {
            Ipv6CidrBlockAssociation {
                association_id: block.association_id,
                ipv6_cidr_block: block.ipv6_cidr_block,
                state: word(block.ipv6_cidr_block_state.and_then(|state| state.state), source),
            }
        }),
        state: word(subnet.state, source),
        availability_zone: subnet.availability_zone,
        availability_zone_id: subnet.availability_zone_id,
        available_ip_address_count: subnet.available_ip_address_count,
        assign_ipv6_address_on_creation: given(subnet.assign_ipv6_address_on_creation, source),
        default_for_az: given(subnet.default_for_az, &Subnet::LIST),
        map_public_ip_on_launch: given(subnet.map_public_ip_on_launch, &Subnet::LIST),
        owner_id: subnet.owner_id,
    };
    let what = format!("subnet/{}", subnet.subnet_id);
    let uid = arn.unwrap_or_else(|| site.arn_of(subnet.owner_id.as_deref(), "ec2", &what));
    site.resource(uid, name(&tags, &subnet.subnet_id), tags, &subnet)
}
