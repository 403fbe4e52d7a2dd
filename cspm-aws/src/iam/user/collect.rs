//! `aws_iam_user`, live.

use std::collections::HashMap;

use aws_sdk_iam::{Client, types as sdk};
use cspm_core::{Model, Read, Resource};
use jiff::Timestamp;

use super::{LoginProfile, MfaDevice, User};
use crate::client::{Miss, Page, Site};
use crate::iam::convert::{attached, inline_policies_of_user, tags};
use crate::iam::credential_report::collect::Report;
use crate::iam::sources;
use crate::live::{filled, flat, given, needed, settled, time};

const KINDS: &[&str] = &[User::KIND];

/// When the password of each user was last used, by ARN: the details of the account do not say.
pub(in crate::iam) type LastUsed = Read<HashMap<String, Read<Option<Timestamp>>>>;

pub(in crate::iam) async fn passwords_last_used(site: &Site, iam: &Client) -> LastUsed {
    let users = site
        .call(KINDS, &sources::LIST_USERS)
        .read_all(
            |marker| iam.list_users().max_items(1000).set_marker(marker).send(),
            |page| Page::marked(Some(page.users), page.is_truncated, page.marker),
        )
        .await;
    let last_used = |user: sdk::User| (user.arn, time(user.password_last_used, &sources::LIST_USERS));
    settled(users, &sources::LIST_USERS).map(|users| users.into_iter().map(last_used).collect())
}

pub(in crate::iam) async fn describe(
    site: &Site,
    iam: &Client,
    last_used: &LastUsed,
    report: &Report,
    user: sdk::UserDetail,
) -> Result<Resource, Miss> {
    let name = needed(user.user_name.and_then(filled), "the name of a user")?;
    let arn = needed(user.arn.and_then(filled), "the ARN of a user")?;
    let (login_profile, devices) = futures::try_join!(
        site.call(KINDS, &sources::GET_LOGIN_PROFILE)
            .absent_on(&["NoSuchEntity"])
            .read_option(|| iam.get_login_profile().user_name(&name).send()),
        site.call(KINDS, &sources::LIST_MFA_DEVICES).gone_on(&["NoSuchEntity"]).read_all(
            |marker| iam.list_mfa_devices().user_name(&name).set_marker(marker).send(),
            |page| Page::marked(Some(page.mfa_devices), page.is_truncated, page.marker),
        ),
    )?;
    let login = |profile: sdk::LoginProfile| LoginProfile {
        create_date: time(Some(profile.create_date), &sources::GET_LOGIN_PROFILE),
        password_reset_required: profile.password_reset_required,
    };
    let device = |device: sdk::MfaDevice| MfaDevice {
        serial_number: given(filled(device.serial_number), &sources::LIST_MFA_DEVICES),
        enable_date: time(Some(device.enable_date), &sources::LIST_MFA_DEVICES),
    };
    let model = User {
        password_last_used: match last_used {
            // A user that the other list does not have is not known to have never signed in.
            Read::Known(times) => flat(given(times.get(&arn).cloned(), &sources::LIST_USERS)),
            Read::Unread(unread) => unread.clone().into(),
        },
        login_profile: flat(login_profile.map(|answer| match answer {
            None => Read::Known(None),
            Some(answer) => given(answer.login_profile, &sources::GET_LOGIN_PROFILE).map(login).map(Some),
        })),
        mfa_devices: devices.map(|devices| devices.into_iter().map(device).collect()),
        credential_report: report.of_user(site, &name).await,
        name: name.clone(),
        arn: arn.clone(),
        user_id: given(user.user_id, &User::LIST),
        path: given(user.path, &User::LIST),
        create_date: time(user.create_date, &User::LIST),
        groups: given(user.group_list, &User::LIST),
        attached_policy_arns: attached(user.attached_managed_policies),
        inline_policies_std: inline_policies_of_user(user.user_policy_list, site.partition()),
        permissions_boundary_arn: boundary(user.permissions_boundary),
    };
    site.resource(arn, name, tags(user.tags), &model)
}

/// The policy that limits a user or role, where one does.
pub(in crate::iam) fn boundary(boundary: Option<sdk::AttachedPermissionsBoundary>) -> Read<Option<String>> {
    match boundary {
        None => Read::Known(None),
        Some(boundary) => given(boundary.permissions_boundary_arn, &User::LIST).map(Some),
    }
}
