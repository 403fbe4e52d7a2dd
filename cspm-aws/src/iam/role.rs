//! `aws_iam_role`.

#[cfg(feature = "iam")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::inline_policy::InlinePolicy;
use super::sources;
use crate::policy::Policy;

/// A role.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Role {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// The id, `AROA…`.
    pub role_id: Read<String>,
    /// The path: `/aws-service-role/…` for roles that belong to a service, `/aws-reserved/…` for those of IAM Identity
    /// Center.
    pub path: Read<String>,
    /// When it was made.
    pub create_date: Read<Option<Timestamp>>,
    /// Who may take it, in canonical form; unread where the document cannot be understood.
    pub assume_role_policy_std: Read<Policy>,
    /// The managed policies that are attached to it.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_iam_policy", "arn")))]
    pub attached_policy_arns: Read<Vec<Read<String>>>,
    /// Its inline policies.
    pub inline_policies_std: Read<Vec<InlinePolicy>>,
    /// The policy that limits it; null where none does.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_iam_policy", "arn")))]
    pub permissions_boundary_arn: Read<Option<String>>,
    /// The instance profiles that carry it.
    pub instance_profile_arns: Read<Vec<Read<String>>>,
    /// When it was last used; null where it was not within the 400 days that IAM looks back.
    pub role_last_used_date: Read<Option<Timestamp>>,
    /// In which region it was last used.
    pub role_last_used_region: Option<String>,
}

impl Model for Role {
    const KIND: &'static str = "aws_iam_role";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "iam";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = sources::GET_ACCOUNT_AUTHORIZATION_DETAILS;
}
