//! `s3_buckets`.
//!
//! | key | meaning |
//! | --- | --- |
//! | `name`, `bucket_name` | the name; needed |
//! | `public` | whether everyone gets something of the bucket *in effect*. `true`: its `policy`, where the item has one, does that, or else its ACL lets everyone read it; and no public access block, of the bucket or the account, is in the way. `false`: public ACLs and policies have no effect, which is what blocking them does. |
//! | `public_access_block` | all four settings of the bucket, or an object of them |
//! | `encryption` | `false`: no default; an algorithm (`AES256`, `aws:kms`, `aws:kms:dsse`), or `true` where it is not known which |
//! | `versioning` | `true` or `false` |
//! | `mfa_delete` | `true` or `false` |
//! | `logging` | `false`: access is not logged; the name of the target bucket, or `true` where it is not known which |
//! | `policy` | the policy, as an object or as JSON in text; null: there is none |
//!
//! A setting of the bucket that is off may still be on for the account: `account_public_access_block` of the file says so.

use cspm_core::{GLOBAL, Kind, Model, Resource, Result};
use serde_json::{Map, Value, json};

use super::item::{Item, policy};
use super::{Header, wrong};
use crate::account::{self, Account};
use crate::s3::bucket::Bucket;

/// The key of the file that holds for all buckets.
pub(super) const ACCOUNT_BLOCK: &str = "account_public_access_block";

const BLOCKS: [&str; 4] = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
const EVERYONE: &str = "http://acs.amazonaws.com/groups/global/AllUsers";

pub(super) fn bucket(item: &mut Item<'_>) -> Result<()> {
    let name = item.text(&["name", "bucket_name"])?.ok_or_else(|| item.wrong("name", "it is missing"))?;
    item.uid = format!("arn:{}:s3:::{name}", item.partition());
    item.set("arn", item.uid.clone());
    item.set("name", name.clone());
    item.name = Some(name);
    if !item.tags().is_empty() {
        item.set("tags_src", json!(item.tags()));
    }
    documents(item)?;
    settings(item)?;
    encryption(item)?;
    logging(item)?;
    public(item)
}

fn documents(item: &mut Item<'_>) -> Result<()> {
    for key in ["policy", "policy_std"] {
        match item.take(&[key])? {
            None => {}
            Some((_, Value::Null)) => {
                item.set("policy", Value::Null);
                item.set("policy_std", Value::Null);
                item.set("bucket_policy_is_public", false);
            }
            Some((key, document)) => {
                let canonical = policy(&document, item.partition()).map_err(|e| item.wrong(key, &e.to_string()))?;
                item.set("policy_std", canonical);
                if key == "policy" {
                    let written = document.as_str().and_then(|text| serde_json::from_str(text).ok());
                    item.set("policy", written.unwrap_or(document));
                }
            }
        }
    }
    Ok(())
}

fn settings(item: &mut Item<'_>) -> Result<()> {
    for (key, field) in [("versioning", "versioning_enabled"), ("mfa_delete", "versioning_mfa_delete")] {
        match item.take(&[key])? {
            None => {}
            Some((_, Value::Bool(on))) => item.set(field, on),
            Some((key, _)) => return Err(item.not(key, "true or false")),
        }
    }
    if let Some((key, value)) = item.take(&["public_access_block"])? {
        let blocks = blocks(&value).ok_or_else(|| item.not(key, BLOCK_SHAPE))?;
        blocks.into_iter().for_each(|(field, on)| item.set(&field, on));
    }
    Ok(())
}

const BLOCK_SHAPE: &str = "true, false, or an object of block_public_acls, block_public_policy, ignore_public_acls and \
                           restrict_public_buckets";

fn blocks(value: &Value) -> Option<Map<String, Value>> {
    match value {
        Value::Bool(on) => Some(BLOCKS.iter().map(|field| ((*field).to_owned(), json!(on))).collect()),
        Value::Object(settings) => {
            let known = |(field, on): (&String, &Value)| BLOCKS.contains(&field.as_str()) && on.is_boolean();
            settings.iter().all(known).then(|| settings.clone())
        }
        _ => None,
    }
}

fn encryption(item: &mut Item<'_>) -> Result<()> {
    const FIELD: &str = "server_side_encryption_configuration";
    match item.take(&["encryption"])? {
        None => {}
        Some((_, Value::Bool(false) | Value::Null)) => item.set(FIELD, Value::Null),
        // Keys of S3 are the least that there can be.
        Some((_, Value::Bool(true))) => {
            item.set(FIELD, json!({"rules": [{"sse_algorithm": "AES256"}]}));
            item.open_end("/server_side_encryption_configuration/rules/1");
        }
        Some((_, Value::String(algorithm))) if ["AES256", "aws:kms", "aws:kms:dsse"].contains(&algorithm.as_str()) => {
            item.set(FIELD, json!({"rules": [{"sse_algorithm": algorithm}]}));
        }
        Some((key, _)) => return Err(item.not(key, "true, false, AES256, aws:kms or aws:kms:dsse")),
    }
    Ok(())
}

