//! Reading fields of objects: one that is null is absent, and so is an empty text, which the API server does not tell from
//! none.

use cspm_core::Data;

use crate::analysis::Answer;
use crate::analysis::kleene::any;
use crate::analysis::read::{required, text, unexpected};

/// The field of an object; `what` names the object in errors. An object that is null is empty, as it is to the API
/// server.
pub(super) fn field<'a>(object: &'a Data, key: &str, what: &str) -> Answer<Option<&'a Data>> {
    match object {
        Data::Null => Ok(None),
        Data::Object(object) => match object.get(key) {
            None | Some(Data::Null) => Ok(None),
            Some(Data::Unread(unread)) => Err(unread.into()),
            Some(Data::Str(text)) if text.is_empty() => Ok(None),
            Some(value) => Ok(Some(value)),
        },
        other => Err(unexpected(other, what, "map")),
    }
}

/// The field of a field of an object.
pub(super) fn below<'a>(object: &'a Data, outer: &str, inner: &str) -> Answer<Option<&'a Data>> {
    match field(object, outer, "an object")? {
        Some(object) => field(object, inner, outer),
        None => Ok(None),
    }
}

/// The items of a list; none where it is absent. One that broke off midway ends in [`Data::Unread`].
pub(super) fn list<'a>(object: &'a Data, key: &str, what: &str) -> Answer<&'a [Data]> {
    match field(object, key, what)? {
        None => Ok(&[]),
        Some(Data::List(items)) => Ok(items),
        Some(other) => Err(unexpected(other, key, "list")),
    }
}

/// The text of a field that the API requires.
pub(super) fn name<'a>(object: &'a Data, key: &str, what: &str) -> Answer<&'a str> {
    match object.get(key) {
        Some(Data::Str(text)) => Ok(text),
        _ => text(required(field(object, key, what)?, key)?, key),
    }
}

/// Whether there are no items: not known where all that is there was not read.
pub(super) fn is_empty(items: &[Data]) -> Answer<bool> {
    match items.iter().all(|item| item.unread().is_some()) {
        true => items.first().map_or(Ok(true), |unread| Err(unexpected(unread, "an item", "map"))),
        false => Ok(false),
    }
}

/// Whether one of the texts passes.
pub(super) fn any_text(items: &[Data], what: &str, test: impl Fn(&str) -> bool) -> Answer<bool> {
    any(items.iter().map(|item| Ok(test(text(item, what)?))))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::analysis::Fault;
    use crate::analysis::testing::{data, unread};

    #[test]
    fn absent_null_unread_and_wrong_are_told_apart() {
        let object = data(json!({"a": null, "b": "unread!", "c": ["x"], "d": {"e": "unread!", "f": 1}}));
        assert_eq!(field(&object, "a", "it"), Ok(None));
        assert_eq!(field(&data(json!({"a": ""})), "a", "it"), Ok(None));
        assert_eq!(field(&object, "z", "it"), Ok(None));
        assert_eq!(field(&Data::Null, "a", "it"), Ok(None));
        assert_eq!(field(&object, "b", "it"), unread());
        assert_eq!(below(&object, "d", "e"), unread());
        assert_eq!(below(&object, "d", "f"), Ok(Some(&Data::Int(1))));
        assert_eq!(below(&object, "z", "f"), Ok(None));
        assert_eq!(list(&object, "a", "it"), Ok(&[][..]));
        assert_eq!(list(&object, "d", "it"), Err(Fault::Invalid("d is of type map, not list".to_owned())));
        assert_eq!(field(&Data::Int(1), "a", "it"), Err(Fault::Invalid("it is of type int, not map".to_owned())));
        assert_eq!(name(&object, "z", "it"), Err(Fault::not_given("z")));
    }

    #[test]
    fn a_list_with_a_known_item_is_not_empty() {
        let list = |value| match data(value) {
            Data::List(items) => is_empty(&items),
            _ => panic!("no list"),
        };
        assert_eq!(list(json!([])), Ok(true));
        assert_eq!(list(json!(["unread!"])), unread());
        assert_eq!(list(json!(["unread!", "x"])), Ok(false));
    }
}
