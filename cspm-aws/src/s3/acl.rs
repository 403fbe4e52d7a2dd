//! Access control lists of buckets and objects.

use cspm_core::Read;
use schemars::JsonSchema;
use serde::Serialize;

/// An access control list. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Acl {
    /// The canonical user id of the owner.
    pub owner_id: Option<String>,
    /// Who may do what.
    pub grants: Read<Vec<Grant>>,
}

/// One entry of an [`Acl`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Grant {
    /// `FULL_CONTROL`, `READ`, `WRITE`, `READ_ACP` or `WRITE_ACP`.
    pub permission: Read<String>,
    /// `CanonicalUser`, `AmazonCustomerByEmail` or `Group`.
    pub grantee_type: Read<String>,
    /// The group, where the grantee is one: everyone is `http://acs.amazonaws.com/groups/global/AllUsers`, anyone with
    /// an AWS account `http://acs.amazonaws.com/groups/global/AuthenticatedUsers`.
    pub grantee_uri: Read<Option<String>>,
    /// The canonical user id, where the grantee is an account.
    pub grantee_id: Option<String>,
}
