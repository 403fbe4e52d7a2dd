//! `aws_iam_user`.

#[cfg(feature = "iam")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::credential_report::CredentialReport;
use super::inline_policy::InlinePolicy;
use super::sources;

/// A user. What concerns passwords, MFA and the age of keys is in `credential_report`, which one call gives for all users.
/// The root user is `aws_iam_root_user`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct User {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// The id, `AIDA…`.
    pub user_id: Read<String>,
    /// The path, `/` or `/some/path/`.
    pub path: Read<String>,
    /// When it was made.
    pub create_date: Read<Option<Timestamp>>,
    /// The groups that it is in.
    #[schemars(extend("x-ref" = Reference::new(Relation::Containment, "aws_iam_group", "name")))]
    pub groups: Read<Vec<String>>,
    /// The managed policies that are attached to it.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_iam_policy", "arn")))]
    pub attached_policy_arns: Read<Vec<Read<String>>>,
    /// Its inline policies.
    pub inline_policies_std: Vec<InlinePolicy>,
    /// The policy that limits it; null where none does.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_iam_policy", "arn")))]
    pub permissions_boundary_arn: Read<Option<String>>,
    /// When the password was last used; null where there is no password or it never was.
    #[schemars(extend("x-source" = sources::LIST_USERS))]
    pub password_last_used: Read<Option<Timestamp>>,
    /// The password; null where it has none.
    #[schemars(extend("x-source" = sources::GET_LOGIN_PROFILE))]
    pub login_profile: Read<Option<LoginProfile>>,
    /// The MFA devices, virtual and hardware.
    #[schemars(extend("x-source" = sources::LIST_MFA_DEVICES))]
    pub mfa_devices: Read<Vec<MfaDevice>>,
    /// Its row of the credential report; not read where the user is younger than the report.
    #[schemars(extend("x-source" = sources::GET_CREDENTIAL_REPORT))]
    pub credential_report: Read<CredentialReport>,
}

/// A password of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LoginProfile {
    /// When it was set.
    pub create_date: Read<Option<Timestamp>>,
    /// The user must change it at the next log-in.
    pub password_reset_required: bool,
}

/// An MFA device of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MfaDevice {
    /// The serial number; for a virtual device or a security key its ARN (`…:mfa/…`, `…:u2f/…`).
    pub serial_number: Read<String>,
    /// Since when the user has it.
    pub enable_date: Read<Option<Timestamp>>,
}

impl Model for User {
    const KIND: &'static str = "aws_iam_user";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "iam";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = sources::GET_ACCOUNT_AUTHORIZATION_DETAILS;
}
