//! Queries read, and do nothing else.
#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use cspm_core::ErrorKind;
use cspm_sql::InventorySql;
use support::disks;

#[test]
fn everything_but_reading_is_refused() {
    let inventory = disks();
    for query in [
        "insert into acme_disk (name) values ('x')",
        "insert into acme_disk default values returning name",
        "with x as (select 1) insert into acme_disk (name) select * from x",
        "update acme_disk set name = 'x'",
        "update acme_disk set name = 'x' returning name",
        "delete from acme_disk",
        "replace into acme_disk (name) values ('x')",
        "drop table acme_disk",
        "alter table acme_disk add column x",
        "create table x (a)",
        "create temp table x as select * from acme_disk",
        "create view x as select 1",
        "create temp view x as select 1",
        "create trigger x after insert on acme_disk begin select 1; end",
        "create index x on acme_disk (name)",
        "create virtual table x using fts5(a)",
        "attach 'file.db' as x",
        "attach ':memory:' as x",
        "detach main",
        "vacuum",
        "vacuum into 'file.db'",
        "pragma table_info(acme_disk)",
        "pragma query_only = off",
        "pragma hard_heap_limit = 1",
        "pragma journal_mode = wal",
        "select * from pragma_table_info('acme_disk')",
        "select count(*) from pragma_database_list",
        "select * from dbstat",
        "select * from fts3tokenize('simple', 'a')",
        "begin",
        "commit",
        "rollback",
        "savepoint x",
        "release x",
        "reindex",
        "analyze",
        "select load_extension('x.so')",
        "select writefile('x', 'y')",
        "select readfile('/etc/passwd')",
        "select edit('x')",
        "select sqlite_log(1, 'x')",
        "select fts3_tokenizer('simple')",
        "select zeroblob(1)",
        "select randomblob(1)",
        "select 1; drop table acme_disk",
        "select 1; pragma query_only = off",
        "explain delete from acme_disk",
    ] {
        let error = inventory.sql(query).expect_err(query);
        assert_eq!(error.kind(), ErrorKind::Config, "{query}: {error}");
        assert!(error.help().is_some(), "{query}: {error}");
    }
    assert_eq!(inventory.sql("select * from acme_disk").unwrap().len(), 3);
}

#[test]
fn refusals_say_why() {
    let inventory = disks();
    for (query, says) in [
        ("delete from acme_disk", "the inventory is not changed (a query is one select statement)"),
        ("pragma user_version", "PRAGMA is not allowed"),
        ("attach 'x' as y", "there is no other database"),
        ("select randomblob(9)", "the function randomblob is not offered"),
    ] {
        let error = inventory.sql(query).unwrap_err().to_string();
        assert!(error.contains(says), "{query}: {error}");
    }
}

#[test]
fn plans_may_be_looked_at() {
    assert!(disks().sql("explain query plan select * from acme_disk where name = 'x'").is_ok());
    assert!(disks().sql("explain select 1").is_ok());
}
