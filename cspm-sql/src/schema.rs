//! The type of a column, from a JSON Schema or from what there is.

use cspm_core::Data;
use serde_json::Value;

/// What a column holds, as it is declared to SQLite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Boolean,
    Integer,
    Real,
    Text,
    /// Lists and objects, as text.
    Json,
    /// Scalars of several types: each is kept as it is.
    Any,
}

impl Type {
    pub(crate) fn declared(self) -> &'static str {
        match self {
            Self::Boolean => "BOOLEAN",
            Self::Integer => "INTEGER",
            Self::Real => "REAL",
            Self::Text => "TEXT",
            Self::Json => "JSON",
            Self::Any => "",
        }
    }

    /// The type that holds the values of both.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            _ if self == other => self,
            (Self::Json, _) | (_, Self::Json) => Self::Json,
            (Self::Integer, Self::Real) | (Self::Real, Self::Integer) => Self::Real,
            _ => Self::Any,
        }
    }
}

/// The type that a schema says; `None` for one that allows nothing but null.
pub(crate) fn of_schema(schema: &Value) -> Option<Type> {
    let named = match schema.get("type") {
        Some(Value::String(name)) => Some(vec![name.as_str()]),
        Some(Value::Array(names)) => Some(names.iter().filter_map(Value::as_str).collect()),
        _ => None,
    };
    if let Some(names) = named {
        return names.into_iter().filter_map(named_type).reduce(Type::or);
    }
    let variants = ["anyOf", "oneOf", "allOf"].iter().find_map(|key| schema.get(key)?.as_array());
    match variants {
        Some(variants) => variants.iter().filter_map(of_schema).reduce(Type::or),
        None => match schema.get("const").or_else(|| schema.get("enum")?.get(0)) {
            Some(value) => of_data(&Data::from(value.clone())),
            None => Some(Type::Json),
        },
    }
}

fn named_type(name: &str) -> Option<Type> {
    match name {
        "boolean" => Some(Type::Boolean),
        "integer" => Some(Type::Integer),
        "number" => Some(Type::Real),
        "string" => Some(Type::Text),
        "null" => None,
        _ => Some(Type::Json),
    }
}

/// The type of a value; `None` where it says none.
pub(crate) fn of_data(data: &Data) -> Option<Type> {
    match data {
        Data::Null | Data::Unread(_) => None,
        Data::Bool(_) => Some(Type::Boolean),
        Data::Int(_) => Some(Type::Integer),
        Data::Float(_) => Some(Type::Real),
        Data::Str(_) => Some(Type::Text),
        Data::List(_) | Data::Object(_) => Some(Type::Json),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn schemas_have_types() {
        for (schema, expected) in [
            (json!({"type": "boolean"}), Type::Boolean),
            (json!({"type": ["integer", "null"], "format": "int64"}), Type::Integer),
            (json!({"type": ["string", "integer"]}), Type::Any),
            (json!({"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}]}), Type::Text),
            (json!({"oneOf": [{"const": "a"}, {"const": "b"}]}), Type::Text),
            (json!({"anyOf": [{"type": "string"}, {"type": "array"}]}), Type::Json),
            (json!({"enum": ["a", "b"]}), Type::Text),
            (json!(true), Type::Json),
            (json!({"$ref": "#/$defs/x"}), Type::Json),
        ] {
            assert_eq!(of_schema(&schema), Some(expected), "{schema}");
        }
        assert_eq!(of_schema(&json!({"type": "null"})), None);
    }
}
