//! `aws_iam_root_user`.

#[cfg(feature = "iam")]
pub(super) mod collect;

use cspm_core::{Model, Read, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

use super::credential_report::CredentialReport;
use super::sources;
use crate::account::GET_CALLER_IDENTITY;

/// The root user of the account: one resource. No policy of the account limits it, and it is none of the `aws_iam_user`.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html>
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RootUser {
    /// The ARN, which ends in `:root`.
    pub arn: String,
    /// The partition: `aws`, `aws-cn`, `aws-us-gov`, … In China and GovCloud nobody signs in as the root user.
    pub partition: String,
    /// It has MFA.
    #[schemars(extend("x-source" = sources::GET_ACCOUNT_SUMMARY))]
    pub account_mfa_enabled: Read<bool>,
    /// It has an access key.
    #[schemars(extend("x-source" = sources::GET_ACCOUNT_SUMMARY))]
    pub account_access_keys_present: Read<bool>,
    /// It has a signing certificate.
    #[schemars(extend("x-source" = sources::GET_ACCOUNT_SUMMARY))]
    pub account_signing_certificates_present: Read<bool>,
    /// It has a password; null where AWS does not say.
    #[schemars(extend("x-source" = sources::GET_ACCOUNT_SUMMARY))]
    pub account_password_present: Read<Option<bool>>,
    /// Its row of the credential report.
    #[schemars(extend("x-source" = sources::GET_CREDENTIAL_REPORT))]
    pub credential_report: Read<CredentialReport>,
}

impl Model for RootUser {
    const KIND: &'static str = "aws_iam_root_user";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "iam";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = GET_CALLER_IDENTITY;
}
