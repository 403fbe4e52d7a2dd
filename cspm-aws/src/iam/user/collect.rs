//! `aws_iam_user`, live.

use std::collections::HashMap;

use aws_sdk_iam::{Client, types as sdk};
use cspm_core::{Model, Read, Resource};
use jiff::Timestamp;

use super::{LoginProfile, MfaDevice, User};
use crate::client::{Miss, Site};
use crate::iam::convert::{attached, inline_policies, needed, tags};
use crate::iam::sources;
use crate::live::timestamp;

const KINDS: &[&str] = &[User::KIND];

/// When the password of each user was last used, by ARN: the details of the account do not say.
pub(in crate::iam) type LastUsed = Read<HashMap<String, Option<Timestamp>>>;

pub(in crate::iam) async fn passwords_last_used(site: &Site, iam: &Client) -> LastUsed {
    let users = site
        .call(KINDS, &sources::LIST_USERS)
        .read_all(
            |marker| iam.list_users().max_items(1000).set_marker(marker).send(),
            |page| (page.users, page.marker.filter(|_| page.is_truncated)),
        )
        .await;
    let last_used = |user: sdk::User| (user.arn, user.password_last_used.and_then(timestamp));
    users.unwrap_or_default().map(|users| users.into_iter().map(last_used).collect())
}

pub(in crate::iam) async fn describe(
    site: &Site,
    iam: &Client,
    last_used: &LastUsed,
    user: sdk::UserDetail,
) -> Result<Resource, Miss> {
    let name = needed(user.user_name, "the name of a user")?;
    let arn = needed(user.arn, "the ARN of a user")?;
    let (login_profile, devices) = futures::try_join!(
        site.call(KINDS, &sources::GET_LOGIN_PROFILE)
            .absent_on(&["NoSuchEntity"])
            .read_option(|| iam.get_login_profile().user_name(&name).send()),
        site.call(KINDS, &sources::LIST_MFA_DEVICES).gone_on(&["NoSuchEntity"]).read_all(
            |marker| iam.list_mfa_devices().user_name(&name).set_marker(marker).send(),
            |page| (page.mfa_devices, page.marker.filter(|_| page.is_truncated)),
        ),
    )?;
    let login = |profile: sdk::LoginProfile| LoginProfile {
        create_date: timestamp(profile.create_date),
        password_reset_required: profile.password_reset_required,
    };
    let device = |device: sdk::MfaDevice| MfaDevice {
        serial_number: device.serial_number,
        enable_date: timestamp(device.enable_date),
    };
    let model = User {
        password_last_used: match last_used {
            Read::Known(times) => Read::Known(times.get(&arn).copied().flatten()),
            Read::Unread(unread) => unread.clone().into(),
        },
        login_profile: login_profile.map(|answer| answer.and_then(|answer| answer.login_profile).map(login)),
        mfa_devices: devices.map(|devices| devices.into_iter().map(device).collect()),
        name: name.clone(),
        arn: arn.clone(),
        user_id: user.user_id.unwrap_or_default(),
        path: user.path.unwrap_or_default(),
        create_date: user.create_date.and_then(timestamp),
        groups: user.group_list.unwrap_or_default(),
        attached_policy_arns: attached(user.attached_managed_policies),
        inline_policies_std: inline_policies(user.user_policy_list),
        permissions_boundary_arn: user.permissions_boundary.and_then(|boundary| boundary.permissions_boundary_arn),
    };
    site.resource(arn, name, tags(user.tags), &model)
}
