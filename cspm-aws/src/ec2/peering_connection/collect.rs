//! Peering connections, live.

use std::future::ready;

use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Read, Resource};

use super::PeeringConnection;
use crate::client::{Miss, Page, Site};
use crate::ec2::convert::{id, name, tags};
use crate::live::{each, given, given_word, time};

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    site.list(&[PeeringConnection::KIND], &PeeringConnection::LIST)
        .each(
            |token| ec2.describe_vpc_peering_connections().max_results(1000).set_next_token(token).send(),
            |page| Page::new(page.vpc_peering_connections, page.next_token),
            |connection| ready(describe(site, connection)),
        )
        .await;
}

fn describe(site: &Site, connection: sdk::VpcPeeringConnection) -> Result<Resource, Miss> {
    let tags = tags(connection.tags);
    let accepter = connection.accepter_vpc_info.map_or_else(Side::default, Side::of);
    let requester = connection.requester_vpc_info.map_or_else(Side::default, Side::of);
    let (code, message) = connection.status.map_or((None, None), |status| (status.code, status.message));
    let source = &PeeringConnection::LIST;
    let connection = PeeringConnection {
        id: id(connection.vpc_peering_connection_id, PeeringConnection::KIND)?,
        accepter_vpc_id: accepter.vpc_id,
        accepter_owner_id: accepter.owner_id,
        accepter_region: accepter.region,
        accepter_cidr_block: accepter.cidr_block,
        accepter_cidr_block_set: accepter.cidr_block_set,
        accepter_ipv6_cidr_block_set: accepter.ipv6_cidr_block_set,
        accepter_allow_dns_resolution: accepter.allow_dns_resolution,
        requester_vpc_id: requester.vpc_id,
        requester_owner_id: requester.owner_id,
        requester_region: requester.region,
        requester_cidr_block: requester.cidr_block,
        requester_cidr_block_set: requester.cidr_block_set,
        requester_ipv6_cidr_block_set: requester.ipv6_cidr_block_set,
        requester_allow_dns_resolution: requester.allow_dns_resolution,
        status_code: given_word(code, source).map(Some),
        status_message: message,
        expiration_time: time(connection.expiration_time, source),
    };
    let uid = site.arn("ec2", &format!("vpc-peering-connection/{}", connection.id));
    site.resource(uid, name(&tags, &connection.id), tags, &connection)
}

/// One of the two VPCs.
struct Side {
    vpc_id: Option<String>,
    owner_id: Option<String>,
    region: Option<String>,
    cidr_block: Option<String>,
    cidr_block_set: Read<Vec<Read<String>>>,
    ipv6_cidr_block_set: Read<Vec<Read<String>>>,
    allow_dns_resolution: Option<bool>,
}

/// A side that the answer lacks.
impl Default for Side {
    fn default() -> Self {
        Self {
            vpc_id: None,
            owner_id: None,
            region: None,
            cidr_block: None,
            cidr_block_set: given(None, &PeeringConnection::LIST),
            ipv6_cidr_block_set: given(None, &PeeringConnection::LIST),
            allow_dns_resolution: None,
        }
    }
}

impl Side {
    fn of(info: sdk::VpcPeeringConnectionVpcInfo) -> Self {
        let source = &PeeringConnection::LIST;
        let mut ipv4 = each(info.cidr_block_set, |block| given(block.cidr_block, source));
        // The set has the first range too; an answer that leaves the set out names that one.
        ipv4.extend(info.cidr_block.clone().map(Read::Known).filter(|first| !ipv4.contains(first)));
        Self {
            vpc_id: info.vpc_id,
            owner_id: info.owner_id,
            region: info.region,
            cidr_block: info.cidr_block,
            cidr_block_set: Read::Known(ipv4),
            ipv6_cidr_block_set: Read::Known(each(info.ipv6_cidr_block_set, |block| {
                given(block.ipv6_cidr_block, source)
            })),
            allow_dns_resolution: info.peering_options.and_then(|o| o.allow_dns_resolution_from_remote_vpc),
        }
    }
}
