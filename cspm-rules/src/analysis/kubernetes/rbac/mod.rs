//! Who may do what: roles and their bindings, as the API server's RBAC authorizer reads them.
//!
//! Rules only ever allow, and all of them count; other authorizers, such as that of nodes or a webhook, are not looked
//! at, nor is what the group `system:masters` may do without any binding.
//! <https://kubernetes.io/docs/reference/access-authn-authz/rbac/>.

mod access;
mod aggregation;
mod inventory;
mod rules;
mod subject;

pub use access::{Grant, Grants, RbacSource, subject_allows};
pub use aggregation::{EffectiveRule, EffectiveRules, effective_rules};
pub use inventory::InventoryRbac;
pub(crate) use inventory::LOOKUPS;
pub use rules::{Request, rules_allow, rules_allow_url};
pub use subject::{Identity, groups_of_service_account, subject_matches};
