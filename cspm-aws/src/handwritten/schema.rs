//! A check of what somebody wrote against the schema of the kind, as far as models go: types, names and times.

use cspm_core::Result;
use jiff::Timestamp;
use serde_json::Value;

use super::wrong;

/// Whether `value` is what `schema` asks for. What an object leaves out is not missed: it is unread.
pub(super) fn check(value: &Value, schema: &Value, place: &str) -> Result<()> {
    if let Some(variants) = schema.get("anyOf").and_then(Value::as_array) {
        let mut failures = variants.iter().map(|variant| check(value, variant, place)).filter_map(Result::err);
        // The first variant is the one that says something; the other is null.
        return match (failures.next(), failures.count() + 1 == variants.len()) {
            (Some(first), true) => Err(first),
            _ => Ok(()),
        };
    }
    let types = match schema.get("type") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => return Ok(()),
    };
    if !types.iter().any(|name| is(value, name)) {
        return Err(wrong(place, &format!("it is {}, not {}", type_of(value), types.join(" or ")), ""));
    }
    match value {
        Value::String(text) if schema.get("format").and_then(Value::as_str) == Some("date-time") => {
            let time = text.parse::<Timestamp>();
            time.map(drop).map_err(|_| wrong(place, "it is not a time such as 2026-01-31T12:00:00Z", ""))
        }
        Value::Array(items) => match schema.get("items") {
            Some(of) => {
                items.iter().enumerate().try_for_each(|(index, item)| check(item, of, &format!("{place}[{index}]")))
            }
            None => Ok(()),
        },
        Value::Object(fields) => {
            fields.iter().try_for_each(|(name, value)| member(name, value, schema, &format!("{place}.{name}")))
        }
        _ => Ok(()),
    }
}

fn member(name: &str, value: &Value, schema: &Value, place: &str) -> Result<()> {
    let properties = schema.get("properties").and_then(Value::as_object);
    match (properties.and_then(|known| known.get(name)), schema.get("additionalProperties")) {
        (Some(of), _) | (None, Some(of)) => check(value, of, place),
        (None, None) => {
            let known: Vec<&str> = properties.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
            Err(wrong(place, "there is no such key here", &format!("known keys: {}", known.join(", "))))
        }
    }
}

fn is(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
