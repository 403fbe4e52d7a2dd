//! `aws_iam_saml_provider`.

#[cfg(feature = "iam")]
pub(super) mod collect;

use cspm_core::{Model, Read, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// A SAML identity provider whose users may take roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SamlProvider {
    /// The ARN.
    pub arn: String,
    /// When it was made.
    pub create_date: Read<Option<Timestamp>>,
    /// Until when it is valid.
    pub valid_until: Read<Option<Timestamp>>,
}

impl Model for SamlProvider {
    const KIND: &'static str = "aws_iam_saml_provider";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "iam";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = sources::LIST_SAML_PROVIDERS;
}
