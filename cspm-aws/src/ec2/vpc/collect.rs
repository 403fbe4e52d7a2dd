//! Virtual networks, live.

use std::future::ready;

use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Resource};

use super::{CidrBlockAssociation, Ipv6CidrBlockAssociation, Vpc};
use crate::client::{Miss, Page, Site};
use crate::ec2::convert::{id, name, tags};
use crate::live::{each, given, items, word};

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    site.list(&[Vpc::KIND], &Vpc::LIST)
        .each(
            |token| ec2.describe_vpcs().max_results(1000).set_next_token(token).send(),
            |page| Page::new(page.vpcs, page.next_token),
            |vpc| ready(describe(site, vpc)),
        )
        .await;
}

fn describe(site: &Site, vpc: sdk::Vpc) -> Result<Resource, Miss> {
    let tags = tags(vpc.tags);
    let source = &Vpc::LIST;
    let vpc = Vpc {
        vpc_id: id(vpc.vpc_id, Vpc::KIND)?,
        cidr_block: vpc.cidr_block,
        cidr_block_association_set: items(vpc.cidr_block_association_set, source, |block| CidrBlockAssociation {
            association_id: block.association_id,
            cidr_block: block.cidr_block,
            state: word(block.cidr_block_state.and_then(|state| state.state), source),
        }),
        ipv6_cidr_block_association_set: each(vpc.ipv6_cidr_block_association_set, |block| Ipv6CidrBlockAssociation {
            association_id: block.association_id,
            ipv6_cidr_block: block.ipv6_cidr_block,
            state: word(block.ipv6_cidr_block_state.and_then(|state| state.state), source),
        }),
        state: word(vpc.state, source),
        dhcp_options_id: vpc.dhcp_options_id,
        instance_tenancy: word(vpc.instance_tenancy, source),
        is_default: given(vpc.is_default, source),
        owner_id: vpc.owner_id,
    };
    let uid = site.arn_of(vpc.owner_id.as_deref(), "ec2", &format!("vpc/{}", vpc.vpc_id));
    site.resource(uid, name(&tags, &vpc.vpc_id), tags, &vpc)
}
