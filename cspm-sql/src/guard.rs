//! What a query may do, and what it reads: SQLite asks while it prepares the statement.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use crate::functions;

/// The tables that are SQLite's own and may be read: what it says of ours, and the items of JSON.
const OWN: [&str; 4] = ["sqlite_master", "sqlite_schema", "json_each", "json_tree"];

/// Allows reading, and keeps what is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guard(Arc<Mutex<Notes>>);

#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// The columns that are read, by table; none where only the rows count.
    pub(crate) read: BTreeMap<String, BTreeSet<String>>,
    /// Whether a function is called whose work grows with the product of two lengths.
    pub(crate) quadratic: bool,
    /// The first thing that was not allowed.
    pub(crate) denied: Option<String>,
    /// Whether it is not the query that works, but we.
    trusting: bool,
}

impl Guard {
    pub(crate) fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something that a query may not do.
    pub(crate) fn trusting<T>(&self, work: impl FnOnce() -> T) -> T {
        self.notes().trusting = true;
        let done = work();
        self.notes().trusting = false;
        done
    }

    /// The answer to SQLite; `is_table` says whether a table is one of ours.
    pub(crate) fn judge(&self, context: &AuthContext<'_>, is_table: impl Fn(&str) -> bool) -> Authorization {
        let mut notes = self.notes();
        if notes.trusting {
            return Authorization::Allow;
        }
        match context.action {
            AuthAction::Select | AuthAction::Recursive => Authorization::Allow,
            AuthAction::Function { function_name } if functions::is_offered(function_name) => {
                notes.quadratic |= functions::is_quadratic(function_name);
                Authorization::Allow
            }
            AuthAction::Read { table_name, column_name } if is_table(table_name) => {
                let columns = notes.read.entry(table_name.to_owned()).or_default();
                if !column_name.is_empty() {
                    columns.insert(column_name.to_owned());
                }
                Authorization::Allow
            }
            // Without a column it may be a subquery, whose reads are asked for one by one.
            AuthAction::Read { table_name, column_name } if column_name.is_empty() || OWN.contains(&table_name) => {
                Authorization::Allow
            }
            action => {
                notes.denied.get_or_insert_with(|| described(&action));
                Authorization::Deny
            }
        }
    }
}

fn described(action: &AuthAction<'_>) -> String {
    match action {
        AuthAction::Function { function_name } => format!("the function {function_name} is not offered"),
        AuthAction::Read { table_name, .. } => format!("{table_name} may not be read"),
        AuthAction::Pragma { .. } => "PRAGMA is not allowed".to_owned(),
        AuthAction::Attach { .. } | AuthAction::Detach { .. } => "there is no other database".to_owned(),
        AuthAction::Transaction { .. } | AuthAction::Savepoint { .. } => "there are no transactions".to_owned(),
        _ => "the inventory is not changed".to_owned(),
    }
}
