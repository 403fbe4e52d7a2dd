//! Elastic IP addresses, live.

use std::future::ready;

use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Resource};

use super::Eip;
use crate::client::{Miss, Page, Site};
use crate::ec2::convert::{id, name, tags};
use crate::live::word;

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    site.list(&[Eip::KIND], &Eip::LIST)
        .each(
            |_| ec2.describe_addresses().send(),
            |page| Page::only(page.addresses),
            |address| ready(describe(site, address)),
        )
        .await;
}

fn describe(site: &Site, address: sdk::Address) -> Result<Resource, Miss> {
    let tags = tags(address.tags);
    let present = |value: Option<String>| value.filter(|value| !value.is_empty());
    let eip = Eip {
        allocation_id: id(address.allocation_id, Eip::KIND)?,
        public_ip: address.public_ip,
        public_ipv4_pool: address.public_ipv4_pool,
        domain: word(address.domain, &Eip::LIST),
        association_id: present(address.association_id),
        instance_id: present(address.instance_id),
        network_interface_id: present(address.network_interface_id),
        network_interface_owner_id: address.network_interface_owner_id,
        private_ip_address: present(address.private_ip_address),
        network_border_group: address.network_border_group,
    };
    let uid = site.arn("ec2", &format!("elastic-ip/{}", eip.allocation_id));
    let named = name(&tags, eip.public_ip.as_deref().unwrap_or(&eip.allocation_id));
    site.resource(uid, named, tags, &eip)
}
