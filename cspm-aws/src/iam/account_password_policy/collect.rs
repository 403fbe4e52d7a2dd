//! `aws_iam_account_password_policy`, live.

use std::future::ready;

use aws_sdk_iam::types as sdk;
use cspm_core::{Model, Resource};

use super::AccountPasswordPolicy;
use crate::client::{Miss, Site};
use crate::iam::convert::needed;
use crate::live::or_none;

pub(in crate::iam) async fn collect(site: &Site) {
    let iam = &site.iam();
    site.list(&[AccountPasswordPolicy::KIND], &AccountPasswordPolicy::LIST)
        .each(
            |_| async move { or_none(iam.get_account_password_policy().send().await, &["NoSuchEntity"]) },
            |answer| (vec![answer], None),
            |answer| {
                let policy = match answer {
                    Some(answer) => needed(answer.password_policy, "the password policy").and_then(of),
                    None => Ok(NONE),
                };
                ready(policy.and_then(|policy| describe(site, &policy)))
            },
        )
        .await;
}

/// What holds where the account has no policy.
const NONE: AccountPasswordPolicy = AccountPasswordPolicy {
    exists: false,
    minimum_password_length: 8,
    require_uppercase_characters: false,
    require_lowercase_characters: false,
    require_numbers: false,
    require_symbols: false,
    allow_users_to_change_password: false,
    expire_passwords: false,
    max_password_age: None,
    password_reuse_prevention: None,
    hard_expiry: false,
};

fn of(policy: sdk::PasswordPolicy) -> Result<AccountPasswordPolicy, Miss> {
    Ok(AccountPasswordPolicy {
        exists: true,
        minimum_password_length: needed(policy.minimum_password_length, "the least length of a password")?,
        require_uppercase_characters: policy.require_uppercase_characters,
        require_lowercase_characters: policy.require_lowercase_characters,
        require_numbers: policy.require_numbers,
        require_symbols: policy.require_symbols,
        allow_users_to_change_password: policy.allow_users_to_change_password,
        expire_passwords: policy.expire_passwords,
        // 0 is another way to say that there is none.
        max_password_age: policy.max_password_age.filter(|days| *days > 0),
        password_reuse_prevention: policy.password_reuse_prevention.filter(|count| *count > 0),
        hard_expiry: policy.hard_expiry.unwrap_or_default(),
    })
}

fn describe(site: &Site, policy: &AccountPasswordPolicy) -> Result<Resource, Miss> {
    let name = format!("password policy of {}", site.account());
    site.untagged(site.arn("iam", "account-password-policy"), name, policy)
}
