//! `aws_iam_group`.

#[cfg(feature = "iam")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::inline_policy::InlinePolicy;
use super::sources;

/// A group of users. Who is in it: the field `groups` of `aws_iam_user`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Group {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// The id, `AGPA…`.
    pub group_id: Read<String>,
    /// The path, `/` or `/some/path/`.
    pub path: Read<String>,
    /// When it was made.
    pub create_date: Read<Option<Timestamp>>,
    /// The managed policies that are attached to it.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_iam_policy", "arn")))]
    pub attached_policy_arns: Read<Vec<Read<String>>>,
    /// Its inline policies.
    pub inline_policies_std: Read<Vec<InlinePolicy>>,
}

impl Model for Group {
    const KIND: &'static str = "aws_iam_group";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "iam";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = sources::GET_ACCOUNT_AUTHORIZATION_DETAILS;
}
