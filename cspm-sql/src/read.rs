//! Takes the rows out of SQLite.

use std::fmt::Write;
use std::sync::Arc;

use cspm_core::Data;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};

use crate::table::Names;

/// What a value costs beside its text.
const CELL: u64 = 24;
/// How much larger JSON is than its text, at worst, when it is taken apart.
const JSON: u64 = 16;

/// Columns and cells.
pub(crate) type Taken = (Vec<Arc<str>>, Vec<Data>);

/// How a column comes back.
#[derive(Clone, Copy)]
enum Shape {
    Boolean,
    Json,
    Plain,
}

/// A limit on the answer that it does not keep to.
#[derive(Debug)]
pub(crate) enum TooMany {
    Rows,
    Bytes,
}

/// Runs the query and takes its rows.
pub(crate) fn read(
    connection: &Connection,
    query: &str,
    (max_rows, mut bytes_left): (usize, u64),
) -> Result<std::result::Result<Taken, TooMany>> {
    let mut statement = connection.prepare(query)?;
    let shapes: Vec<Shape> = statement.columns().map(|column| shape(column.decl_type())).collect();
    let mut names = Names::default();
    let columns: Vec<Arc<str>> = statement.column_names().map(|name| names.unique(name).into()).collect();
    let (mut rows, mut cells, mut count) = (statement.raw_query(), Vec::new(), 0);
    while let Some(row) = rows.next()? {
        if count == max_rows {
            return Ok(Err(TooMany::Rows));
        }
        count += 1;
        for (at, shape) in shapes.iter().enumerate() {
            let value = row.get_ref(at)?;
            match bytes_left.checked_sub(cost(value, *shape)) {
                Some(left) => bytes_left = left,
                None => return Ok(Err(TooMany::Bytes)),
            }
            cells.push(data(value, *shape));
        }
    }
    Ok(Ok((columns, cells)))
}

fn shape(declared: Option<&str>) -> Shape {
    match declared {
        Some("BOOLEAN") => Shape::Boolean,
        Some("JSON") => Shape::Json,
        _ => Shape::Plain,
    }
}

fn cost(value: ValueRef<'_>, shape: Shape) -> u64 {
    let length = match (value, shape) {
        (ValueRef::Text(text), Shape::Json) => text.len() as u64 * JSON,
        (ValueRef::Text(text), _) => text.len() as u64 + 16,
        (ValueRef::Blob(bytes), _) => bytes.len() as u64 * 2 + 16,
        _ => 0,
    };
    length + CELL
}

fn data(value: ValueRef<'_>, shape: Shape) -> Data {
    match (value, shape) {
        (ValueRef::Null, _) => Data::Null,
        (ValueRef::Integer(n @ (0 | 1)), Shape::Boolean) => Data::Bool(n == 1),
        (ValueRef::Integer(n), _) => Data::Int(n),
        (ValueRef::Real(n), _) => Data::Float(n),
        (ValueRef::Text(text), Shape::Json) => {
            serde_json::from_slice(text).unwrap_or_else(|_| Data::from(&*String::from_utf8_lossy(text)))
        }
        (ValueRef::Text(text), _) => Data::from(&*String::from_utf8_lossy(text)),
        // Data has no bytes: they are written as SQL's `hex` does.
        (ValueRef::Blob(bytes), _) => Data::from(bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02X}");
            text
        })),
    }
}
