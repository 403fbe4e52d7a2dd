//! Whom a role trusts, and on what conditions.

use std::collections::BTreeSet;
use std::sync::Arc;

use cspm_core::Data;

use super::document::{shared, statements};
use super::principal::any_principal;
use crate::analysis::Answer;
use crate::analysis::kleene::any;

/// The services that the policy allows something, sorted: `["ec2.amazonaws.com"]`.
///
/// # Errors
/// [`Fault::Unread`](crate::analysis::Fault::Unread) where a part that may name services was not read;
/// [`Fault::Invalid`](crate::analysis::Fault::Invalid) where the policy is none.
pub fn trusts_services(policy: &Data) -> Answer<Vec<Arc<str>>> {
    let mut services = BTreeSet::new();
    for statement in statements(policy)? {
        let statement = statement?;
        if let (true, Some(principal)) = (statement.is_allow()?, statement.principal) {
            any_principal(principal, |kind, id| {
                if kind == "Service" {
                    services.insert(shared(id, "a Principal")?);
                }
                Ok(false)
            })?;
        }
    }
    Ok(services.into_iter().collect())
}

/// Whether any statement of the policy has a condition on a key that starts with `key_prefix`, in whatever case:
/// `sts:ExternalId`, `token.actions.githubusercontent.com:`.
///
/// # Errors
/// [`Fault::Unread`](crate::analysis::Fault::Unread) where an unread part could make it true;
/// [`Fault::Invalid`](crate::analysis::Fault::Invalid) where the policy is none.
pub fn has_condition(policy: &Data, key_prefix: &str) -> Answer<bool> {
    let starts = |key: &str| key.get(..key_prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(key_prefix));
    any(statements(policy)?
        .map(|statement| any(statement?.conditions().into_iter().map(|condition| Ok(starts(condition?.key))))))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::analysis::testing::{data, unread};

    #[test]
    fn services_are_those_allowed() {
        let policy = json!({"Statement": [
            {"Effect": "Allow", "Principal": {"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"], "AWS": ["*"]}},
            {"Effect": "Allow", "Principal": {"Service": ["ec2.amazonaws.com"]}},
            {"Effect": "Deny", "Principal": {"Service": ["sns.amazonaws.com"]}},
            {"Effect": "Allow", "NotPrincipal": {"Service": ["sqs.amazonaws.com"]}},
        ]});
        let services = trusts_services(&data(policy)).unwrap();
        assert_eq!(services.iter().map(|s| &**s).collect::<Vec<_>>(), ["ec2.amazonaws.com", "lambda.amazonaws.com"]);
        assert_eq!(trusts_services(&Data::Null), Ok(vec![]));
        assert_eq!(
            trusts_services(&data(json!({"Statement": [{"Effect": "Allow", "Principal": "unread!"}]}))),
            unread()
        );
    }

    #[test]
    fn keys_are_found_by_their_start() {
        let policy = data(json!({"Statement": [{"Effect": "Allow", "Condition": {
            "stringequals": {"sts:externalid": ["x"]}, "stringlike": {"token.actions.githubusercontent.com:sub": ["y"]},
        }}]}));
        for (prefix, has) in [
            ("sts:ExternalId", true),
            ("sts:", true),
            ("token.actions.githubusercontent.com:", true),
            ("aws:SourceArn", false),
            ("sts:externalid2", false),
            ("", true),
        ] {
            assert_eq!(has_condition(&policy, prefix), Ok(has), "{prefix}");
        }
        assert_eq!(has_condition(&Data::Null, "x"), Ok(false));
        assert_eq!(has_condition(&data(json!({"Statement": ["unread!"]})), "x"), unread());
    }
}
