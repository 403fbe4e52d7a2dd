//! `aws_iam_virtual_mfa_device`, live.

use std::future::ready;

use aws_sdk_iam::types as sdk;
use cspm_core::{Model, Resource};

use super::VirtualMfaDevice;
use crate::client::{Miss, Site};
use crate::live::timestamp;

pub(in crate::iam) async fn collect(site: &Site) {
    let iam = site.iam();
    let assigned = sdk::AssignmentStatusType::Assigned;
    site.list(&[VirtualMfaDevice::KIND], &VirtualMfaDevice::LIST)
        .each(
            |marker: Option<String>| {
                iam.list_virtual_mfa_devices().assignment_status(assigned.clone()).set_marker(marker).send()
            },
            |page| (page.virtual_mfa_devices, page.marker.filter(|_| page.is_truncated)),
            |device| ready(describe(site, device)),
        )
        .await;
}

fn describe(site: &Site, device: sdk::VirtualMfaDevice) -> Result<Resource, Miss> {
    let (user_arn, user_name) = device.user.map(|user| (user.arn, user.user_name)).unzip();
    let is_root = user_arn.as_deref().is_some_and(|arn| arn.ends_with(":root"));
    let model = VirtualMfaDevice {
        serial_number: device.serial_number.clone(),
        enable_date: device.enable_date.and_then(timestamp),
        user_arn: user_arn.filter(|arn| !arn.is_empty()),
        user_name: user_name.filter(|name| !name.is_empty() && !is_root),
    };
    site.untagged(device.serial_number.as_str(), device.serial_number.as_str(), &model)
}
