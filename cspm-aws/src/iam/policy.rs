//! `aws_iam_policy`.

#[cfg(feature = "iam")]
pub(super) mod collect;

use cspm_core::{Model, Read, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;
use crate::policy::Policy;

/// A managed policy: those of the account, and those of AWS that are in use. Who has it: the fields
/// `attached_policy_arns` of `aws_iam_user`, `aws_iam_group` and `aws_iam_role`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ManagedPolicy {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// The id, `ANPA…`.
    pub policy_id: Read<String>,
    /// The path, `/` or `/some/path/`.
    pub path: Read<String>,
    /// When it was made.
    pub create_date: Read<Option<Timestamp>>,
    /// When its default version was made.
    pub update_date: Read<Option<Timestamp>>,
    /// AWS keeps it.
    pub is_aws_managed: bool,
    /// A user, group or role has it.
    pub is_attached: Read<bool>,
    /// It may be attached.
    pub is_attachable: bool,
    /// To how many users, groups and roles it is attached.
    pub attachment_count: Read<i32>,
    /// How many users and roles it limits as permissions boundary.
    pub permissions_boundary_usage_count: Read<i32>,
    /// The version in force, e.g. `v3`.
    pub default_version_id: Read<String>,
    /// The version in force in canonical form; unread where the document cannot be understood.
    pub policy_std: Read<Policy>,
}

impl Model for ManagedPolicy {
    const KIND: &'static str = "aws_iam_policy";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "iam";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = sources::GET_ACCOUNT_AUTHORIZATION_DETAILS;
}
