//! What the answer rests on is said.
#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use std::sync::Arc;

use cspm_core::{Data, Inventory, Read, Reason, Unread};
use cspm_sql::{InventorySql, What};
use serde_json::json;
use support::{builder, denied, disk, disks, gap, thing};

/// What is missing from an answer, as text.
fn missing(inventory: &Inventory, query: &str) -> Vec<String> {
    inventory.sql(query).unwrap().unread().iter().map(ToString::to_string).collect()
}

#[test]
fn unread_values_are_null_and_told() {
    let inventory = disks();
    let rows = inventory.sql("select name from acme_disk where not encrypted").unwrap();
    assert_eq!(rows.to_json(), json!([{"name": "disk-000002"}]), "what is not known is neither true nor false");
    let missing = &rows.unread()[0];
    assert_eq!(missing.what, What::Values { column: "encrypted".into(), count: 1 });
    assert_eq!(*missing.unread, denied());
    let text = "acme_disk.encrypted: 1 value was not read: acme:GetEncryption: access_denied (not you)";
    assert_eq!((missing.to_string().as_str(), rows.unread().len()), (text, 1));
    assert!(inventory.sql("select name from acme_disk").unwrap().unread().is_empty(), "it did not look at the column");
}

#[test]
fn each_row_says_what_was_not_read() {
    let query = "select name, _unread -> 'encrypted' ->> 'reason' as why from acme_disk where _unread <> '{}'";
    assert_eq!(disks().sql(query).unwrap().to_json(), json!([{"name": "disk-000003", "why": "access_denied"}]));
    let rows = disks().sql("select _unread from acme_disk where encrypted is null").unwrap();
    let expected = json!({"encrypted": {"reason": "access_denied", "call": "acme:GetEncryption", "detail": "not you"}});
    assert_eq!(rows.to_json()[0]["_unread"], expected);
}

#[test]
fn parts_and_fields_that_nobody_gave_are_unread() {
    let mut builder = builder();
    let lost = || Data::from(Unread::new(Reason::TimedOut, "acme:GetMounts"));
    builder.add(thing("acme_disk", "cut", Data::object([("mounts", Data::list([Data::from("/a"), lost(), lost()]))])));
    builder.add(thing("acme_disk", "none", lost()));
    let inventory = builder.build();
    assert_eq!(
        missing(&inventory, "select mounts, size from acme_disk"),
        [
            "acme_disk.mounts: 2 values were not read: acme:GetMounts: timed_out",
            "acme_disk.size: 1 value was not read: acme:GetMounts: timed_out",
            "acme_disk.size: 1 value was not read: acme:ListDisks: not_given",
        ]
    );
    let paths = "select key from acme_disk, json_each(_unread) where name = 'cut' order by key";
    let keys = json!([{"key": "cost"}, {"key": "encrypted"}, {"key": "mounts.1"}, {"key": "mounts.2"}, {"key": "name"},
        {"key": "owner"}, {"key": "size"}]);
    assert_eq!(inventory.sql(paths).unwrap().to_json(), keys);
}

#[test]
fn lists_that_could_not_be_made_are_told() {
    let mut builder = builder();
    builder.add(disk(1, Read::Known(true)));
    builder.add_gap(gap());
    let told = ["acme_disk: the list of 42 in south could not be made: acme:ListDisks: throttled"];
    let inventory = builder.build();
    assert_eq!(missing(&inventory, "select count(*) from acme_disk"), told);
    assert_eq!(missing(&inventory, "select 1 where exists (select 1 from acme_disk)"), told);
    assert_eq!(missing(&inventory, "select 1"), [""; 0]);
}

#[test]
fn kinds_that_nobody_asked_for_are_told() {
    let mut builder = Inventory::builder([Arc::new(cspm_core::Kind::of::<support::Disk>().unwrap())]);
    builder.listed("acme_net".into());
    let inventory = builder.build();
    let told = ["acme_disk: nobody asked for it, so there may be more: acme:ListDisks: not_given"];
    assert_eq!(missing(&inventory, "select * from acme_disk"), told);
    assert_eq!(missing(&inventory, "select * from acme_net"), [""; 0], "there is none of it");
}
