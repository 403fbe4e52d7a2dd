//! The account itself: `aws_account`.

#[cfg(feature = "live")]
mod collect;
pub mod password_policy;

use cspm_core::{Kind, Model, Per, Read, Result, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

use crate::iam::sources as iam;
use crate::s3::public_access_block::PublicAccessBlock;
use crate::s3::sources as s3;
use password_policy::PasswordPolicy;

/// Says whose the credentials are. It needs no permission: even an explicit deny does not stop it.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
pub(crate) const GET_CALLER_IDENTITY: Source = Source::new("sts", "GetCallerIdentity", "", Per::Account);

/// The account, with the settings that hold for all of it: one resource, whose uid is `AWS::::Account:` and the number, as
/// Security Hub has it. Its root user is `aws_iam_root_user`; settings of EC2, which differ from region to region, are in
/// `aws_ec2_regional_settings`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Account {
    /// The number, twelve digits.
    pub account_id: String,
    /// The partition: `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: String,
    /// How many users there are.
    #[schemars(extend("x-source" = iam::GET_ACCOUNT_SUMMARY))]
    pub users: Read<i32>,
    /// How many groups there are.
    #[schemars(extend("x-source" = iam::GET_ACCOUNT_SUMMARY))]
    pub groups: Read<i32>,
    /// How many roles there are.
    #[schemars(extend("x-source" = iam::GET_ACCOUNT_SUMMARY))]
    pub roles: Read<i32>,
    /// How many managed policies the account has.
    #[schemars(extend("x-source" = iam::GET_ACCOUNT_SUMMARY))]
    pub policies: Read<i32>,
    /// How many MFA devices there are, in use or not.
    #[schemars(extend("x-source" = iam::GET_ACCOUNT_SUMMARY))]
    pub mfa_devices: Read<i32>,
    /// How many MFA devices are in use.
    #[schemars(extend("x-source" = iam::GET_ACCOUNT_SUMMARY))]
    pub mfa_devices_in_use: Read<i32>,
    /// How many server certificates are stored.
    #[schemars(extend("x-source" = iam::GET_ACCOUNT_SUMMARY))]
    pub server_certificates: Read<i32>,
    /// What the passwords of users must be like.
    #[schemars(extend("x-source" = iam::GET_ACCOUNT_PASSWORD_POLICY))]
    pub password_policy: Read<PasswordPolicy>,
    /// The public access block for all buckets and access points of the account. All four are `false` where it has none.
    #[schemars(extend("x-source" = s3::GET_ACCOUNT_PUBLIC_ACCESS_BLOCK))]
    pub s3_public_access_block: Read<PublicAccessBlock>,
}

impl Model for Account {
    const KIND: &'static str = "aws_account";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "account";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = GET_CALLER_IDENTITY;
}

/// The uid of an account, as readers of Security Hub's format know it: an account has no ARN.
/// <https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html>
#[must_use]
pub fn uid(account: &str) -> String {
    format!("AWS::::Account:{account}")
}

/// The kinds of this service.
pub(crate) fn kinds() -> Result<Vec<Kind>> {
    Ok(vec![Kind::of::<Account>()?])
}

/// Collects the account; `site` is the global one.
#[cfg(feature = "live")]
pub(crate) async fn collect(site: &crate::client::Site) {
    collect::collect(site).await;
}
