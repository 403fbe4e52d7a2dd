//! Data for tests.

use std::sync::Arc;

use cspm_core::{Data, Reason, Unread};
use serde_json::Value;

use super::Fault;

/// The data of a JSON value in which the text `unread!` stands for what was not read.
pub(crate) fn data(value: Value) -> Data {
    match value {
        Value::String(text) if text == "unread!" => Data::Unread(Arc::new(denied())),
        Value::Array(items) => Data::list(items.into_iter().map(data)),
        Value::Object(entries) => Data::object(entries.into_iter().map(|(k, v)| (k, data(v)))),
        other => Data::from(other),
    }
}

/// The fault of a part that [`data`] left unread.
pub(crate) fn unread<T>() -> Result<T, Fault> {
    Err(Fault::Unread(Arc::new(denied())))
}

fn denied() -> Unread {
    Unread::new(Reason::AccessDenied, "test:Read")
}
