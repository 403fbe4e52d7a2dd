//! Limits that a query keeps to, or not.
#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use std::time::{Duration, Instant};

use cspm_core::ErrorKind;
use cspm_sql::{InventorySql, Sql};
use support::{disks, many};

#[test]
fn limits_are_told() {
    let inventory = disks();
    let all = "select name from acme_disk";
    assert_eq!(Sql::new(&inventory).max_rows(3).run(all).unwrap().len(), 3);
    for (sql, says) in [
        (Sql::new(&inventory).max_rows(2), "it gives more rows than the limit (add a limit clause"),
        (Sql::new(&inventory).time_limit(Duration::ZERO), "longer than the time limit"),
        (Sql::new(&inventory).max_memory(100), "memory"),
    ] {
        let error = sql.run(all).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn a_table_that_is_too_large_is_told() {
    let inventory = many(20_000);
    let error = Sql::new(&inventory).max_memory(1 << 20).run("select count(distinct uid) from acme_disk").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    assert!(error.to_string().contains("memory"), "{error}");
}

#[test]
fn a_hundred_thousand_resources_are_filled_and_sorted_soon() {
    let inventory = many(100_000);
    let began = Instant::now();
    let rows = inventory.sql("select name, size, encrypted, tags ->> 'team' as team, region from acme_disk").unwrap();
    println!("100,000 rows of 5 columns, filled and read: {:?}", began.elapsed());
    assert_eq!(rows.len(), 100_000);
    let began = Instant::now();
    let query = "select encrypted, count(distinct name) as n from acme_disk group by 1 order by 2, 1";
    let rows = inventory.sql(query).unwrap();
    println!("grouped: {:?}", began.elapsed());
    assert_eq!(rows.to_json(), serde_json::json!([{"encrypted": false, "n": 50000}, {"encrypted": true, "n": 50000}]));
    let joined = "select count(*) as n from acme_disk a join acme_disk b on a.size = b.size";
    assert_eq!(inventory.sql(joined).unwrap().to_json()[0]["n"], 100_000, "by an index that SQLite makes");
}
