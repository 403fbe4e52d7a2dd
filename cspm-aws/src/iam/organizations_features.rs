//! `aws_iam_organizations_features`.

#[cfg(feature = "iam")]
pub(super) mod collect;

use cspm_core::{Model, Read, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// Central management of the root users of an organization: one resource in the management account (or the delegated
/// administrator's), none in other accounts, of which AWS says that it does not concern them.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OrganizationsFeatures {
    /// The organization, `o-…`; null where IAM has no access to it, so that no feature can be enabled.
    pub organization_id: Option<String>,
    /// The features in use: `RootCredentialsManagement`, `RootSessions`.
    pub enabled_features: Read<Vec<String>>,
}

impl Model for OrganizationsFeatures {
    const KIND: &'static str = "aws_iam_organizations_features";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "iam";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = sources::LIST_ORGANIZATIONS_FEATURES;
}
