//! What a policy gives to everyone.

use std::collections::BTreeSet;
use std::sync::Arc;

use cspm_core::Data;

use super::document::{Statement, statements};
use super::pattern::{Case, Variable, overlaps};
use crate::analysis::Answer;
use crate::analysis::kleene::{all, and, any, not};
use crate::analysis::read::{items, text};

/// Whether the policy gives everyone something: an Allow for everyone that no condition narrows to known callers or
/// networks, and that no Deny for everyone takes back (be it from all but known callers).
///
/// A statement that was not read may be such a Deny, so beside one no policy is surely public.
///
/// # Errors
/// [`Fault::Unread`](crate::analysis::Fault::Unread) where an unread part could change the answer;
/// [`Fault::Invalid`](crate::analysis::Fault::Invalid) where the policy is none.
pub fn is_public(policy: &Data) -> Answer<bool> {
    any(statements(policy)?.map(|statement| {
        let statement = statement?;
        and(allows_unknown(&statement), || {
            statement.any_action(|action| not(is_taken_back(policy, &statement, action)))
        })
    }))
}

/// The action patterns that the policy gives to everyone, sorted; `*` stands for all but some (`NotAction`).
///
/// # Errors
/// As [`is_public`].
pub fn public_actions(policy: &Data) -> Answer<Vec<Arc<str>>> {
    let mut actions = BTreeSet::new();
    for statement in statements(policy)? {
        let statement = statement?;
        if allows_unknown(&statement)? {
            statement.any_action(|action| {
                if !is_taken_back(policy, &statement, action)? {
                    actions.insert(Arc::from(action));
                }
                Ok(false)
            })?;
        }
    }
    Ok(actions.into_iter().collect())
}

/// Whether the policy gives everyone any of `actions`, a list of actions or patterns of them.
///
/// # Errors
/// As [`is_public`].
pub fn gives_public(policy: &Data, actions: &Data) -> Answer<bool> {
    let actions = items(Some(actions))?;
    any(statements(policy)?.map(|statement| {
        let statement = statement?;
        and(allows_unknown(&statement), || {
            any(actions.iter().map(|asked| gives(policy, &statement, text(asked, "an action")?)))
        })
    }))
}

/// Whether the statement gives any of what is asked, and no Deny takes back what is asked or what is given.
fn gives(policy: &Data, statement: &Statement<'_>, asked: &str) -> Answer<bool> {
    let given = and(statement.touches_action(asked), || not(is_taken_back(policy, statement, asked)));
    and(given, || {
        statement.any_action(|action| {
            and(Ok(overlaps(action, asked, Case::Ignored)), || not(is_taken_back(policy, statement, action)))
        })
    })
}

/// Whether the statement allows everyone something, under no condition that narrows it to known callers or networks.
fn allows_unknown(statement: &Statement<'_>) -> Answer<bool> {
    let everyone = and(statement.is_allow(), || statement.allows_everyone());
    and(everyone, || not(any(statement.conditions().into_iter().map(|condition| condition?.narrows()))))
}

/// Whether the policy denies everyone, or everyone but known callers, the action on all resources of the statement.
fn is_taken_back(policy: &Data, statement: &Statement<'_>, action: &str) -> Answer<bool> {
    any(statements(policy)?.map(|deny| {
        let deny = deny?;
        and(takes_back(&deny, statement, action), || match deny.conditions().as_slice() {
            [] => Ok(true),
            // Of several conditions, everyone can be spared by one.
            [condition] => condition.clone()?.spares_known(),
            _ => Ok(false),
        })
    }))
}

/// Whether `deny`, under its conditions, denies everyone the action on all resources of the statement.
pub(super) fn takes_back(deny: &Statement<'_>, statement: &Statement<'_>, action: &str) -> Answer<bool> {
    let denies = and(deny.is_deny(), || deny.denies_everyone());
    and(and(denies, || deny.covers_action(action)), || match statement.resource {
        Some(resources) => all(items(Some(resources))?
            .iter()
            .map(|resource| deny.covers_resource(text(resource, "a Resource")?, Variable::Nothing))),
        None => deny.covers_resource("*", Variable::Nothing),
    })
}

#[cfg(test)]
mod tests;
