//! SQL over an inventory.

use std::time::Duration;

use cspm::sql::{Missing, What};
use cspm::{Inventory, Rows, Sql};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{Failure, to_json};
use crate::source::parse;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Options {
    /// In milliseconds.
    time_limit: Option<u64>,
    max_rows: Option<usize>,
    max_memory: Option<u64>,
}

/// The answer as JSON: `columns`, `rows` as objects, and what was `unread` of what the query looked at.
pub(crate) fn answer(inventory: &Inventory, query: &str, options: &str) -> Result<String, Failure> {
    let options: Options = parse("use the options of the query", options)?;
    let mut sql = Sql::new(inventory);
    if let Some(limit) = options.time_limit {
        sql = sql.time_limit(Duration::from_millis(limit));
    }
    if let Some(rows) = options.max_rows {
        sql = sql.max_rows(rows);
    }
    if let Some(bytes) = options.max_memory {
        sql = sql.max_memory(bytes);
    }
    let rows: Rows = sql.run(query)?;
    let unread: Vec<Value> = rows.unread().iter().map(missing).collect();
    to_json(&json!({"columns": rows.columns(), "rows": rows.to_json(), "unread": unread}))
}

fn missing(missing: &Missing) -> Value {
    let mut value = match &missing.what {
        What::Values { column, count } => json!({"what": "values", "column": column, "count": count}),
        What::List { account, region } => json!({"what": "list", "account": account, "region": region}),
        _ => json!({"what": "kind"}),
    };
    value["table"] = (*missing.table).into();
    value["reason"] = missing.unread.reason.as_str().into();
    value["call"] = (*missing.unread.call).into();
    value["detail"] = (*missing.unread.detail).into();
    value
}
