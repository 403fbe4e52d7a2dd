//! What queries answer, and in which types.
#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use cspm_core::{Data, ErrorKind, Inventory};
use cspm_sql::{InventorySql, Sql};
use serde_json::json;
use support::{builder, disks, thing};

#[test]
fn values_come_back_in_their_types() {
    let all =
        "select name, size, cost, encrypted, owner, mounts, tags, account_id, arn, title, region, kind, collected_at
               from acme_disk where size = 10";
    assert_eq!(
        disks().sql(all).unwrap().to_json(),
        json!([{
            "name": "disk-000001", "size": 10, "cost": 0.5, "encrypted": true, "owner": null,
            "mounts": ["/mnt/1", "/srv"], "tags": {"team": "red"}, "account_id": "42", "arn": "arn:acme:disk-000001",
            "title": "disk-000001", "region": "north", "kind": "acme_disk", "collected_at": "2026-01-31T12:00:00Z",
        }])
    );
}

#[test]
fn columns_keep_their_type_through_subqueries_and_computed_ones_are_sqlite_s() {
    let query = "with d as (select * from acme_disk) select encrypted, encrypted = 1 as same, tags ->> 'team' as team,
                 json_array_length(mounts) as mounts, x'0aff' as bytes from d where name like '%1'";
    let expected = json!([{"encrypted": true, "same": 1, "team": "red", "mounts": 2, "bytes": "0AFF"}]);
    assert_eq!(disks().sql(query).unwrap().to_json(), expected);
    let items = "select d.name, m.value as mount from acme_disk d, json_each(d.mounts) m where m.value like '/mnt%' order by 1 desc";
    let rows = disks().sql(items).unwrap();
    assert_eq!(rows.iter().next().unwrap().get("mount"), Some(&Data::from("/mnt/3")));
    assert_eq!(rows.len(), 3);
}

#[test]
fn columns_of_one_name_are_told_apart() {
    let rows = disks().sql("select name, name, 1 as Name from acme_disk limit 1").unwrap();
    assert_eq!(rows.columns().iter().map(|name| &**name).collect::<Vec<_>>(), ["name", "name_2", "Name_3"]);
    let row = rows.iter().next().unwrap();
    assert_eq!(row.values().len(), row.iter().len());
    assert_eq!(row.get("Name_3"), Some(&Data::Int(1)));
    assert_eq!(row.get("size"), None);
}

#[test]
fn kinds_without_a_model_have_the_columns_of_their_data() {
    let mut builder = Inventory::builder([]);
    builder.add(thing(
        "server",
        "one",
        Data::object([("ports", Data::list([Data::Int(1)])), ("up", Data::from(true))]),
    ));
    builder.add(thing("server", "two", Data::object([("mixed", Data::Int(1)), ("size", Data::Int(1))])));
    builder.add(thing("server", "zwei", Data::object([("mixed", Data::from("a")), ("size", Data::from(1.5))])));
    let inventory = builder.build();
    let query = "select name, ports, up, mixed, size from server order by name";
    let expected = json!([
        {"name": "one", "ports": [1], "up": true, "mixed": null, "size": null},
        {"name": "two", "ports": null, "up": null, "mixed": 1, "size": 1.0},
        {"name": "zwei", "ports": null, "up": null, "mixed": "a", "size": 1.5},
    ]);
    assert_eq!(inventory.sql(query).unwrap().to_json(), expected);
}

#[test]
fn odd_names_are_quoted() {
    let mut builder = Inventory::builder([]);
    let odd = ["a\"b", "", "select", "ключ 🔑", "x.y", "'; drop table x; --", "[z]", "`q`", "uid", "_unread", "Name"];
    let data = Data::object(odd.map(|name| (name, Data::from(name))));
    for kind in ["odd \"kind\"", "sqlite_master", "", "выбор", "Odd", "odd"] {
        builder.add(thing(kind, "naïve ☃ \u{1b}[31m", data.clone()));
    }
    let inventory = builder.build();
    for (table, kind) in [
        ("odd \"kind\"", "odd \"kind\""),
        ("_sqlite_master", "sqlite_master"),
        ("_", ""),
        ("выбор", "выбор"),
        ("Odd", "Odd"),
        ("odd_2", "odd"),
    ] {
        let query = format!("select * from \"{}\"", table.replace('"', "\"\""));
        let rows = inventory.sql(&query).unwrap();
        let row = rows.iter().next().unwrap();
        assert_eq!(row.get("kind"), Some(&Data::from(kind)));
        for name in ["a\"b", "select", "ключ 🔑", "x.y", "'; drop table x; --", "[z]", "`q`"] {
            assert_eq!(row.get(name), Some(&Data::from(name)), "{kind} {name}");
        }
        assert_eq!(row.get("name"), Some(&Data::from("naïve ☃ \u{1b}[31m")));
        assert_eq!(row.get("uid"), Some(&Data::from(format!("{kind}/naïve ☃ \u{1b}[31m"))), "data hides no uid");
        assert_eq!(row.get("_"), Some(&Data::from("")), "{:?}", rows.columns());
        assert_eq!(row.get("_unread_2"), Some(&Data::from("_unread")));
    }
}

#[test]
fn an_empty_inventory_answers() {
    let rows = Inventory::default().sql("select 1 as one").unwrap();
    assert_eq!(rows.to_json(), json!([{"one": 1}]));
    let rows = builder().build().sql("select * from acme_disk").unwrap();
    assert!(rows.is_empty() && rows.unread().is_empty(), "it was asked for, and there is none");
    assert_eq!(rows.to_json(), json!([]));
}

#[test]
fn faults_say_what_was_meant() {
    let inventory = disks();
    for (query, says) in [
        ("select * from acme_disks", "cannot run the query: no such table: acme_disks (did you mean acme_disk?)"),
        ("select d.encripted from acme_disk d", "no such column: d.encripted (did you mean encrypted?)"),
        ("select * from zzzzzzzz", "the tables are the kinds of the inventory"),
        ("selec 1", "near \"selec\": syntax error"),
        ("", "it is empty"),
        (" -- nothing", "it is empty"),
        ("select 1; select 2", "there are several statements"),
        ("select ?", "with parameters"),
        ("select 1\0", "NUL"),
        ("select regexp('a', 'b')", "no such function: regexp"),
    ] {
        let error = inventory.sql(query).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(says), "{query}: {error}");
    }
    assert_eq!(inventory.sql("select 1; -- the end").unwrap().len(), 1);
}

#[test]
fn the_tables_can_be_listed() {
    let inventory = disks();
    let tables = Sql::new(&inventory).tables();
    assert_eq!(tables[0].name(), "acme_disk");
    let column = |name: &str| tables[0].columns().iter().find(|column| column.name() == name).unwrap().declared_type();
    let types = ["encrypted", "size", "cost", "owner", "mounts", "_unread"].map(column);
    assert_eq!(types, ["BOOLEAN", "INTEGER", "REAL", "TEXT", "JSON", "JSON"]);
    assert_eq!(inventory.sql("select name from sqlite_schema").unwrap().to_json(), json!([{"name": "acme_disk"}]));
}
