use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::analysis::testing::{data, unread};

fn statement(effect: &str, principal: Value, actions: Value, condition: Value) -> Value {
    json!({"Effect": effect, "Principal": principal, "Action": actions, "Resource": ["arn:aws:s3:::b/*"], "Condition": condition})
}

fn allow(principal: Value) -> Value {
    statement("Allow", principal, json!(["s3:getobject"]), json!({}))
}

fn deny(actions: Value, condition: Value) -> Value {
    statement("Deny", json!({"AWS": ["*"]}), actions, condition)
}

fn policy(statements: Value) -> Data {
    data(json!({"Version": "2012-10-17", "Statement": statements}))
}

#[test]
fn public_is_everyone_under_no_narrow_condition() {
    let everyone = || json!({"AWS": ["*"]});
    let with = |condition| statement("Allow", everyone(), json!(["s3:getobject"]), condition);
    for (statements, public) in [
        (json!([]), Ok(false)),
        (json!([allow(everyone())]), Ok(true)),
        (json!(allow(json!("*"))), Ok(true)),
        (json!([allow(json!({"AWS": "*"}))]), Ok(true)),
        (json!([allow(json!({"Federated": ["*"]}))]), Ok(true)),
        (json!([allow(json!({"AWS": ["arn:aws:iam::123456789012:root"]}))]), Ok(false)),
        (json!([allow(json!({"AWS": ["123456789012"]}))]), Ok(false)),
        (json!([allow(json!({"CanonicalUser": ["c0ffee"]}))]), Ok(false)),
        (json!([allow(json!({"Service": ["sns.amazonaws.com"]}))]), Ok(false)),
        (json!([{"Effect": "Allow", "NotPrincipal": {"AWS": ["123456789012"]}, "Action": ["s3:*"]}]), Ok(true)),
        (json!([{"Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"]}]), Ok(false)),
        (json!([{"Effect": "Allow", "Principal": "*", "NotAction": ["s3:delete*"], "Resource": ["*"]}]), Ok(true)),
        (json!([statement("Deny", everyone(), json!(["*"]), json!({}))]), Ok(false)),
        (json!([with(json!({"stringequals": {"aws:principalorgid": ["o-1"]}}))]), Ok(false)),
        (json!([with(json!({"stringequals": {"aws:username": ["ann"]}}))]), Ok(true)),
        (json!([with(json!({"ipaddress": {"aws:sourceip": ["203.0.113.0/24", "0.0.0.0/0"]}}))]), Ok(true)),
        (json!([with(json!({"ipaddress": {"aws:sourceip": ["0.0.0.0/1", "128.0.0.0/1"]}}))]), Ok(true)),
        (
            json!([with(
                json!({"bool": {"aws:securetransport": ["true"]}, "stringequals": {"aws:sourcevpce": ["vpce-1"]}})
            )]),
            Ok(false),
        ),
        (json!([allow(everyone()), with(json!({"stringequals": {"aws:sourcevpce": ["vpce-1"]}}))]), Ok(true)),
        (json!("unread!"), unread()),
        (json!(["unread!"]), unread()),
        (json!([{"Effect": "Allow", "Principal": "unread!", "Action": ["s3:*"]}]), unread()),
        (json!([{"Effect": "Deny", "Principal": "unread!", "Action": ["s3:*"]}]), Ok(false)),
        (json!([with(json!({"stringequals": {"aws:principalorgid": "unread!"}}))]), unread()),
        (
            json!([with(json!({"stringequals": {"aws:principalorgid": "unread!", "aws:sourcevpce": ["vpce-1"]}}))]),
            Ok(false),
        ),
    ] {
        assert_eq!(is_public(&policy(statements.clone())), public, "{statements}");
    }
    assert_eq!(is_public(&Data::Null), Ok(false));
    assert!(is_public(&data(json!("{}"))).is_err());
    assert!(is_public(&policy(json!([{"Effect": "Maybe", "Principal": "*", "Action": ["s3:*"]}]))).is_err());
}

