//! `iam_roles`.
//!
//! | key | meaning |
//! | --- | --- |
//! | `name`, `role_name` | the name; needed |
//! | `policies`, `attached_policies` | the managed policies attached: ARNs or names. A name is that of an AWS managed policy where it is a well-known one or begins as they do (`Amazon`, `AWS`, `CloudWatch`), else of one of the account's own |
//! | `trust_policy`, `assume_role_policy` | who may take the role: the policy, as an object or as JSON in text |
//! | `inline_policies` | an object of documents by name, or a list of objects of `name` and `policy` |

use cspm_core::Result;
use serde_json::{Value, json};

use super::Header;
use super::item::{Item, one_or_more, policy};

/// AWS managed policies whose names do not tell.
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>
const MANAGED_BY_AWS: [&str; 14] = [
    "AdministratorAccess",
    "Billing",
    "DataScientist",
    "DatabaseAdministrator",
    "IAMFullAccess",
    "IAMReadOnlyAccess",
    "IAMUserChangePassword",
    "NetworkAdministrator",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "SecurityAudit",
    "SupportUser",
    "SystemAdministrator",
    "ViewOnlyAccess",
];
/// Those of them that are for a job, which is in their path.
const FOR_A_JOB: [&str; 8] = [
    "Billing",
    "DataScientist",
    "DatabaseAdministrator",
    "NetworkAdministrator",
    "SupportUser",
    "SystemAdministrator",
    "ViewOnlyAccess",
    "AmazonDocDB-Administrator",
];

pub(super) fn role(item: &mut Item<'_>) -> Result<()> {
    let name = item.text(&["name", "role_name"])?.ok_or_else(|| item.wrong("name", "it is missing"))?;
    let path = item.said("path").and_then(Value::as_str).unwrap_or("/").to_owned();
    item.uid = match item.said("arn").and_then(Value::as_str) {
        Some(arn) => arn.to_owned(),
        None => format!("arn:{}:iam::{}:role{path}{name}", item.header.partition(), item.header.account),
    };
    item.set("name", name.clone());
    item.name = Some(name);
    item.region = cspm_core::GLOBAL.into();
    attached(item)?;
    trust(item)?;
    inline(item)
}

fn attached(item: &mut Item<'_>) -> Result<()> {
    let Some((key, policies)) = item.take(&["policies", "attached_policies"])? else { return Ok(()) };
    let arns = one_or_more(policies).into_iter().map(|policy| policy.as_str().map(|name| arn(name, item.header)));
    let arns: Vec<String> = arns.collect::<Option<_>>().ok_or_else(|| item.not(key, "a list of names or ARNs"))?;
    item.set("attached_policy_arns", arns);
    Ok(())
}

fn arn(name: &str, header: &Header) -> String {
    let (partition, account) = (header.partition(), &header.account);
    let by_aws = MANAGED_BY_AWS.contains(&name) || ["Amazon", "AWS", "CloudWatch"].iter().any(|p| name.starts_with(p));
    match name {
        arn if arn.starts_with("arn:") => arn.to_owned(),
        name if FOR_A_JOB.contains(&name) => format!("arn:{partition}:iam::aws:policy/job-function/{name}"),
        name if by_aws => format!("arn:{partition}:iam::aws:policy/{name}"),
        name => format!("arn:{partition}:iam::{account}:policy/{name}"),
    }
}

fn trust(item: &mut Item<'_>) -> Result<()> {
    if let Some((key, document)) = item.take(&["trust_policy", "assume_role_policy", "assume_role_policy_std"])? {
        let canonical = policy(&document, item.header.partition()).map_err(|e| item.wrong(key, &e.to_string()))?;
        item.set("assume_role_policy_std", canonical);
    }
    Ok(())
}

fn inline(item: &mut Item<'_>) -> Result<()> {
    let Some((key, policies)) = item.take(&["inline_policies", "inline_policies_std"])? else { return Ok(()) };
    let named: Option<Vec<(String, Value)>> = match policies {
        Value::Object(by_name) => Some(by_name.into_iter().collect()),
        Value::Array(list) => list.into_iter().map(one_inline).collect(),
        _ => None,
    };
    let named =
        named.ok_or_else(|| item.not(key, "an object of documents, or a list of objects of name and policy"))?;
    let mut canonical = Vec::new();
    for (name, document) in named {
        let document = policy(&document, item.header.partition())
            .map_err(|e| item.wrong(&format!("{key} ({name})"), &e.to_string()))?;
        canonical.push(json!({"policy_name": name, "policy_std": document}));
    }
    item.set("inline_policies_std", canonical);
    Ok(())
}

/// A name and a document, and nothing else.
fn one_inline(value: Value) -> Option<(String, Value)> {
    let Value::Object(mut entry) = value else { return None };
    let name = ["name", "policy_name"].iter().find_map(|key| entry.remove(*key))?;
    let document = ["policy", "document", "policy_std"].iter().find_map(|key| entry.remove(*key))?;
    entry.is_empty().then_some((name.as_str()?.to_owned(), document))
}
