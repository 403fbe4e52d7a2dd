//! The account, live.

use cspm_core::{Model, Read};

use super::password_policy::PasswordPolicy;
use super::{Account, uid};
use crate::client::Site;
use crate::s3::public_access_block::PublicAccessBlock;

const KINDS: &[&str] = &[Account::KIND];

pub(super) async fn collect(site: &Site) {
    if !site.wants(Account::KIND) {
        return;
    }
    let (summary, password_policy, s3_public_access_block) =
        futures::join!(summary(site), password_policy(site), public_access_block(site));
    let [users, groups, roles, policies, mfa_devices, mfa_devices_in_use, server_certificates] = summary;
    let account = Account {
        account_id: site.account().to_string(),
        partition: site.partition().to_owned(),
        users,
        groups,
        roles,
        policies,
        mfa_devices,
        mfa_devices_in_use,
        server_certificates,
        password_policy,
        s3_public_access_block,
    };
    let account = site.untagged(uid(site.account()), format!("account {}", site.account()), &account);
    site.emit_or_gap(KINDS, &Account::LIST, account).await;
}

/// How many users, groups, roles, policies, MFA devices, of these in use, and server certificates there are.
#[cfg(feature = "iam")]
async fn summary(site: &Site) -> [Read<i32>; 7] {
    use aws_sdk_iam::types::SummaryKeyType as Key;
    let summary = crate::iam::account_summary::read(site, KINDS).await;
    [Key::Users, Key::Groups, Key::Roles, Key::Policies, Key::MfaDevices, Key::MfaDevicesInUse, Key::ServerCertificates]
        .map(|key| crate::iam::account_summary::count(&summary, &key))
}

#[cfg(not(feature = "iam"))]
async fn summary(_: &Site) -> [Read<i32>; 7] {
    std::array::from_fn(|_| Read::default())
}

#[cfg(feature = "iam")]
async fn password_policy(site: &Site) -> Read<PasswordPolicy> {
    use crate::iam::sources::GET_ACCOUNT_PASSWORD_POLICY as SOURCE;
    use crate::live::{flat, given, settled};
    let iam = site.iam();
    let answer = site
        .call(KINDS, &SOURCE)
        .absent_on(&["NoSuchEntity"])
        .read_option(|| iam.get_account_password_policy().send())
        .await;
    flat(settled(answer, &SOURCE).map(|answer| match answer {
        None => Read::Known(PasswordPolicy::none()),
        Some(answer) => given(answer.password_policy, &SOURCE).map(of),
    }))
}

/// The truth values are there in every answer that gets here: `client/needed.rs` sees to it.
#[cfg(feature = "iam")]
fn of(policy: aws_sdk_iam::types::PasswordPolicy) -> PasswordPolicy {
    let source = crate::iam::sources::GET_ACCOUNT_PASSWORD_POLICY;
    PasswordPolicy {
        exists: true,
        minimum_password_length: crate::live::given(policy.minimum_password_length, &source),
        require_uppercase_characters: policy.require_uppercase_characters,
        require_lowercase_characters: policy.require_lowercase_characters,
        require_numbers: policy.require_numbers,
        require_symbols: policy.require_symbols,
        allow_users_to_change_password: policy.allow_users_to_change_password,
        expire_passwords: policy.expire_passwords,
        // 0 is another way to say that there is none.
        max_password_age: policy.max_password_age.filter(|days| *days > 0),
        password_reuse_prevention: policy.password_reuse_prevention.filter(|count| *count > 0),
        // Left out of an answer where it was never set.
        hard_expiry: policy.hard_expiry == Some(true),
    }
}

#[cfg(not(feature = "iam"))]
async fn password_policy(_: &Site) -> Read<PasswordPolicy> {
    Read::default()
}

#[cfg(feature = "s3")]
async fn public_access_block(site: &Site) -> Read<PublicAccessBlock> {
    use crate::live::{flat, given, settled};
    use crate::s3::sources::GET_ACCOUNT_PUBLIC_ACCESS_BLOCK as SOURCE;
    let control = site.s3control();
    let answer = site
        .call(KINDS, &SOURCE)
        .absent_on(&["NoSuchPublicAccessBlockConfiguration"])
        .read_option(|| control.get_public_access_block().account_id(&**site.account()).send())
        .await;
    flat(settled(answer, &SOURCE).map(|answer| {
        match answer {
            None => Read::Known(PublicAccessBlock::none()),
            Some(answer) => given(answer.public_access_block_configuration, &SOURCE)
                .map(|block| PublicAccessBlock::control(&block, &SOURCE)),
        }
    }))
}

#[cfg(not(feature = "s3"))]
async fn public_access_block(_: &Site) -> Read<PublicAccessBlock> {
    Read::default()
}
