//! SQL over an inventory: one table per kind, read-only, with limits.
//!
//! A query runs in a SQLite of its own, in memory; nothing is written anywhere and nothing of the process is changed. Only
//! the tables and columns that the query reads are filled. What was not read is `NULL`, and the result says so: see
//! [`Rows::unread`].
//!
//! ```
//! use cspm_core::{Data, Inventory, Resource};
//! use cspm_sql::InventorySql;
//!
//! let mut builder = Inventory::builder([]);
//! builder.listed("acme_server".into());
//! builder.add(Resource {
//!     uid: "s-1".into(), kind: "acme_server".into(), provider: "acme".into(), account: "1".into(),
//!     region: "global".into(), name: "mail".into(), tags: Default::default(),
//!     collected_at: "2026-01-31T12:00:00Z".parse().unwrap(), origin: None,
//!     data: Data::object([("encrypted", Data::from(false))]),
//! });
//! let rows = builder.build().sql("select name, encrypted from acme_server where not encrypted")?;
//! assert_eq!(rows.len(), 1);
//! for row in rows.iter() {
//!     assert_eq!(row.get("name").and_then(Data::as_str), Some("mail"));
//!     assert_eq!(row.get("encrypted"), Some(&Data::Bool(false)));
//! }
//! assert!(rows.unread().is_empty());
//! # Ok::<(), cspm_core::Error>(())
//! ```

mod cell;
mod column;
mod database;
mod fault;
mod fill;
mod functions;
mod guard;
mod missing;
mod read;
mod rows;
mod schema;
mod sql;
mod suggest;
mod table;
mod watch;

use cspm_core::{Inventory, Result};

pub use column::Column;
pub use missing::{Missing, What};
pub use rows::{Row, Rows};
pub use sql::Sql;
pub use table::Table;

/// Queries an inventory with the default limits; [`Sql`] has others.
pub trait InventorySql {
    /// The answer to one `select` statement.
    ///
    /// # Errors
    /// As [`Sql::run`].
    fn sql(&self, query: &str) -> Result<Rows>;
}

impl InventorySql for Inventory {
    fn sql(&self, query: &str) -> Result<Rows> {
        Sql::new(self).run(query)
    }
}
