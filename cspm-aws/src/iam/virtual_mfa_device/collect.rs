//! `aws_iam_virtual_mfa_device`, live.

use std::future::ready;

use aws_sdk_iam::types as sdk;
use cspm_core::{Model, Read, Resource};

use super::VirtualMfaDevice;
use crate::client::{Miss, Page, Site};
use crate::live::{filled, given, needed, time};

pub(in crate::iam) async fn collect(site: &Site) {
    let iam = site.iam();
    let assigned = sdk::AssignmentStatusType::Assigned;
    site.list(&[VirtualMfaDevice::KIND], &VirtualMfaDevice::LIST)
        .each(
            |marker: Option<String>| {
                iam.list_virtual_mfa_devices().assignment_status(assigned.clone()).set_marker(marker).send()
            },
            |page| Page::marked(Some(page.virtual_mfa_devices), page.is_truncated, page.marker),
            |device| ready(describe(site, device)),
        )
        .await;
}

fn describe(site: &Site, device: sdk::VirtualMfaDevice) -> Result<Resource, Miss> {
    let source = &VirtualMfaDevice::LIST;
    let serial_number = needed(filled(device.serial_number), "the serial number of an MFA device")?;
    // Those that are assigned were asked for, so that each has a user; the root user has no name.
    let (user_arn, user_name) = device.user.map(|user| (filled(user.arn), filled(user.user_name))).unwrap_or_default();
    let is_root = user_arn.as_deref().is_some_and(|arn| arn.ends_with(":root"));
    let model = VirtualMfaDevice {
        enable_date: time(device.enable_date, source),
        user_arn: given(user_arn, source).map(Some),
        user_name: if is_root { Read::Known(None) } else { given(user_name, source).map(Some) },
        serial_number,
    };
    site.untagged(model.serial_number.as_str(), model.serial_number.as_str(), &model)
}
