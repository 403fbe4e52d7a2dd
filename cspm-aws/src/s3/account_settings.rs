//! `aws_s3_account_settings`.

#[cfg(feature = "s3")]
pub(super) mod collect;

use cspm_core::{Model, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// The public access block of the whole account: one resource. Where the account has none, all four are `false`.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccountSettings {
    /// New public ACLs are refused.
    pub block_public_acls: bool,
    /// New public policies are refused.
    pub block_public_policy: bool,
    /// Public ACLs have no effect.
    pub ignore_public_acls: bool,
    /// A public policy gives access only to AWS services and to the account itself.
    pub restrict_public_buckets: bool,
}

impl Model for AccountSettings {
    const KIND: &'static str = "aws_s3_account_settings";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "s3";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = sources::GET_ACCOUNT_PUBLIC_ACCESS_BLOCK;
}
