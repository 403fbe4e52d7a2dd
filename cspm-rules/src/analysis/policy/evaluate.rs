//! Whether policies allow or deny a certain action.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

use cspm_core::Data;

use super::document::{Statement, statements};
use super::pattern::{Case, Variable, overlaps};
use super::request;
use crate::analysis::Answer;
use crate::analysis::kleene::{all, and, any, not};
use crate::analysis::read::{items, text, unexpected};

/// Whether identity policies, a list of documents, together allow `action` on `resource`: one allows it, be it under a
/// condition, and none denies it under all circumstances.
///
/// Both may be patterns, and then all that they stand for must be allowed by one statement: resource `*` asks for the
/// action on every resource. A policy variable in an Allow may stand for anything, one in a Deny denies nothing surely.
///
/// # Errors
/// [`Fault::Unread`](crate::analysis::Fault::Unread) where an unread part could change the answer: it may deny;
/// [`Fault::Invalid`](crate::analysis::Fault::Invalid) where a policy is none.
pub fn allows(policies: &Data, action: &str, resource: &str) -> Answer<bool> {
    let policies = items(Some(policies))?;
    let denied = any_statement(policies, |statement| {
        let surely = and(statement.is_deny(), || statement.is_unconditional());
        and(surely, || covers(statement, action, resource, Variable::Nothing))
    });
    and(not(denied), || {
        any_statement(policies, |statement| {
            and(statement.is_allow(), || covers(statement, action, resource, Variable::Anything))
        })
    })
}

/// Whether the policy surely denies everyone `action` on `resource` in a request with the condition keys of `context`:
/// a map from key to value or values, e.g. `{"aws:SecureTransport": "false"}`, where null says that the request does
/// not have the key.
///
/// A Deny under a condition on a key that `context` does not have is not sure. Where `action` is a pattern, the statements
/// together must deny all that it stands for: what `NotAction` of one leaves out, others deny. Where `resource` is a pattern,
/// each of them must name all that it stands for.
///
/// # Errors
/// [`Fault::Unread`](crate::analysis::Fault::Unread) where an unread part could make it true;
/// [`Fault::Invalid`](crate::analysis::Fault::Invalid) where the policy is none, or the context no map.
pub fn denies(policy: &Data, action: &str, resource: &str, context: &Data) -> Answer<bool> {
    let context = context.as_object().ok_or_else(|| unexpected(context, "the context", "map"))?;
    let mut sure = Vec::new();
    let mut faults = Vec::new();
    for statement in statements(policy)? {
        let statement = match statement {
            Ok(statement) => statement,
            Err(fault) => {
                faults.push(Err(fault));
                continue;
            }
        };
        let everyone = and(statement.is_deny(), || statement.denies_everyone());
        let concerned = and(everyone, || statement.touches_action(action));
        let applies = and(concerned, || statement.covers_resource(resource, Variable::Nothing));
        let denies = and(applies, || {
            all(statement.conditions().into_iter().map(|condition| request::surely_meets(context, &condition?)))
        });
        match denies {
            Ok(true) => sure.push(statement),
            Ok(false) => {}
            // It could deny what is asked, or a part of it.
            Err(fault) => faults.push(Err(fault)),
        }
    }
    any(std::iter::once(together_cover(&sure, action)).chain(faults))
}

/// Whether the statements together speak of every action that `action` stands for.
fn together_cover(statements: &[Statement<'_>], action: &str) -> Answer<bool> {
    any(statements.iter().enumerate().map(|(n, statement)| {
        let covered = statement.covers_action(action);
        let (Ok(false), Some(excluded)) = (&covered, statement.not_action) else { return covered };
        let others: Vec<_> = statements.iter().enumerate().filter(|(m, _)| *m != n).map(|(_, other)| *other).collect();
        all(items(Some(excluded))?.iter().map(|excluded| {
            let excluded = text(excluded, "a NotAction")?;
            if overlaps(excluded, action, Case::Ignored) { together_cover(&others, excluded) } else { Ok(true) }
        }))
    }))
}

fn covers(statement: &Statement<'_>, action: &str, resource: &str, variable: Variable) -> Answer<bool> {
    and(statement.covers_action(action), || statement.covers_resource(resource, variable))
}

fn any_statement(policies: &[Data], test: impl Fn(&Statement<'_>) -> Answer<bool>) -> Answer<bool> {
    any(policies.iter().map(|policy| any(statements(policy)?.map(|statement| test(&statement?)))))
}

#[cfg(test)]
mod tests;
