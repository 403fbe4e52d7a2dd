use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn canon(document: &Value) -> Value {
    serde_json::to_value(canonical(&document.to_string()).unwrap()).unwrap()
}

#[test]
fn one_form_for_all_spellings() {
    let short = json!({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": "*", "Action": "S3:GetObject", "Resource": "arn:aws:s3:::B/*",
        "Condition": {"Bool": {"aws:SecureTransport": true}, "NumericLessThan": {"s3:max-keys": 10}}}});
    let long = json!({"version": "2012-10-17", "Statement": [{
        "effect": "allow", "Principal": {"AWS": ["*"]}, "Action": ["s3:getobject", "s3:GetObject"],
        "Resource": ["arn:aws:s3:::B/*"],
        "Condition": {"bool": {"AWS:securetransport": ["true"]}, "NumericLessThan": {"s3:MAX-keys": ["10"]}}}]});
    assert_eq!(canon(&short), canon(&long));
    assert_eq!(
        canon(&short),
        json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["s3:getobject"],
            "Resource": ["arn:aws:s3:::B/*"],
            "Condition": {"bool": {"aws:securetransport": ["true"]}, "numericlessthan": {"s3:max-keys": ["10"]}}}]})
    );
}

#[test]
fn accounts_are_written_as_root_arns() {
    let policy = canon(&json!({"Statement": [{"Effect": "Deny", "NotAction": "iam:*", "NotPrincipal": {
        "AWS": ["123456789012", "arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:user/a"],
        "Service": "ec2.amazonaws.com"}}]}));
    assert_eq!(
        policy["Statement"][0]["NotPrincipal"],
        json!({"AWS": ["arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:user/a"],
               "Service": ["ec2.amazonaws.com"]})
    );
}

#[test]
fn accounts_have_the_partition_of_the_document() {
    let document = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Principal": {"AWS": "123456789012"}}}"#;
    let policy = canonical_in(document, "aws-us-gov").unwrap();
    let root = policy.statement[0].principal.as_ref().unwrap()["AWS"][0].as_str();
    assert_eq!(root, "arn:aws-us-gov:iam::123456789012:root");
}

#[test]
fn url_encoded_documents_are_decoded() {
    let plain = r#"{"Statement":[{"Effect":"Allow","Action":"a:b+c","Resource":"é*"}]}"#;
    let encoded: String = plain.bytes().map(|b| if b == b'+' { "+".to_owned() } else { format!("%{b:02X}") }).collect();
    assert_eq!(canonical(plain).unwrap(), canonical(&encoded).unwrap());
}

#[test]
fn what_is_not_a_policy_is_refused() {
    for document in [
        "",
        "%7",
        "%zz",
        "[]",
        "{}",
        r#"{"Statement": 1}"#,
        r#"{"Statement": [{}]}"#,
        r#"{"Statement": {"Effect": "Maybe", "Action": "*"}}"#,
        r#"{"Statement": {"Effect": "Allow", "Resource": "*"}}"#,
        r#"{"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "*"}}"#,
        r#"{"Statement": {"Effect": "Allow", "Action": 7}}"#,
        r#"{"Statement": {"Effect": "Allow", "Action": "*", "Acton": "*"}}"#,
        r#"{"Statement": {"Effect": "Allow", "Action": "*", "Principal": "someone"}}"#,
        r#"{"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"Bool": {"a": null}}}}"#,
        r#"{"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"Bool": {"a": "1", "A": "2"}}}}"#,
    ] {
        let error = canonical(document).expect_err(document);
        assert_eq!(error.kind(), ErrorKind::Format, "{document}");
    }
    let Read::Unread(unread) = read("{}", "aws", "s3:GetBucketPolicy") else { panic!("read") };
    assert_eq!((unread.reason, &*unread.call), (Reason::Failed, "s3:GetBucketPolicy"));
    assert!(unread.detail.contains("Statement"));
}

/// One value, or several in a list.
fn some(of: impl Strategy<Value = String> + Clone + 'static) -> BoxedStrategy<Value> {
    prop_oneof![of.clone().prop_map(Value::from), prop::collection::vec(of, 0..4).prop_map(Value::from)].boxed()
}

fn statements() -> impl Strategy<Value = Value> {
    let name = "[a-zA-Z]{1,4}:[a-zA-Z*?]{1,6}";
    let principal = prop_oneof![
        Just(json!("*")),
        some("([0-9]{12}|\\*|arn:aws:iam::[0-9]{12}:user/[a-z]{1,3})").prop_map(|p| json!({"AWS": p})),
        some("[a-z]{2}.amazonaws.com").prop_map(|p| json!({"Service": p})),
    ];
    let condition = prop::collection::btree_map("[a-z]{1,5}", some(name), 0..3);
    (prop::bool::ANY, principal, some(name), some("\\PC{0,9}"), condition).prop_map(
        |(allow, principal, action, resource, condition)| {
            json!({"Effect": if allow { "Allow" } else { "Deny" }, "Principal": principal, "Action": action,
                   "Resource": resource, "Condition": {"StringLike": condition}})
        },
    )
}

proptest! {
    #[test]
    fn canonical_is_idempotent(list in prop::collection::vec(statements(), 0..4)) {
        let once = canon(&json!({"Version": "2012-10-17", "Statement": list}));
        prop_assert_eq!(canon(&once), once);
    }

    #[test]
    fn any_text_gives_an_answer(text in "\\PC{0,60}") {
        let _ = canonical(&text);
    }

    #[test]
    fn order_and_repetition_do_not_matter(mut actions in prop::collection::vec("[a-zA-Z]{1,3}:[a-zA-Z*]{1,3}", 1..6)) {
        let document = |actions: &[String]| json!({"Statement": {"Effect": "Allow", "Action": actions}});
        let first = canon(&document(&actions));
        actions.reverse();
        actions.extend_from_within(..1);
        prop_assert_eq!(canon(&document(&actions)), first);
    }
}
