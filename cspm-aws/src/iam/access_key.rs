//! `aws_iam_access_key`.

#[cfg(feature = "iam")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// An access key of a user. Two calls for each user: the field `credential_report` of `aws_iam_user` has status, age and
/// last use of all keys at once.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AccessKey {
    /// The id, `AKIA…`; not the secret.
    pub access_key_id: String,
    /// The user.
    #[schemars(extend("x-ref" = Reference::new(Relation::Containment, "aws_iam_user", "name")))]
    pub user_name: String,
    /// `Active` or `Inactive`.
    pub status: Read<String>,
    /// When it was made.
    pub create_date: Read<Option<Timestamp>>,
    /// When it was last used; null where it never was.
    #[schemars(extend("x-source" = sources::GET_ACCESS_KEY_LAST_USED))]
    pub access_key_last_used_date: Read<Option<Timestamp>>,
    /// In which region it was last used; null where it never was.
    #[schemars(extend("x-source" = sources::GET_ACCESS_KEY_LAST_USED))]
    pub access_key_last_used_region: Read<Option<String>>,
    /// For which service it was last used; null where it never was.
    #[schemars(extend("x-source" = sources::GET_ACCESS_KEY_LAST_USED))]
    pub access_key_last_used_service: Read<Option<String>>,
}

impl Model for AccessKey {
    const KIND: &'static str = "aws_iam_access_key";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "iam";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = sources::LIST_ACCESS_KEYS;
}
