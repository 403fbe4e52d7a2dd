//! Policy documents in one canonical form, so that rules need not know the many ways to write the same policy.

use std::collections::BTreeMap;

use cspm_core::{Error, ErrorKind, Read, Reason, Result, Source, Unread};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::withhold;

/// A policy document: everything that may be one value or several is a sorted list without repetitions, actions and
/// condition keys are in lower case, an account is written as the ARN of its root, everyone as `{"AWS": ["*"]}`.
///
/// The form is that of the columns `policy_std` of Steampipe. Elements that do not occur are left out.
/// Grammar: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    /// The version of the policy language: `2012-10-17`, or the older `2008-10-17`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The id that the author gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The statements, in the order of the document.
    pub statement: Vec<Statement>,
}

/// Principals by type: `AWS`, `Service`, `Federated`, `CanonicalUser`.
pub type Principals = BTreeMap<String, Vec<String>>;
/// Conditions: operator (lower case), then key (lower case), then the values as text.
pub type Conditions = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// One statement of a [`Policy`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    /// The id of the statement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// `Allow` or `Deny`.
    pub effect: String,
    /// Whom it is about, in a policy of a resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<Principals>,
    /// Whom it is not about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_principal: Option<Principals>,
    /// The actions, in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Vec<String>>,
    /// All actions but these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_action: Option<Vec<String>>,
    /// The resources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<Vec<String>>,
    /// All resources but these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_resource: Option<Vec<String>>,
    /// The conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<Conditions>,
}

/// The canonical form of a policy document, which may be URL-encoded, as IAM gives it.
///
/// ```
/// let policy = cspm_aws::policy::canonical(
///     r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}}"#,
/// )?;
/// assert_eq!(policy.statement[0].action.as_deref(), Some(&["s3:getobject".to_owned()][..]));
/// # Ok::<(), cspm_core::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Format`] where the document is not JSON, or not a policy: an element that is unknown, missing or of
/// the wrong type. What a document means is never guessed.
pub fn canonical(document: &str) -> Result<Policy> {
    canonical_in(document, "aws")
}

/// The same for a document of a partition (`aws-cn`, say), whose accounts have their ARNs there.
///
/// # Errors
/// As [`canonical`].
pub fn canonical_in(document: &str, partition: &str) -> Result<Policy> {
    let decoded;
    let text = if document.trim_start().starts_with('{') {
        document
    } else {
        decoded = percent_decode(document)?;
        &decoded
    };
    let value = serde_json::from_str(text).map_err(|e| malformed("it is not JSON").with_source(e))?;
    policy(value, partition)
}

/// The canonical form of the document that `call` gave; [`Reason::Failed`] where it cannot be understood.
pub fn read(document: &str, partition: &str, call: &str) -> Read<Policy> {
    canonical_in(document, partition).map_err(|e| Unread::new(Reason::Failed, call).with_detail(e.to_string())).into()
}

/// The same for a document that may not be there, or was not read.
pub fn read_option(document: &Read<Option<String>>, partition: &str, source: &Source) -> Read<Option<Policy>> {
    match document {
        Read::Known(Some(document)) => read(document, partition, &source.call()).map(Some),
        Read::Known(None) => Read::Known(None),
        Read::Unread(unread) => unread.clone().into(),
    }
}

fn malformed(what: &str) -> Error {
    Error::new(ErrorKind::Format, format!("understand a policy document: {what}"))
}

/// Decodes `%XX`; IAM encodes by RFC 3986, in which `+` stands for itself.
fn percent_decode(text: &str) -> Result<String> {
    let hex = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        match (hex(bytes.next()), hex(bytes.next())) {
            (Some(high), Some(low)) => out.push(high * 16 + low),
            _ => return Err(malformed("its URL encoding is broken")),
        }
    }
    String::from_utf8(out).map_err(|e| malformed("it is not UTF-8").with_source(e))
}

fn policy(value: Value, partition: &str) -> Result<Policy> {
    let (mut version, mut id, mut statement) = (None, None, None);
    for (name, value) in object(value, "the document")? {
        match &*name.to_ascii_lowercase() {
            "version" => once(&mut version, text(value, "Version")?, "Version")?,
            "id" => once(&mut id, text(value, "Id")?, "Id")?,
            "statement" => {
                let list = if let Value::Array(list) = value { list } else { vec![value] };
                once(
                    &mut statement,
                    list.into_iter().map(|value| one_statement(value, partition)).collect::<Result<_>>()?,
                    "Statement",
                )?;
            }
            _ => return Err(malformed(&format!("it has an unknown element {name:?}"))),
        }
    }
    let statement = statement.ok_or_else(|| malformed("it has no Statement"))?;
    Ok(Policy { version, id, statement })
}

