//! Inline policies of users, groups and roles.

use cspm_core::Read;
use schemars::JsonSchema;
use serde::Serialize;

use crate::policy::Policy;

/// A policy that is part of one user, group or role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InlinePolicy {
    /// The name.
    pub policy_name: Read<String>,
    /// The document in canonical form; unread where it cannot be understood.
    pub policy_std: Read<Policy>,
}
