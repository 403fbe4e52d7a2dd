//! Managed prefix lists: `aws_ec2_managed_prefix_list`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::{Model, Read, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// A named set of IP ranges that security groups and route tables refer to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ManagedPrefixList {
    /// The id, `pl-…`.
    pub id: String,
    /// The name; those of AWS begin with `com.amazonaws.`.
    pub name: Option<String>,
    /// `create-complete`, `modify-in-progress`, …
    pub state: Read<Option<String>>,
    /// `IPv4` or `IPv6`.
    pub address_family: Option<String>,
    /// The most entries that the list may have; absent for those of AWS.
    pub max_entries: Option<i32>,
    /// The version, counted up with each change; absent for those of AWS.
    pub version: Option<i64>,
    /// The account that owns the list; `AWS` for those of AWS.
    pub owner_id: Option<String>,
    /// The ranges of the current version.
    #[schemars(extend("x-source" = sources::GET_MANAGED_PREFIX_LIST_ENTRIES))]
    pub entries: Read<Vec<Entry>>,
}

/// An IP range of a prefix list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Entry {
    /// The range.
    pub cidr: Read<String>,
    /// What its author says of it.
    pub description: Option<String>,
}

impl Model for ManagedPrefixList {
    const KIND: &'static str = "aws_ec2_managed_prefix_list";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "ec2";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_MANAGED_PREFIX_LISTS;
}
