//! The credential report: what it says of a user.

#[cfg(feature = "iam")]
pub(super) mod collect;
#[cfg(feature = "iam")]
mod csv;

use cspm_core::Read;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// The row of a user, or of the root user, in the credential report, which may be up to four hours old: `generated_time`
/// says when it was made.
///
/// A field is null where the report says `N/A`, `no_information` or `not_supported`, and not read where it would have to say
/// more: of an active key when it was made, say.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CredentialReport {
    /// When the report was made.
    pub generated_time: Read<Option<Timestamp>>,
    /// When the user was made.
    pub user_creation_time: Option<Timestamp>,
    /// The user has a password; null for the root user, of whom the report does not say.
    pub password_enabled: Read<Option<bool>>,
    /// When the password was last used; null where it never was.
    pub password_last_used: Option<Timestamp>,
    /// When the password was last set.
    pub password_last_changed: Read<Option<Timestamp>>,
    /// When the password must be changed.
    pub password_next_rotation: Option<Timestamp>,
    /// The user has MFA.
    pub mfa_active: bool,
    /// The first access key is there and active.
    pub access_key_1_active: bool,
    /// When the first access key was made or last changed.
    pub access_key_1_last_rotated: Read<Option<Timestamp>>,
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
    pub access_key_2_last_rotated: Read<Option<Timestamp>>,
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
