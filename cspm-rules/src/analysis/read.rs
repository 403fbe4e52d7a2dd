//! Reading data that may be unread or of another type than expected.

use cspm_core::Data;

use super::{Answer, Fault};
use crate::meter;

/// The items of a list: null has none, and a single value is a list of itself.
pub(crate) fn items(data: Option<&Data>) -> Answer<&[Data]> {
    match data {
        None | Some(Data::Null) => Ok(&[]),
        Some(Data::Unread(unread)) => Err(unread.into()),
        Some(Data::List(items)) if meter::step(items.len() as u64) => Ok(items),
        Some(_) if meter::is_spent() => Err(Fault::Invalid(meter::message())),
        Some(single) => Ok(std::slice::from_ref(single)),
    }
}

/// The text; `what` names it in the error.
pub(crate) fn text<'a>(data: &'a Data, what: &str) -> Answer<&'a str> {
    match data {
        Data::Str(text) => Ok(text),
        other => Err(unexpected(other, what, "string")),
    }
}

/// The whole number, or `None` where it is absent.
pub(crate) fn int(data: Option<&Data>, what: &str) -> Answer<Option<i64>> {
    match data {
        None | Some(Data::Null) => Ok(None),
        Some(Data::Int(n)) => Ok(Some(*n)),
        Some(other) => Err(unexpected(other, what, "int")),
    }
}

/// The value of a field that every resource of its kind has.
pub(crate) fn required<'a>(data: Option<&'a Data>, what: &str) -> Answer<&'a Data> {
    match data {
        None | Some(Data::Null) => Err(Fault::not_given(what)),
        Some(Data::Unread(unread)) => Err(unread.into()),
        Some(data) => Ok(data),
    }
}

/// The fault of a value that is unread, or not of the type it should be.
pub(crate) fn unexpected(data: &Data, what: &str, wanted: &str) -> Fault {
    match data {
        Data::Unread(unread) => unread.into(),
        other => Fault::Invalid(format!("{what} is of type {}, not {wanted}", other.type_name())),
    }
}
