//! Queries that would take all time or memory are stopped.
#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use std::time::{Duration, Instant};

use cspm_core::ErrorKind;
use cspm_sql::Sql;
use support::many;

const TIME: Duration = Duration::from_secs(3);
const MEMORY: u64 = 128 << 20;
/// Runs on without an end.
const ENDLESS: &str = "with recursive n(i) as (select 1 union all select i + 1 from n)";

/// Queries that never end, or that make much of little.
fn bombs() -> Vec<String> {
    let wide = ["hex(printf('%.*c', 400000, 'x'))"; 99].join(", ");
    let constants: Vec<String> = (0..2000).map(|n| format!("printf('%.1000000c', 'x') = '{n}'")).collect();
    let nested = (0..30).fold("'xxxxxxxxxxxxxxxx'".to_owned(), |inner, _| format!("replace({inner}, 'x', 'xxxxxxxx')"));
    let joined = (0..12).map(|n| format!("acme_disk d{n}")).collect::<Vec<_>>().join(", ");
    let summed = (0..12).map(|n| format!("d{n}.size")).collect::<Vec<_>>().join(" + ");
    vec![
        format!("{ENDLESS} select count(*) from n"),
        format!("{ENDLESS} select i from n"),
        format!("{ENDLESS} select i from n order by i desc"),
        format!("{ENDLESS} select count(distinct i || 'some text that takes room') from n"),
        format!("{ENDLESS} select group_concat(i) from n"),
        format!("{ENDLESS} select json_group_array(i) from n"),
        format!("{ENDLESS} select printf('%.200000c', 'x') from n"),
        format!("{ENDLESS}, m as materialized (select i, printf('%.100000c', 'x') t from n) select * from m, m b"),
        format!("{ENDLESS} select sum(i) over (order by i rows between 10 preceding and unbounded following) from n"),
        "with recursive t(x) as (select 'x' union all select x || x from t) select count(*) from t".to_owned(),
        "with recursive t(x, i) as (select 'x', 1 union select x || i, i + 1 from t) select max(length(x)) from t"
            .to_owned(),
        "select printf('%.2000000000c', 'x')".to_owned(),
        "select length(printf('%2000000000d', 1))".to_owned(),
        format!("select {wide}"),
        format!("select {wide} from acme_disk a, acme_disk b, acme_disk c"),
        format!("select 1 where {}", constants.join(" or ")),
        format!("select {nested}"),
        format!("select count(*) from {joined} where {summed} = -1"),
        format!("select * from {joined}"),
        format!("select * from {joined} order by random()"),
    ]
}

#[test]
fn bombs_are_stopped_in_time() {
    let inventory = many(200);
    for query in bombs() {
        let shown = &query[..query.len().min(90)];
        let began = Instant::now();
        let error = Sql::new(&inventory).time_limit(TIME).max_memory(MEMORY).run(&query).expect_err(shown);
        let took = began.elapsed();
        assert!(took < TIME + Duration::from_secs(2), "{shown} took {took:?}");
        assert!([ErrorKind::Limit, ErrorKind::Config].contains(&error.kind()), "{shown}: {error}");
        assert!(error.help().is_some(), "{shown}: {error}");
        #[cfg(target_os = "linux")]
        assert!(peak() < 450 << 20, "{shown}: the process took {} MiB", peak() >> 20);
    }
}

/// The most memory that the process ever had.
#[cfg(target_os = "linux")]
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap() << 10
}
