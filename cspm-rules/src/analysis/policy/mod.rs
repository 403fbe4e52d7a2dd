//! What a policy document grants, to whom.
//!
//! The documents are in the canonical form of `policy_std` and its like: lists everywhere, actions and condition keys
//! in lower case. `null` is the policy that grants nothing. The language is that of
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>.

mod accounts;
mod admin;
mod condition;
mod document;
mod evaluate;
mod narrow;
mod pattern;
mod principal;
mod public;
mod request;
mod scope;
mod trust;

pub use accounts::other_accounts;
pub use admin::{gives_full_access, is_admin};
pub use evaluate::{allows, denies};
pub use public::{gives_public, is_public, public_actions};
pub use trust::{has_condition, trusts_services};
