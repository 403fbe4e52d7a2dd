//! A SQLite in memory that reaches nothing outside of it.

use std::collections::HashSet;

use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags, Result};

use crate::guard::Guard;
use crate::table::Tables;
use crate::watch::Watch;

/// Every so many steps of SQLite's machine the watch is asked.
const STEPS: i32 = 100;

/// A value may have at most this size where a function is called whose work grows with the product of two.
const QUADRATIC_LENGTH: u64 = 1 << 16;

/// Bounds of the statement; those of SQLite itself are for other purposes.
const LIMITS: [(Limit, i32); 8] = [
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 18),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 100),
    (Limit::SQLITE_LIMIT_VDBE_OP, 50_000),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, 100),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

/// Opens it, with an empty table of every kind.
pub(crate) fn open(tables: &Tables, guard: &Guard, watch: &Watch, memory: u64) -> Result<Connection> {
    // What does not fit the caches goes to files of `memdb`, which are memory too: nothing is ever written to a disk, and
    // SQLite lets none of them grow beyond 1 GiB.
    let mut connection = Connection::open_in_memory_with_flags_and_vfs(
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        "memdb",
    )?;
    connection.execute_batch(&format!(
        "pragma page_size = 4096; pragma max_page_count = {}; pragma temp_store = file; pragma cache_size = -32768;
         pragma trusted_schema = off; pragma cell_size_check = off",
        (memory / 4096).clamp(16, u32::MAX.into())
    ))?;
    let created: Vec<String> = tables.all().iter().map(|table| table.create()).collect();
    connection.execute_batch(&format!("begin; {}; commit", created.join(";")))?;
    for (limit, most) in LIMITS {
        connection.set_limit(limit, most)?;
    }
    let names: HashSet<String> = tables.all().iter().map(|table| table.name.clone()).collect();
    let (guard, mut watch) = (guard.clone(), watch.clone());
    connection.authorizer(Some(move |context: rusqlite::hooks::AuthContext<'_>| {
        guard.judge(&context, |name| names.contains(name))
    }))?;
    connection.progress_handler(STEPS, Some(move || watch.must_stop()))?;
    Ok(connection)
}

/// Bounds every value so that all registers of the program together keep to half of the memory: one step of SQLite's machine
/// makes a value however large, and the watch comes too late for it.
pub(crate) fn bound_values(connection: &Connection, query: &str, quadratic: bool, memory: u64) -> Result<()> {
    // A query that is an EXPLAIN itself runs nothing.
    let program = match connection.prepare(&format!("explain {query}")) {
        Ok(mut program) => {
            let (mut rows, mut length) = (program.query([])?, 0u64);
            while rows.next()?.is_some() {
                length += 1;
            }
            length
        }
        Err(_) => 0,
    };
    let most = memory / 2 / program.max(64);
    let most = if quadratic { most.min(QUADRATIC_LENGTH) } else { most };
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, i32::try_from(most).unwrap_or(i32::MAX))?;
    Ok(())
}
