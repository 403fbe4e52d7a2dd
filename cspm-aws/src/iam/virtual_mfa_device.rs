//! `aws_iam_virtual_mfa_device`.

#[cfg(feature = "iam")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// A virtual MFA device that is assigned to a user. A user with MFA and without one of these has a hardware device or
/// a security key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VirtualMfaDevice {
    /// The serial number, an ARN.
    pub serial_number: String,
    /// Since when it is in use.
    pub enable_date: Read<Option<Timestamp>>,
    /// The ARN of the user; ends in `:root` for the root user.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_iam_user", "arn")))]
    pub user_arn: Read<Option<String>>,
    /// The name of the user; null for the root user.
    pub user_name: Read<Option<String>>,
}

impl Model for VirtualMfaDevice {
    const KIND: &'static str = "aws_iam_virtual_mfa_device";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "iam";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = sources::LIST_VIRTUAL_MFA_DEVICES;
}
