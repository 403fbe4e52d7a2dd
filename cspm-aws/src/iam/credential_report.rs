//! `aws_iam_credential_report`.

#[cfg(feature = "iam")]
pub(super) mod collect;
#[cfg(feature = "iam")]
mod csv;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// The credentials of one user, a row of the credential report: one resource for each user and one for the root user,
/// whose `user_name` is `<root_account>`. The report is up to four hours old; `generated_time` says when it was made.
///
/// A field is null where the report says `N/A`, `no_information` or `not_supported`.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CredentialReport {
    /// When the report was made.
    pub generated_time: Option<Timestamp>,
    /// The user; `<root_account>` for the root user.
    pub user_name: String,
    /// The ARN of the user; ends in `:root` for the root user.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_iam_user", "arn")))]
    pub user_arn: String,
    /// When the user was made.
    pub user_creation_time: Option<Timestamp>,
    /// The user has a password; null where the report does not say, as for most root users.
    pub password_enabled: Option<bool>,
    /// When the password was last used; null where it never was.
    pub password_last_used: Option<Timestamp>,
    /// When the password was last set.
    pub password_last_changed: Option<Timestamp>,
    /// When the password must be changed.
    pub password_next_rotation: Option<Timestamp>,
    /// The user has MFA.
    pub mfa_active: bool,
    /// The first access key is there and active.
    pub access_key_1_active: bool,
    /// When the first access key was made or last changed.
    pub access_key_1_last_rotated: Option<Timestamp>,
    /// When the first access key was last used; null where it never was.
    pub access_key_1_last_used_date: Option<Timestamp>,
    /// Where the first access key was last used.
    pub access_key_1_last_used_region: Option<String>,
    /// For what the first access key was last used, e.g. `s3`; null where it never was, not read where it was but the
    /// report does not say for what.
    pub access_key_1_last_used_service: Read<Option<String>>,
    /// The second access key is there and active.
    pub access_key_2_active: bool,
    /// When the second access key was made or last changed.
    pub access_key_2_last_rotated: Option<Timestamp>,
    /// When the second access key was last used; null where it never was.
    pub access_key_2_last_used_date: Option<Timestamp>,
    /// Where the second access key was last used.
    pub access_key_2_last_used_region: Option<String>,
    /// For what the second access key was last used, likewise.
    pub access_key_2_last_used_service: Read<Option<String>>,
    /// The first X.509 signing certificate is active.
    pub cert_1_active: bool,
    /// When the first certificate was made or last changed.
    pub cert_1_last_rotated: Option<Timestamp>,
    /// The second X.509 signing certificate is active.
    pub cert_2_active: bool,
    /// When the second certificate was made or last changed.
    pub cert_2_last_rotated: Option<Timestamp>,
}

impl Model for CredentialReport {
    const KIND: &'static str = "aws_iam_credential_report";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "iam";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = sources::GET_CREDENTIAL_REPORT;
}
