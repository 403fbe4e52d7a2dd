//! A query with its limits.

use std::time::Duration;

use cspm_core::{Error, ErrorKind, Inventory, Result};
use rusqlite::Connection;

use crate::column::Column;
use crate::fault::{self, Fault};
use crate::guard::Guard;
use crate::missing::Missing;
use crate::rows::Rows;
use crate::table::{Table, Tables};
use crate::watch::{Stop, Watch};
use crate::{database, fill, missing, read};

/// SQL over an inventory, with limits.
///
/// ```
/// use std::time::Duration;
/// use cspm_core::{ErrorKind, Inventory};
/// use cspm_sql::Sql;
///
/// let inventory = Inventory::default();
/// let sql = Sql::new(&inventory).time_limit(Duration::from_millis(100)).max_rows(10);
/// let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
/// assert_eq!(sql.run(endless).unwrap_err().kind(), ErrorKind::Limit);
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Sql<'a> {
    inventory: &'a Inventory,
    time_limit: Duration,
    max_rows: usize,
    max_memory: u64,
}

impl<'a> Sql<'a> {
    /// Queries this inventory: within 10 seconds, for at most 100,000 rows, in at most 512 MiB.
    pub fn new(inventory: &'a Inventory) -> Self {
        Self { inventory, time_limit: Duration::from_secs(10), max_rows: 100_000, max_memory: 512 << 20 }
    }

    /// How long a query may take, with the filling of the tables that it reads.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// How many rows an answer may have. More are an error, never left out.
    pub fn max_rows(mut self, rows: usize) -> Self {
        self.max_rows = rows;
        self
    }

    /// How many bytes a query may take: each for the tables that it reads and, as a half, for the answer and for the values that
    /// it works with. On Linux the process as a whole may not grow by more while the query runs, so that one beside it that
    /// grows may stop it. Elsewhere each sort, and each table in between, may take 1 GiB.
    pub fn max_memory(mut self, bytes: u64) -> Self {
        self.max_memory = bytes;
        self
    }

    /// The tables, by name: one for each kind that is known or of which there is something.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        Tables::of(self.inventory).into_all()
    }

    /// Runs one `select` statement.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where it is not one that reads the inventory, [`ErrorKind::Limit`] where it was stopped by a
    /// limit.
    pub fn run(&self, query: &str) -> Result<Rows> {
        let tables = Tables::of(self.inventory);
        let (guard, watch) = (Guard::default(), Watch::new(self.time_limit, self.max_memory));
        let fault = Fault { query, tables: &tables, guard: &guard, watch: &watch };
        let connection = database::open(&tables, &guard, &watch, self.max_memory).map_err(|e| fault.of(e))?;
        check(&connection, query, &fault)?;
        let unread = self.fill(&connection, &fault)?;
        let bounds = (self.max_rows, self.max_memory / 2);
        let quadratic = guard.notes().quadratic;
        let taken = database::bound_values(&connection, query, quadratic, self.max_memory)
            .and_then(|()| read::read(&connection, query, bounds));
        match taken.map_err(|e| fault.of(e))? {
            Ok((columns, cells)) => Ok(Rows { columns, cells, unread }),
            Err(what) => Err(fault::too_many(&what)),
        }
    }

    /// Fills what the query reads, and says what of it was not read.
    fn fill(&self, connection: &Connection, fault: &Fault<'_>) -> Result<Vec<Missing>> {
        let reads = std::mem::take(&mut fault.guard.notes().read);
        let (mut all, mut watch) = (Vec::new(), fault.watch.clone());
        for (name, columns) in reads {
            let Some(table) = fault.tables.get(&name) else { continue };
            let columns: Vec<&Column> =
                columns.iter().filter_map(|name| table.column(name)).map(|at| &table.columns[at]).collect();
            let filled = fill::fill((connection, fault.guard), self.inventory, (table, &columns), &mut watch);
            let counts = filled.map_err(|e| fault.of(e))?;
            let counts = counts.ok_or_else(|| fault::stopped(watch.stopped().unwrap_or(Stop::Time)))?;
            all.extend(missing::of(self.inventory, table, counts));
        }
        fault.guard.trusting(|| connection.pragma_update(None, "query_only", true)).map_err(|e| fault.of(e))?;
        Ok(all)
    }
}

/// Whether it is one statement that gives rows, and nothing is left open in it.
fn check(connection: &Connection, query: &str, fault: &Fault<'_>) -> Result<()> {
    let not = |what: &str| Error::new(ErrorKind::Config, format!("run {what}"));
    if query.contains('\0') {
        return Err(not("a query that contains a NUL character").with_help("a query is text"));
    }
    let statement = connection.prepare(query).map_err(|e| fault.of(e))?;
    if statement.column_count() == 0 {
        return Err(not("a statement that gives no rows").with_help("a query is one select statement"));
    }
    if statement.parameter_count() > 0 {
        return Err(not("a query with parameters").with_help("write the values into the query"));
    }
    Ok(())
}