/// `logging` is a field of the kind too: an object is taken as it is.
fn logging(item: &mut Item<'_>) -> Result<()> {
    match item.take(&["logging"])? {
        None => {}
        Some((_, Value::Bool(false) | Value::Null)) => item.set("logging", Value::Null),
        Some((_, Value::Bool(true))) => item.set("logging", json!({})),
        Some((_, Value::String(target))) => item.set("logging", json!({"target_bucket": target})),
        Some((_, object @ Value::Object(_))) => item.set("logging", object),
        Some((key, _)) => return Err(item.not(key, "true, false, or the name of a bucket")),
    }
    Ok(())
}

/// What makes a bucket public in effect: the restriction that is then off, for the bucket and its account.
fn restriction(policy: Option<&Value>) -> &'static str {
    if policy.is_some_and(|policy| !policy.is_null()) { "restrict_public_buckets" } else { "ignore_public_acls" }
}

fn public(item: &mut Item<'_>) -> Result<()> {
    let public = match item.take(&["public"])? {
        None => return Ok(()),
        Some((_, Value::Bool(public))) => public,
        Some((key, _)) => return Err(item.not(key, "true or false")),
    };
    if item.said("acl").is_some() {
        return Err(item.wrong("public", "acl says what is public: give one of them"));
    }
    if !public {
        item.set("acl", json!({"grants": []}));
        for field in ["ignore_public_acls", "restrict_public_buckets"] {
            if item.said(field).is_none() {
                item.set(field, true);
            }
        }
        return Ok(());
    }
    let restriction = restriction(item.said("policy_std"));
    match item.said(restriction) {
        None => item.set(restriction, false),
        Some(Value::Bool(true)) => {
            return Err(
                item.wrong("public", &format!("{restriction} is on, so that the bucket is not public in effect"))
            );
        }
        Some(_) => {}
    }
    if restriction == "ignore_public_acls" {
        let grant = json!({"permission": "READ", "grantee_type": "Group", "grantee_uri": EVERYONE, "grantee_id": null});
        item.set("acl", json!({"grants": [grant]}));
    }
    Ok(())
}

/// The settings of the account, as far as the file says them: in so many words, or by a bucket that is public in effect.
pub(super) fn account(header: &Header, file: &Map<String, Value>, given: &[Resource]) -> Result<Option<Resource>> {
    let mut said = match file.get(ACCOUNT_BLOCK) {
        None => Map::new(),
        Some(value) => blocks(value).ok_or_else(|| wrong(ACCOUNT_BLOCK, &format!("it is not {BLOCK_SHAPE}"), ""))?,
    };
    let items = file.get("s3_buckets").and_then(Value::as_array).into_iter().flatten();
    let buckets = given.iter().filter(|resource| *resource.kind == *Bucket::KIND);
    for (index, (item, bucket)) in items.zip(buckets).enumerate() {
        if item.get("public") != Some(&Value::Bool(true)) {
            continue;
        }
        let policy = bucket.data.get("policy_std").filter(|policy| policy.as_object().is_some());
        let restriction = restriction(policy.map(|_| &Value::Bool(true)));
        if said.insert(restriction.to_owned(), json!(false)) == Some(json!(true)) {
            let what = format!("{restriction} is on for the account, so that the bucket is not public in effect");
            return Err(wrong(&format!("s3_buckets[{index}].public"), &what, ""));
        }
    }
    if said.is_empty() {
        return Ok(None);
    }
    let unsaid: Vec<&str> = BLOCKS.iter().copied().filter(|field| !said.contains_key(*field)).collect();
    for field in &unsaid {
        // Marked as not given below.
        said.insert((*field).to_owned(), Value::Bool(false));
    }
    let kind = Kind::of::<Account>()?;
    let said = json!({"account_id": &*header.account, "s3_public_access_block": said});
    let mut item = Item::new(header, &kind, ACCOUNT_BLOCK.to_owned(), &said)?;
    unsaid.iter().for_each(|field| item.open_end(&format!("/s3_public_access_block/{field}")));
    item.region = GLOBAL.into();
    item.uid = account::uid(&header.account);
    item.name = Some(format!("account {}", header.account));
    item.finish().map(Some)
}
