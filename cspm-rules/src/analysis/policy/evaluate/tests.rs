use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::analysis::testing::{data, unread};

fn statement(effect: &str, action: &str, resource: &str) -> Value {
    json!({"Effect": effect, "Action": [action], "Resource": [resource]})
}

fn allow(action: &str, resource: &str) -> Value {
    statement("Allow", action, resource)
}

fn deny(action: &str, resource: &str) -> Value {
    statement("Deny", action, resource)
}

fn on_mfa(mut statement: Value) -> Value {
    statement["Condition"] = json!({"bool": {"aws:multifactorauthpresent": ["true"]}});
    statement
}

#[test]
fn policies_allow_together_and_an_explicit_deny_wins() {
    let role = "arn:aws:iam::123456789012:role/Admin";
    for (policies, action, resource, allowed) in [
        (json!([]), "iam:PassRole", "*", Ok(false)),
        (json!(null), "iam:PassRole", "*", Ok(false)),
        (json!([[allow("iam:passrole", "*")]]), "iam:PassRole", role, Ok(true)),
        (json!([[allow("iam:passrole", "*")]]), "iam:PassRole", "*", Ok(true)),
        (json!([[allow("iam:*", "arn:aws:iam::*:role/*")]]), "iam:PassRole", role, Ok(true)),
        (json!([[allow("iam:*", "arn:aws:iam::*:role/*")]]), "iam:PassRole", "*", Ok(false)),
        (json!([[allow("iam:*", "arn:aws:iam::*:role/admin")]]), "iam:PassRole", role, Ok(false)),
        (json!([[allow("iam:get*", "*")]]), "iam:PassRole", role, Ok(false)),
        (json!([[allow("iam:get*", "*")]]), "iam:*", role, Ok(false)),
        (json!([[allow("iam:*", "*")], [deny("iam:passrole", "*")]]), "iam:PassRole", role, Ok(false)),
        (json!([[allow("iam:*", "*")], [deny("iam:passrole", role)]]), "iam:PassRole", "*", Ok(true)),
        (json!([[allow("iam:*", "*")], [on_mfa(deny("iam:passrole", "*"))]]), "iam:PassRole", role, Ok(true)),
        (json!([[on_mfa(allow("iam:*", "*"))]]), "iam:PassRole", role, Ok(true)),
        (
            json!([[allow("iam:*", "arn:aws:iam::1:user/${aws:username}")]]),
            "iam:CreateKey",
            "arn:aws:iam::1:user/ann",
            Ok(true),
        ),
        (
            json!([[allow("iam:*", "*"), deny("iam:*", "arn:aws:iam::1:user/${aws:username}")]]),
            "iam:CreateKey",
            "arn:aws:iam::1:user/ann",
            Ok(true),
        ),
        (json!([[{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": ["*"]}]]), "s3:GetObject", "*", Ok(true)),
        (json!([[{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": ["*"]}]]), "iam:PassRole", "*", Ok(false)),
        (
            json!([[{"Effect": "Allow", "Action": ["s3:*"], "NotResource": ["arn:aws:s3:::x"]}]]),
            "s3:GetObject",
            "arn:aws:s3:::y",
            Ok(true),
        ),
        (
            json!([[{"Effect": "Allow", "Action": ["s3:*"], "NotResource": ["arn:aws:s3:::x"]}]]),
            "s3:GetObject",
            "arn:aws:s3:::x",
            Ok(false),
        ),
        (json!([[allow("iam:*", "*")], "unread!"]), "iam:PassRole", role, unread()),
        (json!([[deny("iam:*", "*")], "unread!"]), "iam:PassRole", role, Ok(false)),
        (json!("unread!"), "iam:PassRole", role, unread()),
    ] {
        let documents = match policies.clone() {
            Value::Array(list) => list
                .into_iter()
                .map(|p| if p.is_array() { json!({"Version": "2012-10-17", "Statement": p}) } else { p })
                .collect(),
            other => other,
        };
        assert_eq!(allows(&data(documents), action, resource), allowed, "{policies} {action} {resource}");
    }
}

#[test]
fn a_deny_applies_where_all_its_conditions_surely_hold() {
    let bucket = "arn:aws:s3:::b";
    let insecure = || json!({"aws:SecureTransport": "false"});
    let with = |element: &str, value: Value| {
        let mut statement = json!({"Effect": "Deny", "Principal": {"AWS": ["*"]}, "Action": ["s3:*"], "Resource": [bucket, "arn:aws:s3:::b/*"],
            "Condition": {"bool": {"aws:securetransport": ["false"]}}});
        statement[element] = value;
        statement
    };
    let plain = || with("Sid", json!("x"));
    let old_tls = json!({"numericlessthan": {"s3:tlsversion": ["1.2"]}});
    for (statement, action, resource, context, denied) in [
        (plain(), "s3:GetObject", "arn:aws:s3:::b/k", insecure(), Ok(true)),
        (plain(), "s3:*", bucket, insecure(), Ok(true)),
        (plain(), "s3:GetObject", "arn:aws:s3:::b/*", insecure(), Ok(true)),
        (plain(), "s3:*", "arn:aws:s3:::c", insecure(), Ok(false)),
        (plain(), "sns:Publish", bucket, insecure(), Ok(false)),
        (plain(), "s3:*", bucket, json!({"aws:SecureTransport": "true"}), Ok(false)),
        (plain(), "s3:*", bucket, json!({}), Ok(false)),
        (with("Effect", json!("Allow")), "s3:*", bucket, insecure(), Ok(false)),
        (with("Principal", json!("*")), "s3:*", bucket, insecure(), Ok(true)),
        (with("Principal", json!({"AWS": ["123456789012"]})), "s3:*", bucket, insecure(), Ok(false)),
        (with("Action", json!(["s3:getobject"])), "s3:*", bucket, insecure(), Ok(false)),
        (with("Condition", json!({})), "s3:*", bucket, json!({}), Ok(true)),
        (with("Condition", old_tls.clone()), "s3:*", bucket, json!({"s3:TlsVersion": 1.1}), Ok(true)),
        (with("Condition", old_tls), "s3:*", bucket, json!({"s3:TlsVersion": "1.2"}), Ok(false)),
        (
            with(
                "Condition",
                json!({"bool": {"aws:securetransport": ["false"]}, "stringequals": {"aws:username": ["ann"]}}),
            ),
            "s3:*",
            bucket,
            insecure(),
            Ok(false),
        ),
        (with("Condition", json!("unread!")), "s3:*", bucket, insecure(), unread()),
        (with("Condition", json!("unread!")), "sns:*", bucket, insecure(), Ok(false)),
    ] {
        let policy = data(json!({"Statement": [statement.clone()]}));
        assert_eq!(
            denies(&policy, action, resource, &data(context.clone())),
            denied,
            "{statement} {action} {resource} {context}"
        );
    }
    assert_eq!(denies(&Data::Null, "s3:*", bucket, &data(json!({}))), Ok(false));
    assert!(denies(&Data::Null, "s3:*", bucket, &Data::Null).is_err());
}

fn any_statement_of() -> impl Strategy<Value = Value> {
    let actions = prop::sample::select(vec!["*", "s3:*", "s3:get*", "s3:getobject", "iam:*"]);
    let resources =
        prop::sample::select(vec!["*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/k", "arn:aws:s3:::${aws:username}/k"]);
    (prop::bool::ANY, actions, resources, prop::bool::ANY).prop_map(|(allows, action, resource, conditional)| {
        let statement = statement(if allows { "Allow" } else { "Deny" }, action, resource);
        if conditional { on_mfa(statement) } else { statement }
    })
}

proptest! {
    #[test]
    fn a_deny_never_allows_and_an_allow_never_denies(
        mut statements in prop::collection::vec(any_statement_of(), 0..5), added in any_statement_of()
    ) {
        let document = |statements: &[Value]| data(json!([{"Statement": statements}]));
        let ask = |statements: &[Value]| allows(&document(statements), "s3:GetObject", "arn:aws:s3:::b/k").unwrap();
        let before = ask(&statements);
        let allow = added["Effect"] == "Allow";
        statements.push(added);
        let after = ask(&statements);
        let fine = if allow { after || !before } else { before || !after };
        prop_assert!(fine);
        statements.push(json!("unread!"));
        let partly = allows(&document(&statements), "s3:GetObject", "arn:aws:s3:::b/k");
        prop_assert!(partly == unread() || partly == Ok(after));
    }
}
