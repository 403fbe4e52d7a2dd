//! Full power: over everything, or over a service.

use cspm_core::Data;

use super::document::{Statement, statements};
use super::scope::EVERY_ACTION;
use crate::analysis::Answer;
use crate::analysis::kleene::{all, and, any};
use crate::analysis::read::{items, text};

/// Whether the policy allows every action on every resource, under no condition.
///
/// All but some actions (`NotAction`) are every action only where other such statements allow those too; a policy that
/// leaves out `iam:*`, as AWS' `PowerUserAccess` does, is not one of an administrator. Deny statements are not weighed:
/// who holds the policy holds the power, and [`allows`](super::allows) answers for a certain action.
///
/// # Errors
/// [`Fault::Unread`](crate::analysis::Fault::Unread) where an unread part could make it true;
/// [`Fault::Invalid`](crate::analysis::Fault::Invalid) where the policy is none.
pub fn is_admin(policy: &Data) -> Answer<bool> {
    let whole = any_unlimited(policy, |statement| statement.covers_action(EVERY_ACTION));
    if whole == Ok(true) {
        return whole;
    }
    any([
        whole,
        any_unlimited(policy, |statement| match (statement.action, statement.not_action) {
            (None, Some(excluded)) => all(items(Some(excluded))?.iter().map(|action| {
                let action = text(action, "a NotAction")?;
                any_unlimited(policy, |other| other.covers_action(action))
            })),
            _ => Ok(false),
        }),
    ])
}

/// Whether the policy allows every action of `service` (`s3`, `kms`) on every resource, under no condition. A policy
/// that allows every action of every service does.
///
/// # Errors
/// As [`is_admin`].
pub fn gives_full_access(policy: &Data, service: &str) -> Answer<bool> {
    let every = format!("{service}:*");
    any_unlimited(policy, |statement| statement.covers_action(&every))
}

/// Whether `test` is true of any statement that allows something on all resources under no condition.
fn any_unlimited(policy: &Data, test: impl Fn(&Statement<'_>) -> Answer<bool>) -> Answer<bool> {
    any(statements(policy)?.map(|statement| {
        let statement = statement?;
        let unlimited = and(statement.is_allow(), || statement.is_unconditional());
        and(and(unlimited, || statement.covers_all_resources()), || test(&statement))
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::analysis::testing::{data, unread};

    fn allow(element: &str, actions: Value, resources: Value) -> Value {
        json!({"Effect": "Allow", element: actions, "Resource": resources})
    }

    #[test]
    fn an_administrator_may_do_everything() {
        let star = || allow("Action", json!(["*"]), json!(["*"]));
        let mut conditional = star();
        conditional["Condition"] = json!({"bool": {"aws:multifactorauthpresent": ["true"]}});
        let mut deny = star();
        deny["Effect"] = json!("Deny");
        for (statements, admin) in [
            (json!([]), Ok(false)),
            (json!([star()]), Ok(true)),
            (json!(star()), Ok(true)),
            (json!([allow("Action", json!(["*:*"]), json!(["arn:aws:*"]))]), Ok(true)),
            (json!([allow("Action", json!("*"), json!("arn:*"))]), Ok(true)),
            (json!([allow("Action", json!(["s3:*"]), json!(["*"]))]), Ok(false)),
            (json!([allow("Action", json!(["*"]), json!(["arn:aws:s3:::*"]))]), Ok(false)),
            (json!([allow("Action", json!(["*"]), json!(["arn:aws:iam::123456789012:*"]))]), Ok(false)),
            (json!([conditional]), Ok(false)),
            (json!([deny]), Ok(false)),
            (json!([deny, star()]), Ok(true)),
            (json!([allow("NotAction", json!([]), json!(["*"]))]), Ok(true)),
            (json!([allow("NotAction", json!(["iam:*"]), json!(["*"]))]), Ok(false)),
            (
                json!([
                    allow("NotAction", json!(["iam:*"]), json!(["*"])),
                    allow("Action", json!(["iam:*"]), json!(["*"]))
                ]),
                Ok(true),
            ),
            (
                json!([
                    allow("NotAction", json!(["iam:*"]), json!(["*"])),
                    allow("Action", json!(["iam:Get*"]), json!(["*"]))
                ]),
                Ok(false),
            ),
            (json!([{"Effect": "Allow", "Action": ["*"], "NotResource": []}]), Ok(true)),
            (json!([{"Effect": "Allow", "Action": ["*"], "NotResource": ["arn:aws:s3:::x"]}]), Ok(false)),
            (json!(["unread!"]), unread()),
            (json!(["unread!", star()]), Ok(true)),
            (json!([{"Effect": "Allow", "Action": "unread!", "Resource": ["*"]}]), unread()),
            (json!([{"Effect": "Allow", "Action": "unread!", "Resource": ["arn:aws:s3:::x"]}]), Ok(false)),
        ] {
            let policy = data(json!({"Version": "2012-10-17", "Statement": statements.clone()}));
            assert_eq!(is_admin(&policy), admin, "{statements}");
        }
        assert_eq!(is_admin(&Data::Null), Ok(false));
        assert_eq!(is_admin(&data(json!("unread!"))), unread());
        assert!(is_admin(&data(json!("{}"))).is_err());
    }

    #[test]
    fn full_access_is_every_action_of_the_service() {
        for (statement, service, full) in [
            (allow("Action", json!(["kms:*"]), json!(["*"])), "kms", true),
            (allow("Action", json!(["KMS:*"]), json!(["*"])), "kms", true),
            (allow("Action", json!(["*"]), json!(["*"])), "kms", true),
            (allow("Action", json!(["kms:*"]), json!(["*"])), "s3", false),
            (allow("Action", json!(["kms:Decrypt*"]), json!(["*"])), "kms", false),
            (allow("Action", json!(["kms:*"]), json!(["arn:aws:kms:us-east-1:1:key/x"])), "kms", false),
            (allow("NotAction", json!(["iam:*"]), json!(["*"])), "kms", true),
            (allow("NotAction", json!(["kms:ScheduleKeyDeletion"]), json!(["*"])), "kms", false),
        ] {
            let policy = data(json!({"Statement": [statement.clone()]}));
            assert_eq!(gives_full_access(&policy, service), Ok(full), "{statement} {service}");
        }
    }
}
