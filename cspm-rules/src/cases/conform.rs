//! Whether the data of a case is what its kind's schema says: a case that cannot happen proves nothing.

use cspm_core::{Data, Kind};
use jiff::Timestamp;
use serde_json::Value;

use crate::cel::{Object, Type};
use crate::suggest::did_you_mean;

/// Checks data against the schema of its kind; the error says where they differ.
pub(super) fn conform(data: &Data, kind: &Kind) -> Result<(), String> {
    object(data, Object::of_kind(kind), kind.name())
}

fn object(data: &Data, of: Object<'_>, path: &str) -> Result<(), String> {
    let Some(object) = data.as_object() else {
        return Err(format!("{path} is {}, and must be an object", data.type_name()));
    };
    for (key, value) in object.iter() {
        let path = format!("{path}.{key}");
        match of.field(key) {
            Some((schema, _)) => {
                if value.is_null() && !of.native && !nullable(schema, of.root) {
                    return Err(format!("{path} is never null"));
                }
                conforms(value, &Type::of(schema, of.root, of.native), &path)?;
            }
            None if of.is_open() => {}
            None => {
                let help = did_you_mean(key, of.fields().map(|(name, _)| name.as_str())).unwrap_or_default();
                return Err(format!("there is no field {path} {help}"));
            }
        }
    }
    Ok(())
}

fn conforms(data: &Data, of: &Type<'_>, path: &str) -> Result<(), String> {
    let fits = match (of, data) {
        (_, Data::Null | Data::Unread(_)) | (Type::Dyn | Type::Null, _) => true,
        (Type::Bool, Data::Bool(_)) | (Type::Int, Data::Int(_)) | (Type::Double, Data::Int(_) | Data::Float(_)) => true,
        (Type::Text(Some(values)), Data::Str(text)) => {
            if !values.contains(&&**text) {
                return Err(format!("{path} is never {text:?}: one of {}", values.join(", ")));
            }
            true
        }
        (Type::Text(None), Data::Str(_)) => true,
        (Type::Time, Data::Str(text)) => text.parse::<Timestamp>().is_ok(),
        (Type::List(of), Data::List(items)) => {
            return items.iter().try_for_each(|item| conforms(item, of, &format!("{path}[]")));
        }
        (Type::Map(of), Data::Object(object)) => {
            return object.iter().try_for_each(|(key, value)| conforms(value, of, &format!("{path}.{key}")));
        }
        (Type::Object(of), data) => return object(data, *of, path),
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("{path} is {}, and must be {of}", data.type_name())) }
}

/// Whether a field may be `null`.
pub(super) fn nullable(schema: &Value, root: &Value) -> bool {
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|path| root.pointer(path.strip_prefix('#')?));
    if let Some(target) = target {
        return nullable(target, root);
    }
    let one_is = |list: &Value| list.as_array().is_some_and(|list| list.iter().any(|one| nullable(one, root)));
    match schema.get("type") {
        Some(Value::String(name)) => name == "null",
        Some(Value::Array(names)) => names.iter().any(|name| name == "null"),
        _ => match schema.get("anyOf").or_else(|| schema.get("oneOf")) {
            Some(variants) => one_is(variants),
            None => schema.get("const").or_else(|| schema.get("enum")).is_none(),
        },
    }
}