#[test]
fn a_deny_takes_back_what_it_covers() {
    let everyone = || allow(json!("*"));
    for (statements, public) in [
        (json!([everyone(), deny(json!(["s3:*"]), json!({}))]), false),
        (json!([deny(json!(["s3:get*"]), json!({})), everyone()]), false),
        (json!([everyone(), deny(json!(["s3:put*"]), json!({}))]), true),
        (json!([everyone(), deny(json!(["s3:*"]), json!({"bool": {"aws:securetransport": ["false"]}}))]), true),
        (
            json!([everyone(), deny(json!(["s3:*"]), json!({"stringnotequals": {"aws:principalorgid": ["o-1"]}}))]),
            false,
        ),
        (json!([everyone(), deny(json!(["s3:*"]), json!({"stringnotlike": {"aws:principalorgid": ["*"]}}))]), true),
        (
            json!([
                everyone(),
                deny(
                    json!(["s3:*"]),
                    json!({"stringnotequals": {"aws:principalorgid": ["o-1"], "aws:sourcevpc": ["vpc-1"]}})
                )
            ]),
            true,
        ),
        (json!([everyone(), statement("Deny", json!({"AWS": ["123456789012"]}), json!(["*"]), json!({}))]), true),
        (
            json!([everyone(), {"Effect": "Deny", "NotPrincipal": {"AWS": ["123456789012"]}, "Action": ["*"], "Resource": ["*"]}]),
            true,
        ),
        (
            json!([everyone(), {"Effect": "Deny", "Principal": "*", "Action": ["*"], "Resource": ["arn:aws:s3:::b/private/*"]}]),
            true,
        ),
    ] {
        assert_eq!(is_public(&policy(statements.clone())), Ok(public), "{statements}");
    }
    assert_eq!(is_public(&policy(json!([everyone(), "unread!"]))), unread());
}

#[test]
fn public_actions_are_named() {
    let open = |actions| statement("Allow", json!("*"), actions, json!({}));
    let of =
        |statements| public_actions(&policy(statements)).unwrap().iter().map(|a| a.to_string()).collect::<Vec<_>>();
    assert_eq!(
        of(json!([open(json!(["s3:put*", "s3:getobject"])), open(json!(["s3:getobject"]))])),
        ["s3:getobject", "s3:put*"]
    );
    assert_eq!(
        of(json!([open(json!(["s3:put*", "s3:getobject"])), deny(json!(["s3:put*"]), json!({}))])),
        ["s3:getobject"]
    );
    assert_eq!(of(json!([{"Effect": "Allow", "Principal": "*", "NotAction": ["s3:put*"]}])), ["*"]);
    assert!(of(json!([])).is_empty());
    assert_eq!(public_actions(&policy(json!([open(json!(["s3:*"])), "unread!"]))), unread());
}

#[test]
fn gives_public_understands_patterns_on_both_sides() {
    let open = |actions| statement("Allow", json!("*"), actions, json!({}));
    let all_but = json!({"Effect": "Allow", "Principal": "*", "NotAction": ["s3:put*"]});
    for (statements, actions, gives) in [
        (json!([open(json!(["s3:get*"]))]), json!(["s3:GetObject"]), true),
        (json!([open(json!(["s3:getobject"]))]), json!(["s3:Get*"]), true),
        (json!([open(json!(["s3:getobject"]))]), json!(["s3:Put*", "s3:Delete*"]), false),
        (json!([open(json!(["*"]))]), json!(["s3:PutObject"]), true),
        (json!([open(json!(["*"]))]), json!([]), false),
        (json!([open(json!(["s3:*"])), deny(json!(["s3:put*"]), json!({}))]), json!(["s3:PutObject"]), false),
        (json!([open(json!(["s3:put*"])), deny(json!(["s3:put*"]), json!({}))]), json!(["s3:*"]), false),
        (json!([open(json!(["s3:*"])), deny(json!(["s3:put*"]), json!({}))]), json!(["s3:*"]), true),
        (json!([all_but]), json!(["s3:PutObject"]), false),
        (json!([all_but]), json!(["s3:GetObject"]), true),
    ] {
        assert_eq!(
            gives_public(&policy(statements.clone()), &data(actions.clone())),
            Ok(gives),
            "{statements} {actions}"
        );
    }
}

proptest! {
    #[test]
    fn a_deny_never_makes_a_policy_public(
        allowed in prop::collection::vec(prop::sample::select(vec!["s3:get*", "s3:put*", "*", "sns:publish"]), 1..4),
        denied in prop::sample::select(vec!["s3:*", "s3:get*", "*", "sqs:*"]),
        principal in prop::sample::select(vec!["*", "123456789012"]),
    ) {
        let mut statements: Vec<Value> =
            allowed.iter().map(|a| statement("Allow", json!({"AWS": [principal]}), json!([a]), json!({}))).collect();
        let before = is_public(&policy(json!(statements))).unwrap();
        prop_assert_eq!(before, principal == "*");
        prop_assert_eq!(before, !public_actions(&policy(json!(statements))).unwrap().is_empty());
        statements.insert(0, deny(json!([denied]), json!({})));
        let after = is_public(&policy(json!(statements))).unwrap();
        prop_assert!(before || !after);
        prop_assert_eq!(after, !public_actions(&policy(json!(statements))).unwrap().is_empty());
        prop_assert_eq!(after, gives_public(&policy(json!(statements)), &data(json!(["*"]))).unwrap());
    }
}
