//! Fills the tables that a query reads, and of them the columns that it reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use cspm_core::{Inventory, Unread};
use rusqlite::{Connection, Result};

use crate::cell;
use crate::column::Column;
use crate::guard::Guard;
use crate::table::{Table, quoted};
use crate::watch::Watch;

/// After so many rows the watch is asked.
const ROWS: usize = 256;

/// How many values of a column were not read, by column and reason.
pub(crate) type Counts = BTreeMap<(String, Arc<Unread>), usize>;

/// Fills one table; `Ok(None)` where the watch said to stop.
pub(crate) fn fill(
    (connection, guard): (&Connection, &Guard),
    inventory: &Inventory,
    (table, columns): (&Table, &[&Column]),
    watch: &mut Watch,
) -> Result<Option<Counts>> {
    let mut counts = Counts::new();
    let transaction = guard.trusting(|| connection.unchecked_transaction())?;
    let mut insert = guard.trusting(|| connection.prepare(&insert(table, columns)))?;
    let kind = inventory.kind(&table.kind).map(|kind| &**kind);
    for (row, resource) in inventory.of_kind(&table.kind).enumerate() {
        if row % ROWS == 0 && watch.must_stop() {
            return Ok(None);
        }
        for (at, column) in columns.iter().enumerate() {
            // A value with several parts that were not read for one reason counts once.
            let mut reasons: Vec<Arc<Unread>> = Vec::new();
            let value = cell::value(resource, kind, (&column.origin, column.holds), &mut |why| {
                if !reasons.contains(why) {
                    reasons.push(why.clone());
                }
            });
            insert.raw_bind_parameter(at + 1, value)?;
            for why in reasons {
                *counts.entry((column.name.clone(), why)).or_default() += 1;
            }
        }
        insert.raw_execute()?;
    }
    drop(insert);
    guard.trusting(|| transaction.commit())?;
    Ok(Some(counts))
}

fn insert(table: &Table, columns: &[&Column]) -> String {
    if columns.is_empty() {
        return format!("insert into {} default values", quoted(&table.name));
    }
    let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
    let places = vec!["?"; names.len()].join(", ");
    format!("insert into {} ({}) values ({places})", quoted(&table.name), names.join(", "))
}
