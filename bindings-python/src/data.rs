//! Data and JSON as Python's values, and back.

use std::fmt::Write;
use std::sync::Arc;

use cspm::{Data, Reason, Unread};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use serde::Serialize;
use serde_json::Value;

use crate::python;

/// How deep values may be nested: what is deeper than any provider's data is a mistake, such as a list in itself.
const MAX_DEPTH: usize = 128;
/// How many values a value may have in it, as a resource of a snapshot: a list that holds another many times, and that another
/// one, is small in Python and has no end here.
const MAX_VALUES: usize = 2_000_000;

/// A value as JSON, in Python's types: what was not read is `None`.
pub(crate) fn json_to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(b) => PyBool::new(py, *b).to_owned().into_any(),
        Value::Number(n) => match (n.as_i64(), n.as_u64()) {
            (Some(n), _) => n.into_pyobject(py)?.into_any(),
            (None, Some(n)) => n.into_pyobject(py)?.into_any(),
            (None, None) => n.as_f64().into_pyobject(py)?,
        },
        Value::String(text) => PyString::new(py, text).into_any(),
        Value::Array(items) => {
            let items = items.iter().map(|item| json_to_python(py, item)).collect::<PyResult<Vec<_>>>()?;
            PyList::new(py, items)?.into_any()
        }
        Value::Object(entries) => {
            let dict = PyDict::new(py);
            for (key, value) in entries {
                dict.set_item(PyString::intern(py, key), json_to_python(py, value)?)?;
            }
            dict.into_any()
        }
    })
}

/// What serializes, in Python's types.
pub(crate) fn serialized<'py>(py: Python<'py>, value: &(impl Serialize + Sync)) -> PyResult<Bound<'py, PyAny>> {
    let value = py.detach(|| serde_json::to_value(value)).map_err(|e| PyValueError::new_err(e.to_string()))?;
    json_to_python(py, &value)
}

/// Data in Python's types, with an `Unread` for each part that was not read; `path` is where the data is.
pub(crate) fn to_python<'py>(py: Python<'py>, data: &Data, path: &mut String) -> PyResult<Bound<'py, PyAny>> {
    Ok(match data {
        Data::Null => py.None().into_bound(py),
        Data::Bool(b) => PyBool::new(py, *b).to_owned().into_any(),
        Data::Int(n) => n.into_pyobject(py)?.into_any(),
        Data::Float(n) => PyFloat::new(py, *n).into_any(),
        Data::Str(text) => PyString::new(py, text).into_any(),
        Data::Unread(unread) => unread_to_python(py, unread, path)?,
        Data::List(items) => {
            let length = path.len();
            let list = PyList::empty(py);
            for (index, item) in items.iter().enumerate() {
                // Writing to a text cannot fail.
                let _ = write!(path, "[{index}]");
                list.append(to_python(py, item, path)?)?;
                path.truncate(length);
            }
            list.into_any()
        }
        Data::Object(object) => {
            let length = path.len();
            let dict = PyDict::new(py);
            for (key, value) in object.iter() {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(key);
                dict.set_item(PyString::intern(py, key), to_python(py, value, path)?)?;
                path.truncate(length);
            }
            dict.into_any()
        }
    })
}

fn unread_to_python<'py>(py: Python<'py>, unread: &Unread, path: &str) -> PyResult<Bound<'py, PyAny>> {
    python::unread(py)?.call1((unread.reason.as_str(), &*unread.call, &*unread.detail, path))
}

/// Python's values as data.
pub(crate) fn from_python(value: &Bound<'_, PyAny>) -> PyResult<Data> {
    from_python_below(value, 0, &mut 0)
}

fn from_python_below(value: &Bound<'_, PyAny>, depth: usize, values: &mut usize) -> PyResult<Data> {
    *values += 1;
    if *values > MAX_VALUES {
        return Err(PyValueError::new_err(format!("more than {MAX_VALUES} values")));
    }
    if depth > MAX_DEPTH {
        return Err(PyValueError::new_err(format!("nested deeper than {MAX_DEPTH}")));
    }
    if value.is_none() {
        return Ok(Data::Null);
    }
    if let Ok(b) = value.cast::<PyBool>() {
        return Ok(Data::Bool(b.is_true()));
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Data::from(&*text.to_cow()?));
    }
    if value.is_instance_of::<PyInt>() {
        // Beyond the range of whole numbers as everywhere else: a number with a fraction.
        return value.extract().map(Data::Int).or_else(|_| value.extract().map(Data::Float));
    }
    if let Ok(n) = value.cast::<PyFloat>() {
        return Ok(Data::Float(n.value()));
    }
    if let Ok(dict) = value.cast::<PyDict>() {
        let entries = dict.iter().map(|(key, value)| {
            let key = key.cast::<PyString>().map_err(|_| PyTypeError::new_err("the key of a dict is not a str"))?;
            Ok((Arc::<str>::from(&*key.to_cow()?), from_python_below(&value, depth + 1, values)?))
        });
        return Ok(Data::object(entries.collect::<PyResult<Vec<_>>>()?));
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let items = value.try_iter()?.map(|item| from_python_below(&item?, depth + 1, values));
        return Ok(Data::list(items.collect::<PyResult<Vec<_>>>()?));
    }
    let py = value.py();
    if value.is_instance(python::unread(py)?)? {
        return Ok(Data::from(unread_from_python(value)?));
    }
    // Times are RFC 3339 in all data.
    if let Ok(text) = value.call_method0("isoformat") {
        return Ok(Data::from(text.extract::<String>()?));
    }
    Err(PyTypeError::new_err(format!("{} is nothing that data can hold", value.get_type().name()?)))
}

/// What has the attributes `reason`, `call` and `detail`.
pub(crate) fn unread_from_python(value: &Bound<'_, PyAny>) -> PyResult<Unread> {
    let text = |name: &str| value.getattr(name)?.extract::<String>();
    Ok(Unread::new(reason(&text("reason")?)?, text("call")?).with_detail(text("detail")?))
}

/// The reason of this name.
pub(crate) fn reason(name: &str) -> PyResult<Reason> {
    serde_json::from_value(Value::from(name))
        .map_err(|_| PyValueError::new_err(format!("{name:?} is no reason: see cspm.types.Reason")))
}

/// Python's values as JSON.
pub(crate) fn json_from_python(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    Ok(from_python(value)?.to_json())
}

/// A field that was not read, as a row.
pub(crate) fn unread_row(field: &str, unread: &Unread) -> Value {
    let mut row = serde_json::json!({"field": field, "call": unread.call, "reason": unread.reason});
    if !unread.detail.is_empty() {
        row["detail"] = (*unread.detail).into();
    }
    row
}

/// A time in UTC.
pub(crate) fn time<'py>(py: Python<'py>, microseconds: i64) -> PyResult<Bound<'py, PyAny>> {
    let datetime = py.import("datetime")?;
    let zone = datetime.getattr("timezone")?.getattr("utc")?;
    let epoch = datetime.getattr("datetime")?.call1((1970, 1, 1, 0, 0, 0, 0, zone))?;
    epoch.add(datetime.getattr("timedelta")?.call1((0, 0, microseconds))?)
}

/// What serializes, as JSON.
pub(crate) fn json(py: Python<'_>, value: &(impl Serialize + Sync)) -> PyResult<String> {
    py.detach(|| serde_json::to_string(value)).map_err(|e| PyValueError::new_err(e.to_string()))
}
