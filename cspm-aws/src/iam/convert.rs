//! From the SDK's types to those of the models.

use aws_sdk_iam::types::{AttachedPolicy, PolicyDetail, Tag};
use cspm_core::{Error, ErrorKind, Read};

use super::inline_policy::InlinePolicy;
use super::sources::GET_ACCOUNT_AUTHORIZATION_DETAILS;
use crate::client::Miss;
use crate::live::given;
use crate::policy::{self, Policy};

/// What the answer must have: without it there is no telling what it is about.
pub(super) fn needed<T>(value: Option<T>, what: &str) -> Result<T, Miss> {
    Ok(value.ok_or_else(|| Error::new(ErrorKind::Format, format!("read {what}: the answer does not have it")))?)
}

/// A document in canonical form; unread where the answer lacks it.
pub(super) fn document(document: Option<&str>) -> Read<Policy> {
    match given(document, &GET_ACCOUNT_AUTHORIZATION_DETAILS) {
        Read::Known(document) => policy::read(document, &GET_ACCOUNT_AUTHORIZATION_DETAILS.call()),
        Read::Unread(unread) => unread.into(),
    }
}

pub(super) fn inline_policies(policies: Option<Vec<PolicyDetail>>) -> Vec<InlinePolicy> {
    let inline = |policy: PolicyDetail| InlinePolicy {
        policy_std: document(policy.policy_document.as_deref()),
        policy_name: policy.policy_name.unwrap_or_default(),
    };
    policies.unwrap_or_default().into_iter().map(inline).collect()
}

pub(super) fn attached(policies: Option<Vec<AttachedPolicy>>) -> Vec<String> {
    policies.unwrap_or_default().into_iter().filter_map(|policy| policy.policy_arn).collect()
}

pub(super) fn tags(tags: Option<Vec<Tag>>) -> Vec<(String, String)> {
    tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect()
}
