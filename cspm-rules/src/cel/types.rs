//! The types of expressions, from the schemas of kinds.

use std::fmt;
use std::rc::Rc;

use cspm_core::Kind;
use serde_json::{Map, Value};

/// The fields that every resource has beside its data.
pub(crate) const ENVELOPE: [&str; 7] = ["uid", "kind", "provider", "account", "region", "name", "tags"];
/// References in schemas are followed this far: beyond that a type is not known.
const MAX_REFERENCES: usize = 16;

/// The type of a part of an expression. That a value may be `null` or unread is true of every type.
#[derive(Clone, Debug)]
pub(crate) enum Type<'k> {
    /// Not known before it is read.
    Dyn,
    Null,
    Bool,
    Int,
    Double,
    /// With the values it can have, where these are known.
    Text(Option<Rc<[&'k str]>>),
    Time,
    Span,
    List(Rc<Type<'k>>),
    /// With free keys.
    Map(Rc<Type<'k>>),
    /// With named fields.
    Object(Object<'k>),
    Resource(&'k Kind),
}

/// An object's schema, and the whole schema that it is a part of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Object<'k> {
    pub(crate) schema: &'k Value,
    pub(crate) root: &'k Value,
    /// Whether a field that is not there is absent, and not unread.
    pub(crate) native: bool,
}

impl<'k> Type<'k> {
    /// A text that can be anything.
    pub(crate) const TEXT: Self = Self::Text(None);

    pub(crate) fn list(of: Self) -> Self {
        Self::List(Rc::new(of))
    }

    /// The type that `schema`, a part of `root`, describes.
    pub(crate) fn of(schema: &'k Value, root: &'k Value, native: bool) -> Self {
        Self::of_schema(Object { schema, root, native }, 0)
    }

    fn of_schema(at: Object<'k>, depth: usize) -> Self {
        let Some(schema) = at.schema.as_object() else { return Self::Dyn };
        if depth > MAX_REFERENCES {
            return Self::Dyn;
        }
        let below = |schema: &'k Value| Self::of_schema(Object { schema, ..at }, depth + 1);
        if let Some(target) = reference(schema, at.root) {
            return below(target);
        }
        for combined in ["anyOf", "oneOf", "allOf"] {
            if let Some(variants) = schema.get(combined).and_then(Value::as_array) {
                return Self::union(variants.iter().map(below));
            }
        }
        if let Some(text) = schema.get("const").and_then(Value::as_str) {
            return Self::Text(Some([text].into()));
        }
        let one = |name: &str| match name {
            "null" => Self::Null,
            "boolean" => Self::Bool,
            "integer" => Self::Int,
            "number" => Self::Double,
            "string" => match (schema.get("format").and_then(Value::as_str), schema.get("enum")) {
                (Some("date-time"), _) => Self::Time,
                (_, Some(values)) => {
                    Self::Text(values.as_array().map(|v| v.iter().filter_map(Value::as_str).collect()))
                }
                _ => Self::TEXT,
            },
            "array" => Self::list(schema.get("items").map_or(Self::Dyn, below)),
            "object" if schema.contains_key("properties") => Self::Object(at),
            "object" => match schema.get("additionalProperties") {
                Some(values) => Self::Map(Rc::new(below(values))),
                None => Self::Map(Rc::new(Self::Dyn)),
            },
            _ => Self::Dyn,
        };
        match schema.get("type") {
            Some(Value::String(name)) => one(name),
            Some(Value::Array(names)) => Self::union(names.iter().filter_map(Value::as_str).map(one)),
            _ if schema.contains_key("properties") => one("object"),
            _ => Self::Dyn,
        }
    }

    /// What a value is that is of one of `types`.
    pub(crate) fn union(types: impl IntoIterator<Item = Self>) -> Self {
        types.into_iter().fold(Self::Null, |all, one| match (all, one) {
            (Self::Null, one) => one,
            (all, Self::Null) => all,
            (Self::Text(Some(a)), Self::Text(Some(b))) => Self::Text(Some(a.iter().chain(b.iter()).copied().collect())),
            (Self::Text(_), Self::Text(_)) => Self::TEXT,
            (Self::List(a), Self::List(b)) => Self::list(Self::union([(*a).clone(), (*b).clone()])),
            (Self::Map(a), Self::Map(b)) => Self::Map(Rc::new(Self::union([(*a).clone(), (*b).clone()]))),
            (Self::Object(a), Self::Object(b)) if std::ptr::eq(a.schema, b.schema) => Self::Object(a),
            (Self::Resource(a), Self::Resource(b)) if a.name() == b.name() => Self::Resource(a),
            (a, b) if std::mem::discriminant(&a) == std::mem::discriminant(&b) && a.is_scalar() => a,
            _ => Self::Dyn,
        })
    }

    fn is_scalar(&self) -> bool {
        matches!(self, Self::Bool | Self::Int | Self::Double | Self::Time | Self::Span)
    }

    /// Whether a value of this type can equal one of `other`.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Dyn | Self::Null, _) | (_, Self::Dyn | Self::Null) => true,
            (Self::Int | Self::Double, Self::Int | Self::Double) => true,
            (Self::Text(_), Self::Text(_)) => true,
            (Self::List(a), Self::List(b)) | (Self::Map(a), Self::Map(b)) => a.meets(b),
            (Self::Map(_) | Self::Object(_), Self::Map(_) | Self::Object(_)) => true,
            (Self::Resource(_), _) | (_, Self::Resource(_)) => false,
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
        }
    }
}

impl<'k> Object<'k> {
    /// The data of a kind.
    pub(crate) fn of_kind(kind: &'k Kind) -> Self {
        Self { schema: kind.schema(), root: kind.schema(), native: kind.is_native() }
    }

    /// The named fields.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'k String, &'k Value)> + use<'k> {
        self.schema.get("properties").and_then(Value::as_object).into_iter().flatten()
    }

    /// The field of this name: its schema, and its place among the fields in the order of their names.
    pub(crate) fn field(&self, name: &str) -> Option<(&'k Value, u32)> {
        let schema = self.schema.get("properties")?.get(name)?;
        let slot = self.fields().filter(|(other, _)| other.as_str() < name).count();
        Some((schema, u32::try_from(slot).ok()?))
    }

    /// Whether a field is always there.
    pub(crate) fn requires(&self, name: &str) -> bool {
        let required = self.schema.get("required").and_then(Value::as_array);
        required.is_some_and(|required| required.iter().any(|field| field == name))
    }

    /// Whether it can have fields that the schema does not name.
    pub(crate) fn is_open(&self) -> bool {
        match self.schema.get("additionalProperties") {
            Some(more) => more != &Value::Bool(false),
            None => self.schema.get("properties").is_none(),
        }
    }
}

fn reference<'k>(schema: &'k Map<String, Value>, root: &'k Value) -> Option<&'k Value> {
    root.pointer(schema.get("$ref")?.as_str()?.strip_prefix('#')?)
}

impl fmt::Display for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dyn => f.write_str("dyn"),
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Double => f.write_str("double"),
            Self::Text(_) => f.write_str("string"),
            Self::Time => f.write_str("timestamp"),
            Self::Span => f.write_str("duration"),
            Self::List(of) => write!(f, "list({of})"),
            Self::Map(of) => write!(f, "map(string, {of})"),
            Self::Object(_) => f.write_str("object"),
            Self::Resource(kind) => write!(f, "{}", kind.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn name(schema: Value) -> String {
        Type::of(&schema, &schema, false).to_string()
    }

    #[test]
    fn schemas_have_types() {
        assert_eq!(name(json!({"type": "string"})), "string");
        assert_eq!(name(json!({"type": ["string", "null"], "format": "date-time"})), "timestamp");
        assert_eq!(name(json!({"anyOf": [{"type": "integer"}, {"type": "null"}]})), "int");
        assert_eq!(name(json!({"type": "array", "items": {"type": "boolean"}})), "list(bool)");
        assert_eq!(name(json!({"type": "object", "additionalProperties": {"type": "number"}})), "map(string, double)");
        assert_eq!(name(json!({"type": "object", "properties": {"a": {}}})), "object");
        assert_eq!(name(json!({"anyOf": [{"type": "integer"}, {"type": "string"}]})), "dyn");
        assert_eq!(name(json!({"$ref": "#/$defs/x", "$defs": {"x": {"type": "integer"}}})), "int");
        assert_eq!(name(json!({"$ref": "#"})), "dyn");
        assert_eq!(name(json!(true)), "dyn");
    }

    #[test]
    fn the_values_of_enums_are_known() {
        let schema = json!({"oneOf": [{"const": "a", "description": "A."}, {"type": "string", "enum": ["b", "c"]}]});
        let Type::Text(Some(values)) = Type::of(&schema, &schema, false) else { panic!("not an enum") };
        assert_eq!(&*values, ["a", "b", "c"]);
        let open = json!({"anyOf": [{"enum": ["a"], "type": "string"}, {"type": "string"}]});
        assert!(matches!(Type::of(&open, &open, false), Type::Text(None)));
    }

    #[test]
    fn fields_have_the_place_of_their_name() {
        let schema = json!({"properties": {"b": {}, "a": {}, "c": {}}});
        let object = Object { schema: &schema, root: &schema, native: false };
        assert_eq!(object.field("c").map(|f| f.1), Some(2));
        assert!(object.field("d").is_none());
        assert!(!object.is_open());
    }
}
