//! Inventories that people write by hand, as teaching tools keep them: lists of buckets, instances, security groups and
//! roles, with as much of each as its author knows.
//!
//! ```json
//! {
//!   "account_id": "123456789012", "region": "eu-west-1", "collected_at": "2026-01-31T12:00:00Z",
//!   "s3_buckets": [{"name": "photos", "public": true, "versioning": false, "tags": {"team": "web"}}],
//!   "security_groups": [{"id": "sg-1", "rules": [{"protocol": "tcp", "port": 22, "cidr": "0.0.0.0/0"}]}],
//!   "ec2_instances": [{"id": "i-1", "public_ip": "198.51.100.7", "security_groups": ["sg-1"], "imdsv2": false}],
//!   "iam_roles": [{"name": "deploy", "policies": ["AdministratorAccess"], "trust_policy": {"Statement": []}}]
//! }
//! ```
//!
//! One of the four lists is enough. What goes with them: `account_id` (or `account`; `000000000000` unless given),
//! `region` of the items that name none (`us-east-1` unless given), `collected_at` (the time of reading unless given: give
//! it where the same input must give the same output), and `account_public_access_block`, which holds for all buckets.
//!
//! An item has the keys of its kind (`aws_s3_bucket`, `aws_ec2_instance`, `aws_vpc_security_group`, `aws_iam_role`), which
//! are taken as they are, or the friendlier ones that the modules here describe. **Nothing is assumed**: what an item does
//! not say is unread ([`Reason::NotGiven`]), and so are the lists that the file does not have but rules on its items look
//! into. Nothing is lost either: a key that is not known, or a value of the wrong type, is an error that names its place.

mod ec2;
mod iam;
mod item;
mod s3;
mod schema;
mod security_group;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use cspm_core::{Error, ErrorKind, GLOBAL, Gap, Kind, Model, Reason, Resource, Result, Unread};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::account::Account;
use crate::ec2::{instance::Instance, network_interface::NetworkInterface, security_group::SecurityGroup};
use crate::iam::{policy::ManagedPolicy, role::Role};
use crate::s3::bucket::Bucket;
use item::Item;

/// The resources of a hand-written inventory, as [`cspm_core::Import`]; `None` where the JSON has none of the lists.
///
/// A resource whose data is unread as a whole stands for a list that the file does not have.
#[must_use]
pub fn import(value: &Value) -> Option<Result<Vec<Resource>>> {
    let file = value.as_object()?;
    LISTS.iter().any(|list| file.contains_key(list.name)).then(|| read(file))
}

/// One of the lists, and how an item of it is read.
struct List {
    name: &'static str,
    kind: fn() -> Result<Kind>,
    read: fn(&mut Item<'_>) -> Result<()>,
}

const LISTS: [List; 4] = [
    List { name: "s3_buckets", kind: Kind::of::<Bucket>, read: s3::bucket },
    List { name: "ec2_instances", kind: Kind::of::<Instance>, read: ec2::instance },
    List { name: "security_groups", kind: Kind::of::<SecurityGroup>, read: security_group::group },
    List { name: "iam_roles", kind: Kind::of::<Role>, read: iam::role },
];

/// What holds for every item.
struct Header {
    account: Arc<str>,
    region: Arc<str>,
    collected_at: Timestamp,
}

fn read(file: &Map<String, Value>) -> Result<Vec<Resource>> {
    let header = header(file)?;
    let mut resources = Vec::new();
    for list in &LISTS {
        let Some(items) = file.get(list.name) else { continue };
        let items = items.as_array().ok_or_else(|| wrong(list.name, "it is not a list", ""))?;
        let kind = (list.kind)()?;
        for (index, value) in items.iter().enumerate() {
            let mut item = Item::new(&header, &kind, format!("{}[{index}]", list.name), value)?;
            (list.read)(&mut item)?;
            let resource = item.finish()?;
            if resources.iter().any(|other: &Resource| other.uid == resource.uid) {
                return Err(wrong(&format!("{}[{index}]", list.name), &format!("{} is there twice", resource.uid), ""));
            }
            resources.push(resource);
        }
    }
    resources.extend(s3::account(&header, file, &resources)?);
    if file.contains_key("security_groups") {
        let groups = security_group::only_named(&header, &resources)?;
        resources.extend(groups);
    }
    let missing = missing_lists(&header, file, &resources)?;
    resources.extend(missing);
    Ok(resources)
}

fn header(file: &Map<String, Value>) -> Result<Header> {
    const OTHERS: [&str; 5] = ["account_id", "account", "region", "collected_at", s3::ACCOUNT_BLOCK];
    let known = || OTHERS.iter().copied().chain(LISTS.iter().map(|list| list.name)).collect::<Vec<_>>().join(", ");
    if let Some(key) = file.keys().find(|key| !known().split(", ").any(|known| known == **key)) {
        return Err(wrong(key, "the file can have no such key", &format!("known keys: {}", known())));
    }
    if file.contains_key("account") && file.contains_key("account_id") {
        return Err(wrong("account", "account_id says the same: give one of them", ""));
    }
    let text = |key: &str| match file.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(wrong(key, "it is not text", "an account's number is text too, since it may begin with 0")),
    };
    let account = text("account_id")?.or(text("account")?).unwrap_or("000000000000");
    let collected_at = match text("collected_at")? {
        None => Timestamp::now(),
        Some(time) => {
            time.parse().map_err(|_| wrong("collected_at", "it is not a time such as 2026-01-31T12:00:00Z", ""))?
        }
    };
    Ok(Header { account: account.into(), region: text("region")?.unwrap_or("us-east-1").into(), collected_at })
}

/// A list that rules on the given items look into, and that the file does not have, is not known to be empty.
fn missing_lists(header: &Header, file: &Map<String, Value>, given: &[Resource]) -> Result<Vec<Resource>> {
    let regions = |kind: &str| -> BTreeSet<Arc<str>> {
        given.iter().filter(|resource| *resource.kind == *kind).map(|resource| resource.region.clone()).collect()
    };
    let mut missing = Vec::new();
    if !file.contains_key("security_groups") {
        let kind = Kind::of::<SecurityGroup>()?;
        missing.extend(regions(Instance::KIND).into_iter().map(|region| stand_in(header, &kind, region)));
    }
    let kind = Kind::of::<NetworkInterface>()?;
    missing.extend(regions(SecurityGroup::KIND).into_iter().map(|region| stand_in(header, &kind, region)));
    if !regions(Role::KIND).is_empty() {
        missing.push(stand_in(header, &Kind::of::<ManagedPolicy>()?, GLOBAL.into()));
    }
    if !regions(Bucket::KIND).is_empty() && regions(Account::KIND).is_empty() {
        missing.push(stand_in(header, &Kind::of::<Account>()?, GLOBAL.into()));
    }
    Ok(missing)
}

fn stand_in(header: &Header, kind: &Kind, region: Arc<str>) -> Resource {
    let unread = Unread::new(Reason::NotGiven, kind.list().call()).with_detail("the hand-written file does not say");
    let (account, provider) = (header.account.clone(), kind.provider().clone());
    Gap { kind: kind.name().clone(), provider, account, region, unread: Arc::new(unread) }.stand_in(header.collected_at)
}

impl Header {
    /// The partition of the region that items are in unless they name another.
    fn partition(&self) -> &'static str {
        crate::partition::of(&self.region)
    }
}

/// The error for what is at `place`.
fn wrong(place: &str, what: &str, help: &str) -> Error {
    let error = Error::new(ErrorKind::Format, format!("read {place} of the hand-written inventory")).with_source(what);
    if help.is_empty() { error } else { error.with_help(help) }
}
