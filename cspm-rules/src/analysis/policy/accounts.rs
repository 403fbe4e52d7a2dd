//! Which other accounts a policy lets in.

use std::collections::BTreeSet;
use std::sync::Arc;

use cspm_core::Data;

use super::condition::Condition;
use super::document::{Statement, shared, statements};
use super::principal::{account, any_principal, is_account, is_everyone};
use super::public::takes_back;
use crate::analysis::Answer;

/// The accounts other than `account` that the policy lets in, sorted.
///
/// `*` stands for everyone. Where conditions narrow everyone to callers or networks that name no account, their values
/// stand for them: an organization (`o-…`), a VPC endpoint (`vpce-…`), a CIDR; so do canonical user ids. Principals of
/// services, and users that were deleted since (`AIDA…`), are of no account.
///
/// # Errors
/// [`Fault::Unread`](crate::analysis::Fault::Unread) where any statement was not read in full;
/// [`Fault::Invalid`](crate::analysis::Fault::Invalid) where the policy is none.
pub fn other_accounts(policy: &Data, account: &str) -> Answer<Vec<Arc<str>>> {
    let mut found = BTreeSet::new();
    for statement in statements(policy)? {
        let statement = statement?;
        if !statement.is_allow()? {
            continue;
        }
        if statement.allows_everyone()? {
            found.extend(callers(policy, &statement)?);
        }
        if let Some(principal) = statement.principal {
            any_principal(principal, |kind, id| {
                found.extend(named(kind, shared(id, "a Principal")?));
                Ok(false)
            })?;
        }
    }
    found.remove(account);
    Ok(found.into_iter().collect())
}

/// The account of a principal that is not everyone.
fn named(kind: &str, id: Arc<str>) -> Option<Arc<str>> {
    match kind {
        _ if is_everyone(&id) => None,
        "AWS" | "Federated" => account(&id).filter(|account| is_account(account)).map(Into::into),
        "CanonicalUser" => Some(id),
        _ => None,
    }
}

/// Whom a statement for everyone lets in, given its conditions and the Deny statements that take it back in part.
fn callers(policy: &Data, statement: &Statement<'_>) -> Answer<Vec<Arc<str>>> {
    let mut limits: Vec<Condition<'_>> = Vec::new();
    for condition in statement.conditions() {
        let condition = condition?;
        if condition.narrows()? {
            limits.push(condition);
        }
    }
    for deny in statements(policy)? {
        let deny = deny?;
        // Only a Deny of every action of the statement limits all of it.
        let mut actions = 0;
        let mut left = 0;
        statement.any_action(|action| {
            actions += 1;
            left += usize::from(!takes_back(&deny, statement, action)?);
            Ok(false)
        })?;
        if actions == 0 || left > 0 {
            continue;
        }
        match deny.conditions().as_slice() {
            [] => return Ok(Vec::new()),
            [condition] => {
                let condition = condition.clone()?;
                if condition.spares_known()? {
                    limits.push(condition);
                }
            }
            _ => {}
        }
    }
    // All limits hold at once: one that names accounts says the most.
    let mut callers = vec![Arc::from("*")];
    for (index, limit) in limits.iter().enumerate() {
        let (these, accounts) = limit.callers()?;
        if accounts {
            return Ok(these);
        }
        if index == 0 {
            callers = these;
        }
    }
    Ok(callers)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::analysis::testing::{data, unread};

    #[test]
    fn others_are_named_by_principals_or_by_conditions() {
        let aws = |ids: serde_json::Value| json!({"AWS": ids});
        let root = |account: &str| format!("arn:aws:iam::{account}:root");
        let (own, other) = ("111111111111", "222222222222");
        for (statements, accounts) in [
            (json!([]), &[][..]),
            (json!([{"Principal": aws(json!([root(own)]))}]), &[]),
            (json!([{"Principal": aws(json!([root(own), root(other)]))}]), &[other]),
            (json!([{"Principal": aws(json!([other, "AIDAEXAMPLE"]))}]), &[other]),
            (json!([{"Principal": {"Service": ["sns.amazonaws.com"]}}]), &[]),
            (json!([{"Principal": {"CanonicalUser": ["c0ffee"]}}]), &["c0ffee"]),
            (
                json!([{"Principal": aws(json!(["arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"]))}]),
                &[],
            ),
            (json!([{"Principal": {"Federated": ["arn:aws:iam::222222222222:saml-provider/x"]}}]), &[other]),
            (json!([{"Principal": aws(json!(["*"]))}]), &["*"]),
            (json!([{"NotPrincipal": aws(json!([root(other)]))}]), &["*"]),
            (json!([{"Principal": "*", "Condition": {"stringequals": {"aws:sourceaccount": [own]}}}]), &[]),
            (json!([{"Principal": "*", "Condition": {"stringequals": {"aws:sourceowner": [own, other]}}}]), &[other]),
            (
                json!([{"Principal": "*", "Condition": {"arnlike": {"aws:sourcearn": ["arn:aws:sns:*:222222222222:*"]}}}]),
                &[other],
            ),
            (json!([{"Principal": "*", "Condition": {"stringequals": {"aws:principalorgid": ["o-1"]}}}]), &["o-1"]),
            (
                json!([{"Principal": "*", "Condition": {"stringequals": {"aws:principalorgid": ["o-1"], "aws:principalaccount": [own]}}}]),
                &[],
            ),
            (json!([{"Principal": "*", "Condition": {"bool": {"aws:securetransport": ["true"]}}}]), &["*"]),
            (
                json!([{"Principal": "*", "Condition": {"bool": {"elasticfilesystem:accessedviamounttarget": ["true"]}}}]),
                &[],
            ),
            (json!([{"Principal": "*", "Condition": {"stringequals": {"aws:sourcevpce": ["vpce-1"]}}}]), &["vpce-1"]),
        ] {
            let mut policy = json!({"Statement": statements});
            for statement in policy["Statement"].as_array_mut().unwrap() {
                statement["Effect"] = json!("Allow");
                statement["Action"] = json!(["s3:getobject"]);
            }
            let found = other_accounts(&data(policy.clone()), own).unwrap();
            assert_eq!(found.iter().map(|a| &**a).collect::<Vec<_>>(), accounts, "{policy}");
        }
    }

    #[test]
    fn a_deny_of_all_others_limits_everyone() {
        let deny = |condition| {
            json!({"Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": ["s3:getobject"], "Resource": ["arn:aws:s3:::b/*"]},
                {"Effect": "Deny", "Principal": "*", "Action": ["s3:*"], "Resource": ["*"], "Condition": condition},
            ]})
        };
        let others = |condition| other_accounts(&data(deny(condition)), "111111111111").unwrap();
        assert_eq!(others(json!({"stringnotequals": {"aws:principalorgid": ["o-1"]}})), ["o-1".into()]);
        assert_eq!(others(json!({"stringnotequals": {"aws:principalaccount": ["111111111111"]}})), []);
        assert_eq!(others(json!({"bool": {"aws:securetransport": ["false"]}})), ["*".into()]);
        assert_eq!(others(json!({})), []);
        assert_eq!(other_accounts(&data(json!({"Statement": ["unread!"]})), "1"), unread());
    }
}
