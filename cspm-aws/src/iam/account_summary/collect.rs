//! `aws_iam_account_summary`, live.

use std::collections::HashMap;
use std::future::ready;

use aws_sdk_iam::types::SummaryKeyType as Key;
use cspm_core::{Model, Resource};

use super::AccountSummary;
use crate::client::{Miss, Site};
use crate::iam::convert::needed;

pub(in crate::iam) async fn collect(site: &Site) {
    let iam = site.iam();
    site.list(&[AccountSummary::KIND], &AccountSummary::LIST)
        .each(
            |_| iam.get_account_summary().send(),
            |answer| (vec![answer.summary_map.unwrap_or_default()], None),
            |summary| ready(describe(site, &summary)),
        )
        .await;
}

fn describe(site: &Site, summary: &HashMap<Key, i32>) -> Result<Resource, Miss> {
    let count = |key: Key| needed(summary.get(&key).copied(), key.as_str());
    let model = AccountSummary {
        account_mfa_enabled: count(Key::AccountMfaEnabled)? > 0,
        account_access_keys_present: count(Key::AccountAccessKeysPresent)? > 0,
        account_signing_certificates_present: count(Key::AccountSigningCertificatesPresent)? > 0,
        account_password_present: summary.get(&Key::AccountPasswordPresent).map(|present| *present > 0),
        users: count(Key::Users)?,
        groups: count(Key::Groups)?,
        roles: count(Key::Roles)?,
        policies: count(Key::Policies)?,
        mfa_devices: count(Key::MfaDevices)?,
        mfa_devices_in_use: count(Key::MfaDevicesInUse)?,
        server_certificates: count(Key::ServerCertificates)?,
    };
    site.untagged(site.arn("iam", "account-summary"), format!("account {}", site.account()), &model)
}
