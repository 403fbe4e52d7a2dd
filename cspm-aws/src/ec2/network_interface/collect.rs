//! Network interfaces, live.

use std::future::ready;

use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Resource};

use super::NetworkInterface;
use crate::client::{Miss, Page, Site};
use crate::ec2::convert::{groups, id, name, tags};
use crate::live::{given, items, time, word};

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    // Managed ones too, which are hidden otherwise where an account has chosen so.
    let list = || ec2.describe_network_interfaces().include_managed_resources(true).max_results(1000);
    site.list(&[NetworkInterface::KIND], &NetworkInterface::LIST)
        .each(
            |token| list().set_next_token(token).send(),
            |page| Page::new(page.network_interfaces, page.next_token),
            |interface| ready(describe(site, interface)),
        )
        .await;
}

fn describe(site: &Site, interface: sdk::NetworkInterface) -> Result<Resource, Miss> {
    let tags = tags(interface.tag_set);
    let address = interface.association;
    let attachment = interface.attachment;
    let source = &NetworkInterface::LIST;
    let interface = NetworkInterface {
        network_interface_id: id(interface.network_interface_id, NetworkInterface::KIND)?,
        description: interface.description,
        status: word(interface.status, source),
        interface_type: word(interface.interface_type, source),
        requester_managed: given(interface.requester_managed, source),
        requester_id: interface.requester_id,
        owner_id: interface.owner_id,
        vpc_id: given(interface.vpc_id, source),
        subnet_id: given(interface.subnet_id, source),
        availability_zone: interface.availability_zone,
        groups: groups(interface.groups, source),
        association_public_ip: address.as_ref().and_then(|a| a.public_ip.clone()),
        association_ip_owner_id: address.as_ref().and_then(|a| a.ip_owner_id.clone()),
        association_allocation_id: address.and_then(|a| a.allocation_id),
        attached_instance_id: attachment.as_ref().and_then(|a| a.instance_id.clone()),
        attached_instance_owner_id: attachment.as_ref().and_then(|a| a.instance_owner_id.clone()),
        attachment_id: attachment.as_ref().and_then(|a| a.attachment_id.clone()),
        attachment_status: word(attachment.as_ref().and_then(|a| a.status.clone()), source),
        attachment_time: time(attachment.as_ref().and_then(|a| a.attach_time), source),
        delete_on_instance_termination: attachment.as_ref().and_then(|a| a.delete_on_termination),
        device_index: attachment.and_then(|a| a.device_index),
        private_ip_address: interface.private_ip_address,
        private_ip_addresses: items(interface.private_ip_addresses, source, |a| given(a.private_ip_address, source)),
        ipv6_addresses: items(interface.ipv6_addresses, source, |a| given(a.ipv6_address, source)),
        mac_address: interface.mac_address,
        source_dest_check: interface.source_dest_check,
    };
    let what = format!("network-interface/{}", interface.network_interface_id);
    let uid = site.arn_of(interface.owner_id.as_deref(), "ec2", &what);
    site.resource(uid, name(&tags, &interface.network_interface_id), tags, &interface)
}