fn one_statement(value: Value, partition: &str) -> Result<Statement> {
    let mut effect = None;
    let mut statement = Statement {
        sid: None,
        effect: String::new(),
        principal: None,
        not_principal: None,
        action: None,
        not_action: None,
        resource: None,
        not_resource: None,
        condition: None,
    };
    let s = &mut statement;
    for (name, value) in object(value, "a statement")? {
        match &*name.to_ascii_lowercase() {
            "sid" => once(&mut s.sid, text(value, "Sid")?, "Sid")?,
            "effect" => once(&mut effect, text(value, "Effect")?, "Effect")?,
            "principal" => once(&mut s.principal, principals(value, partition)?, "Principal")?,
            "notprincipal" => once(&mut s.not_principal, principals(value, partition)?, "NotPrincipal")?,
            "action" => once(&mut s.action, actions(value, "Action")?, "Action")?,
            "notaction" => once(&mut s.not_action, actions(value, "NotAction")?, "NotAction")?,
            "resource" => once(&mut s.resource, texts(value, "Resource")?, "Resource")?,
            "notresource" => once(&mut s.not_resource, texts(value, "NotResource")?, "NotResource")?,
            "condition" => once(&mut s.condition, conditions(value)?, "Condition")?,
            _ => return Err(malformed(&format!("a statement has an unknown element {name:?}"))),
        }
    }
    let both = |a: bool, b: bool, what: &str| if a && b { Err(malformed(what)) } else { Ok(()) };
    both(s.principal.is_some(), s.not_principal.is_some(), "a statement has Principal and NotPrincipal")?;
    both(s.action.is_some(), s.not_action.is_some(), "a statement has Action and NotAction")?;
    both(s.resource.is_some(), s.not_resource.is_some(), "a statement has Resource and NotResource")?;
    both(s.action.is_none(), s.not_action.is_none(), "a statement has neither Action nor NotAction")?;
    s.effect = match effect.as_deref() {
        Some(e) if e.eq_ignore_ascii_case("allow") => "Allow".to_owned(),
        Some(e) if e.eq_ignore_ascii_case("deny") => "Deny".to_owned(),
        _ => return Err(malformed("the Effect of a statement is neither Allow nor Deny")),
    };
    Ok(statement)
}

/// The same element twice, in different spelling, has no defined meaning.
fn once<T>(slot: &mut Option<T>, value: T, name: &str) -> Result<()> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(malformed(&format!("{name} occurs twice"))),
    }
}

fn object(value: Value, what: &str) -> Result<Map<String, Value>> {
    match value {
        Value::Object(map) => Ok(map),
        _ => Err(malformed(&format!("{what} is not an object"))),
    }
}

fn text(value: Value, what: &str) -> Result<String> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(malformed(&format!("{what} is not text"))),
    }
}

fn texts(value: Value, what: &str) -> Result<Vec<String>> {
    let list = if let Value::Array(list) = value { list } else { vec![value] };
    Ok(sorted(list.into_iter().map(|v| text(v, what)).collect::<Result<_>>()?))
}

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort_unstable();
    list.dedup();
    list
}

fn actions(value: Value, what: &str) -> Result<Vec<String>> {
    Ok(sorted(texts(value, what)?.iter().map(|action| action.to_ascii_lowercase()).collect()))
}

/// `"*"` and `{"AWS": "*"}` mean the same; so do an account's number and the ARN of its root.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
fn principals(value: Value, partition: &str) -> Result<Principals> {
    let mut principals = Principals::new();
    let by_type = match value {
        Value::String(everyone) if everyone == "*" => Map::from_iter([("AWS".to_owned(), Value::String(everyone))]),
        other => object(other, "a principal")?,
    };
    for (name, value) in by_type {
        let mut names = texts(value, "a principal")?;
        if name == "AWS" {
            for name in &mut names {
                if name.len() == 12 && name.bytes().all(|b| b.is_ascii_digit()) {
                    *name = format!("arn:{partition}:iam::{name}:root");
                }
            }
        }
        principals.insert(name, sorted(names));
    }
    Ok(principals)
}

/// Names of operators and keys do not depend on case; a value may be text, number or truth value.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
fn conditions(value: Value) -> Result<Conditions> {
    let mut conditions = Conditions::new();
    for (operator, keys) in object(value, "a condition")? {
        let mut by_key = BTreeMap::new();
        for (key, value) in object(keys, "a condition")? {
            let list = if let Value::Array(list) = value { list } else { vec![value] };
            let shown = |value| Ok(withhold::condition_value(&key, condition_value(value)?));
            let values = list.into_iter().map(shown).collect::<Result<_>>()?;
            if by_key.insert(key.to_ascii_lowercase(), sorted(values)).is_some() {
                return Err(malformed(&format!("a condition has the key {key:?} twice")));
            }
        }
        if conditions.insert(operator.to_ascii_lowercase(), by_key).is_some() {
            return Err(malformed(&format!("a condition has the operator {operator:?} twice")));
        }
    }
    Ok(conditions)
}

fn condition_value(value: Value) -> Result<String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(malformed("a value of a condition is neither text, number nor truth value")),
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
