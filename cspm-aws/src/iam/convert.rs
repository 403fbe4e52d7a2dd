//! From the SDK's types to those of the models.

use aws_sdk_iam::types::{self as sdk, AttachedPolicy, PolicyDetail, Tag};
use cspm_core::Read;

use super::inline_policy::InlinePolicy;
use super::sources::GET_ACCOUNT_AUTHORIZATION_DETAILS as DETAILS;
use crate::live::{each, enumerations, filled, given, items};
use crate::policy::{self, Policy};

enumerations!(sdk::StatusType);

/// A document in canonical form; unread where the answer lacks it.
pub(super) fn document(document: Option<&str>, partition: &str) -> Read<Policy> {
    match given(document, &DETAILS) {
        Read::Known(document) => policy::read(document, partition, &DETAILS.call()),
        Read::Unread(unread) => unread.into(),
    }
}

/// The inline policies of a group or role.
pub(super) fn inline_policies(policies: Option<Vec<PolicyDetail>>, partition: &str) -> Read<Vec<InlinePolicy>> {
    items(policies, &DETAILS, |policy| inline_policy(policy, partition))
}

/// The inline policies of a user: of one that has none, AWS leaves the list out.
pub(super) fn inline_policies_of_user(policies: Option<Vec<PolicyDetail>>, partition: &str) -> Vec<InlinePolicy> {
    each(policies, |policy| inline_policy(policy, partition))
}

fn inline_policy(policy: PolicyDetail, partition: &str) -> InlinePolicy {
    InlinePolicy {
        policy_std: document(policy.policy_document.as_deref(), partition),
        policy_name: given(policy.policy_name, &DETAILS),
    }
}

/// The ARNs of managed policies; one that the answer does not name is an unread element.
pub(super) fn attached(policies: Option<Vec<AttachedPolicy>>) -> Read<Vec<Read<String>>> {
    items(policies, &DETAILS, |policy| given(policy.policy_arn.and_then(filled), &DETAILS))
}

pub(super) fn tags(tags: Option<Vec<Tag>>) -> Vec<(String, String)> {
    each(tags, |tag| (tag.key, tag.value))
}
