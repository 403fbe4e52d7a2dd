//! Route tables, live.

use std::future::ready;

use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Read, Resource};

use super::{Association, Route, RouteTable};
use crate::client::{Miss, Page, Site};
use crate::ec2::convert::{id, name, tags};
use crate::live::{given, items, word};

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    site.list(&[RouteTable::KIND], &RouteTable::LIST)
        .each(
            |token| ec2.describe_route_tables().max_results(100).set_next_token(token).send(),
            |page| Page::new(page.route_tables, page.next_token),
            |table| ready(describe(site, table)),
        )
        .await;
}

fn describe(site: &Site, table: sdk::RouteTable) -> Result<Resource, Miss> {
    let tags = tags(table.tags);
    let source = &RouteTable::LIST;
    let table = RouteTable {
        route_table_id: id(table.route_table_id, RouteTable::KIND)?,
        vpc_id: given(table.vpc_id, source),
        owner_id: table.owner_id,
        associations: items(table.associations, source, association),
        routes: items(table.routes, source, route),
        propagating_vgws: items(table.propagating_vgws, source, |vgw| given(vgw.gateway_id, source)),
    };
    let uid = site.arn_of(table.owner_id.as_deref(), "ec2", &format!("route-table/{}", table.route_table_id));
    site.resource(uid, name(&tags, &table.route_table_id), tags, &table)
}

fn association(association: sdk::RouteTableAssociation) -> Association {
    Association {
        route_table_association_id: association.route_table_association_id,
        main: given(association.main, &RouteTable::LIST),
        subnet_id: association.subnet_id,
        gateway_id: association.gateway_id,
        state: word(association.association_state.and_then(|state| state.state), &RouteTable::LIST),
    }
}

fn route(route: sdk::Route) -> Route {
    let source = &RouteTable::LIST;
    // A route that leads from nowhere, or to nowhere, is one of which the answer does not say where.
    let destinations = [&route.destination_ipv6_cidr_block, &route.destination_prefix_list_id];
    let targets = [
        &route.egress_only_internet_gateway_id,
        &route.nat_gateway_id,
        &route.transit_gateway_id,
        &route.vpc_peering_connection_id,
        &route.instance_id,
        &route.network_interface_id,
        &route.local_gateway_id,
        &route.carrier_gateway_id,
        &route.core_network_arn,
        &route.odb_network_arn,
    ];
    let or_unsaid = |value: Option<String>, others: &[&Option<String>]| match value {
        None if others.iter().all(|other| other.is_none()) => given(None, source),
        value => Read::Known(value),
    };
    Route {
        destination_cidr_block: or_unsaid(route.destination_cidr_block.clone(), &destinations),
        gateway_id: or_unsaid(route.gateway_id.clone(), &targets),
        destination_ipv6_cidr_block: route.destination_ipv6_cidr_block,
        destination_prefix_list_id: route.destination_prefix_list_id,
        egress_only_internet_gateway_id: route.egress_only_internet_gateway_id,
        nat_gateway_id: route.nat_gateway_id,
        transit_gateway_id: route.transit_gateway_id,
        vpc_peering_connection_id: route.vpc_peering_connection_id,
        instance_id: route.instance_id,
        network_interface_id: route.network_interface_id,
        local_gateway_id: route.local_gateway_id,
        carrier_gateway_id: route.carrier_gateway_id,
        core_network_arn: route.core_network_arn,
        state: word(route.state, source),
        origin: word(route.origin, source),
    }
}
