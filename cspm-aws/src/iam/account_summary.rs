//! `aws_iam_account_summary`.

#[cfg(feature = "iam")]
pub(super) mod collect;

use cspm_core::{Model, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// The account as a whole: one resource.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccountSummary {
    /// The root user has MFA.
    pub account_mfa_enabled: bool,
    /// The root user has an access key.
    pub account_access_keys_present: bool,
    /// The root user has a signing certificate.
    pub account_signing_certificates_present: bool,
    /// The root user has a password; null where AWS does not say.
    pub account_password_present: Option<bool>,
    /// How many users there are.
    pub users: i32,
    /// How many groups there are.
    pub groups: i32,
    /// How many roles there are.
    pub roles: i32,
    /// How many managed policies the account has.
    pub policies: i32,
    /// How many MFA devices there are, in use or not.
    pub mfa_devices: i32,
    /// How many MFA devices are in use.
    pub mfa_devices_in_use: i32,
    /// How many server certificates are stored.
    pub server_certificates: i32,
}

impl Model for AccountSummary {
    const KIND: &'static str = "aws_iam_account_summary";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "iam";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = sources::GET_ACCOUNT_SUMMARY;
}
