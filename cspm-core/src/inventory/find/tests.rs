use jiff::Timestamp;

use super::*;
use crate::{GLOBAL, Kind, Per, Source};

const LIST: Source = Source::new("acme", "List", "acme:List", Per::Account);
const ONE: &str = "111111111111";
const TWO: &str = "222222222222";
const THREE: &str = "333333333333";

fn key(account: &str, region: &str, id: &str) -> Resource {
    let arn = format!("arn:aws:kms:{region}:{account}:key/{id}");
    Resource {
        uid: arn.as_str().into(),
        kind: "aws_kms_key".into(),
        provider: "aws".into(),
        account: account.into(),
        region: region.into(),
        name: id.into(),
        tags: Arc::default(),
        collected_at: Timestamp::UNIX_EPOCH,
        origin: None,
        data: Data::object([("arn", Data::from(arn)), ("enabled", Data::Bool(true))]),
    }
}

fn bucket(account: &str, name: &str) -> Resource {
    let arn = format!("arn:aws:s3:::{name}");
    let data = Data::object([("arn", Data::from(arn.as_str()))]);
    Resource { uid: arn.into(), kind: "aws_s3_bucket".into(), data, ..key(account, "north", name) }
}

fn gap(kind: &str, account: &str, region: &str) -> Gap {
    let unread = Arc::new(Unread::new(Reason::AccessDenied, "acme:List"));
    Gap { kind: kind.into(), provider: "aws".into(), account: account.into(), region: region.into(), unread }
}

fn inventory(resources: Vec<Resource>, gaps: Vec<Gap>) -> Inventory {
    let schema = serde_json::json!({"properties": {"arn": {}}});
    let kind = |name, scope| Arc::new(Kind::from_schema(name, "aws", "s", scope, LIST, schema.clone()).unwrap());
    let kinds = [kind("aws_kms_key", Scope::Region), kind("aws_s3_bucket", Scope::Region)];
    let mut builder = Inventory::builder(kinds.clone());
    kinds.iter().for_each(|kind| builder.listed(kind.name().clone()));
    resources.into_iter().for_each(|resource| builder.add(resource));
    gaps.into_iter().for_each(|gap| builder.add_gap(gap));
    builder.build()
}

/// What a bucket of account one in the north finds: a name, nothing, or why that is not known.
fn found(inventory: &Inventory, kind: &str, arn: &str) -> String {
    let near = bucket(ONE, "near");
    match inventory.find(kind, "arn", &Data::from(arn), &near).first() {
        Ok(Some(found)) => found.name.to_string(),
        Ok(None) => "none".to_owned(),
        Err(field) => format!("{}: {}", field.field, field.unread),
    }
}

#[test]
fn an_arn_is_looked_up_where_it_says() {
    let key_of = |account, region| format!("arn:aws:kms:{region}:{account}:key/k");
    let keys = vec![key(ONE, "north", "k"), key(ONE, "south", "k"), key(TWO, "north", "k")];
    let all = inventory(keys, vec![]);
    for (account, region) in [(ONE, "north"), (ONE, "south"), (TWO, "north")] {
        assert_eq!(found(&all, "aws_kms_key", &key_of(account, region)), "k", "{account} {region}");
    }
    assert_eq!(found(&all, "aws_kms_key", &key_of(TWO, "south")), "none", "the account is known, and has no such key");
    let other = found(&all, "aws_kms_key", &key_of(THREE, "north"));
    assert_eq!(other, "aws_kms_key: acme:List: not_given (the account 333333333333 is not in the inventory)");
}

#[test]
fn what_another_account_did_not_answer_stays_unread() {
    let wanted = format!("arn:aws:kms:north:{TWO}:key/k");
    let denied = inventory(vec![key(ONE, "north", "x")], vec![gap("aws_kms_key", TWO, "north")]);
    assert!(found(&denied, "aws_kms_key", &wanted).contains("access_denied"));
    let elsewhere = inventory(vec![bucket(TWO, "b")], vec![gap("aws_kms_key", TWO, "south")]);
    assert_eq!(found(&elsewhere, "aws_kms_key", &wanted), "none", "another region's list has nothing to do with it");
    let own = inventory(vec![key(TWO, "north", "x")], vec![gap("aws_kms_key", ONE, "north")]);
    assert_eq!(found(&own, "aws_kms_key", &wanted), "none", "nor has that of the account that asks");
}

#[test]
fn an_arn_without_an_account_may_be_of_any() {
    let all = inventory(vec![bucket(ONE, "mine"), bucket(TWO, "theirs")], vec![]);
    assert_eq!(found(&all, "aws_s3_bucket", "arn:aws:s3:::mine"), "mine");
    assert_eq!(found(&all, "aws_s3_bucket", "arn:aws:s3:::theirs"), "theirs");
    assert!(found(&all, "aws_s3_bucket", "arn:aws:s3:::nobodys").contains("not_given"));
    let denied = inventory(vec![bucket(ONE, "mine")], vec![gap("aws_s3_bucket", TWO, GLOBAL)]);
    assert!(found(&denied, "aws_s3_bucket", "arn:aws:s3:::theirs").contains("access_denied"));
}

#[test]
fn what_is_no_arn_of_another_account_is_looked_up_near() {
    let all = inventory(vec![key(ONE, "north", "k")], vec![]);
    for near in ["vpc-1", "arn:aws:kms:*:*:key/k", "arn:aws:iam::aws:policy/x"] {
        assert_eq!(found(&all, "aws_kms_key", near), "none", "{near}");
    }
}

#[test]
fn matches_have_three_answers() {
    let keys = vec![key(ONE, "north", "a"), key(ONE, "north", "b")];
    let near = bucket(ONE, "near");
    let named = |name: &'static str| move |key: &Fields<'_>| Ok(key.get_str("name")? == Some(name));
    let whole = inventory(keys.clone(), vec![]);
    let found = whole.near("aws_kms_key", &near);
    assert_eq!((found.any(named("a")), found.any(named("c")), found.all(named("a"))), (Ok(true), Ok(false), Ok(false)));
    let broken = inventory(keys, vec![gap("aws_kms_key", ONE, "north")]);
    let found = broken.near("aws_kms_key", &near);
    assert_eq!((found.any(named("a")), found.all(named("a"))), (Ok(true), Ok(false)));
    assert!(found.any(named("c")).is_err());
    assert_eq!(found.first().unwrap().unwrap().name, "a".into());
    let nothing = inventory(vec![], vec![gap("aws_kms_key", ONE, "north")]);
    let error = nothing.near("aws_kms_key", &near).first().unwrap_err();
    assert_eq!(error.to_string(), "aws_kms_key was not read: acme:List: access_denied");
}
