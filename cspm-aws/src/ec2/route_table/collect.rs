//! Route tables, live.

use std::future::ready;

use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Resource};

use super::{Association, Route, RouteTable};
use crate::client::{Miss, Site};
use crate::ec2::convert::{each, id, name, tags, text};
use crate::live::given;

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    site.list(&[RouteTable::KIND], &RouteTable::LIST)
        .each(
            |token| ec2.describe_route_tables().max_results(100).set_next_token(token).send(),
            |page| (page.route_tables.unwrap_or_default(), page.next_token),
            |table| ready(describe(site, table)),
        )
        .await;
}

fn describe(site: &Site, table: sdk::RouteTable) -> Result<Resource, Miss> {
    let tags = tags(table.tags);
    let table = RouteTable {
        route_table_id: id(table.route_table_id, RouteTable::KIND)?,
        vpc_id: table.vpc_id,
        owner_id: table.owner_id,
        associations: each(table.associations, association),
        routes: each(table.routes, route),
        propagating_vgws: table.propagating_vgws.into_iter().flatten().filter_map(|vgw| vgw.gateway_id).collect(),
    };
    let uid = site.arn("ec2", &format!("route-table/{}", table.route_table_id));
    site.resource(uid, name(&tags, &table.route_table_id), tags, &table)
}

fn association(association: sdk::RouteTableAssociation) -> Association {
    Association {
        route_table_association_id: association.route_table_association_id,
        main: given(association.main, &RouteTable::LIST),
        subnet_id: association.subnet_id,
        gateway_id: association.gateway_id,
        state: association.association_state.and_then(|state| text(state.state)),
    }
}

fn route(route: sdk::Route) -> Route {
    Route {
        destination_cidr_block: route.destination_cidr_block,
        destination_ipv6_cidr_block: route.destination_ipv6_cidr_block,
        destination_prefix_list_id: route.destination_prefix_list_id,
        gateway_id: route.gateway_id,
        egress_only_internet_gateway_id: route.egress_only_internet_gateway_id,
        nat_gateway_id: route.nat_gateway_id,
        transit_gateway_id: route.transit_gateway_id,
        vpc_peering_connection_id: route.vpc_peering_connection_id,
        instance_id: route.instance_id,
        network_interface_id: route.network_interface_id,
        local_gateway_id: route.local_gateway_id,
        carrier_gateway_id: route.carrier_gateway_id,
        core_network_arn: route.core_network_arn,
        state: text(route.state),
        origin: text(route.origin),
    }
}
