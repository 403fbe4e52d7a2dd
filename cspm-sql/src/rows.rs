//! The answer.

use std::sync::Arc;

use cspm_core::Data;
use serde_json::{Map, Value};

use crate::missing::Missing;

/// The rows that a query gave, and what was not read of that which it looked at.
#[derive(Clone, Debug)]
pub struct Rows {
    pub(crate) columns: Vec<Arc<str>>,
    pub(crate) cells: Vec<Data>,
    pub(crate) unread: Vec<Missing>,
}

impl Rows {
    /// The names of the columns; of two with the same name the second ends in `_2`.
    #[must_use]
    pub fn columns(&self) -> &[Arc<str>] {
        &self.columns
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cells.len() / self.columns.len().max(1)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        let columns = &self.columns;
        self.cells.chunks(columns.len().max(1)).map(move |cells| Row { columns, cells })
    }

    /// What was not read of the tables and columns that the query looked at. Where it is empty the answer is complete.
    #[must_use]
    pub fn unread(&self) -> &[Missing] {
        &self.unread
    }

    /// The rows as a list of objects.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let object =
            |row: Row<'_>| row.iter().map(|(name, value)| (name.to_owned(), value.to_json())).collect::<Map<_, _>>();
        self.iter().map(object).map(Value::Object).collect()
    }
}

/// A row of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    columns: &'a [Arc<str>],
    cells: &'a [Data],
}

impl<'a> Row<'a> {
    /// The value of the column with this name, if there is one.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&'a Data> {
        self.columns.iter().position(|name| **name == *column).map(|at| &self.cells[at])
    }

    /// The values in the order of the columns.
    #[must_use]
    pub fn values(&self) -> &'a [Data] {
        self.cells
    }

    /// The names and values in the order of the columns.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&'a str, &'a Data)> + use<'a> {
        self.columns.iter().map(|name| &**name).zip(self.cells)
    }
}
