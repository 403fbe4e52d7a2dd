//! Queries, and their rows.

use cspm::sql::{Missing, What};
use cspm::{Rows, Sql};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use serde_json::{Value, json};

use crate::aws::{given, seconds};
use crate::{data, error, python};

/// The answer to a query of an inventory, as the class `Rows` of the package.
pub(crate) fn rows<'py>(
    py: Python<'py>,
    inventory: &cspm::Inventory,
    query: &str,
    (time_limit, max_rows, max_memory): (Option<f64>, Option<usize>, Option<u64>),
) -> PyResult<Bound<'py, PyAny>> {
    let mut sql = given(Sql::new(inventory), seconds(py, time_limit)?, Sql::time_limit);
    sql = given(sql, max_rows, Sql::max_rows);
    sql = given(sql, max_memory, Sql::max_memory);
    let rows = py.detach(|| sql.run(query)).map_err(|e| error::raised(py, &e))?;
    let columns: Vec<&str> = rows.columns().iter().map(|name| &**name).collect();
    let unread = data::json_to_python(py, &rows.unread().iter().map(missing).collect())?;
    python::rows(py)?.call1((columns, dicts(py, &rows)?, unread))
}

fn dicts<'py>(py: Python<'py>, rows: &Rows) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for row in rows.iter() {
        let dict = PyDict::new(py);
        for (name, value) in row.iter() {
            dict.set_item(name, data::to_python(py, value, &mut String::new())?)?;
        }
        list.append(dict)?;
    }
    Ok(list)
}

fn missing(missing: &Missing) -> Value {
    let Missing { table, what, unread, .. } = missing;
    let mut row = match what {
        What::Values { column, count } => json!({"table": table, "what": "values", "column": column, "count": count}),
        What::List { account, region } => json!({"table": table, "what": "list", "account": account, "region": region}),
        _ => json!({"table": table, "what": "kind"}),
    };
    row["reason"] = unread.reason.as_str().into();
    row["call"] = (*unread.call).into();
    row["detail"] = (*unread.detail).into();
    row
}
