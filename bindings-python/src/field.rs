//! A field of a resource by its path, and what it means where it is not there.

use std::sync::Arc;

use cspm::{Data, Kind, Reason, Resource, Unread};
use serde_json::Value;

/// What is at a path.
pub(crate) enum Field {
    /// A value.
    Known(Data),
    /// Nothing that was read: the part that was not, and why.
    Unread(String, Arc<Unread>),
    /// Nothing: it is known to be absent, or no such field exists.
    Absent,
}

/// Looks at `path` (dots between names) in the data, and then in the fields that every resource has.
///
/// Where a kind has a model, a field of it that is not there was not given, and so is unread; in a provider's own object
/// ([`Kind::is_native`]) it is absent.
pub(crate) fn find(resource: &Resource, model: Option<&Kind>, path: &str) -> Field {
    // Of a list that could not be made nothing is known, its name neither.
    if let Data::Unread(unread) = &resource.data {
        return Field::Unread(path.to_owned(), unread.clone());
    }
    let mut here = &resource.data;
    for (depth, name) in path.split('.').enumerate() {
        let Data::Object(object) = here else { return Field::Absent };
        match object.get(name) {
            Some(Data::Unread(unread)) => {
                let read: Vec<&str> = path.split('.').take(depth + 1).collect();
                return Field::Unread(read.join("."), unread.clone());
            }
            Some(value) => here = value,
            None => return missing(resource, model, path),
        }
    }
    Field::Known(here.clone())
}

fn missing(resource: &Resource, model: Option<&Kind>, path: &str) -> Field {
    if let Some(text) = resource.envelope(path) {
        return Field::Known(Data::Str(text.clone()));
    }
    if path == "tags" {
        let tags = resource.tags.iter().map(|(key, value)| (key.clone(), Data::Str(value.clone())));
        return Field::Known(Data::object(tags));
    }
    match model {
        Some(model) if !model.is_native() && has(model.schema(), path) => {
            let unread = Unread::new(Reason::NotGiven, model.source(path).call());
            Field::Unread(path.to_owned(), Arc::new(unread))
        }
        _ => Field::Absent,
    }
}

/// A JSON pointer as a path with dots.
pub(crate) fn dotted(pointer: &str) -> String {
    let steps = pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
    steps.collect::<Vec<_>>().join(".")
}

/// Whether a schema has a property at the path.
pub(crate) fn has(schema: &Value, path: &str) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let of_properties = schema.get("properties").and_then(|properties| properties.get(name));
    let here = of_properties.is_some_and(|property| rest.is_none_or(|rest| has(property, rest)));
    let variants = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    here || variants.into_iter().any(|variant| has(variant, path))
}
