//! The types of Kubernetes' API as JSON Schema, from `schema/kubernetes.json`, which `schema/update.py` makes from the
//! specification that Kubernetes publishes.

use std::collections::BTreeMap;

use cspm_core::{Error, ErrorKind, Result};
use serde::Deserialize;
use serde_json::{Map, Value, json};

const TEXT: &str = include_str!("../schema/kubernetes.json");
const REFERENCE: &str = "#/$defs/";
/// What detectors found in values that are withheld: in the object of a pod, and of what is a template for one.
const WITH_SECRETS: [&str; 3] = ["core.v1.Pod", "core.v1.PodTemplateSpec", "core.v1.ConfigMap"];
/// The field that they put it in.
pub(crate) const DETECTED_SECRETS: &str = "detectedSecrets";

/// All types, by names such as `core.v1.Pod`.
#[derive(Deserialize)]
pub(crate) struct Types {
    definitions: BTreeMap<String, Value>,
}

impl Types {
    /// # Errors
    /// [`ErrorKind::Model`] where the file is not what it must be.
    pub(crate) fn read() -> Result<Self> {
        let error = |e| Error::new(ErrorKind::Model, "read the schema of Kubernetes").with_source(e);
        let mut types: Self = serde_json::from_str(TEXT).map_err(error)?;
        for name in WITH_SECRETS {
            if let Some(properties) = types.definitions.get_mut(name).and_then(|of| of.get_mut("properties")) {
                properties[DETECTED_SECRETS] = detected_secrets();
            }
        }
        Ok(types)
    }

    /// The names of the fields of what is at a path within a type; none where that is no object.
    pub(crate) fn fields(&self, name: &str, path: &[&str]) -> Vec<&str> {
        let mut of = self.definitions.get(name);
        let followed = |schema: &Value| match schema.get("$ref").and_then(Value::as_str) {
            Some(target) => target.strip_prefix(REFERENCE).and_then(|name| self.definitions.get(name)),
            None => None,
        };
        for step in path {
            let property = of.and_then(|of| of.get("properties")).and_then(|properties| properties.get(*step));
            of = property.and_then(|property| followed(property).or(Some(property)));
        }
        let properties = of.and_then(|of| of.get("properties")).and_then(Value::as_object);
        properties.into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }

    /// The schema of a type, with all that it refers to in `$defs`.
    pub(crate) fn of(&self, name: &str) -> Result<Value> {
        let unknown = || Error::new(ErrorKind::Model, format!("find the type {name} of Kubernetes"));
        let mut schema = self.definitions.get(name).ok_or_else(unknown)?.clone();
        let (mut definitions, mut waiting) = (Map::new(), Vec::new());
        references(&schema, &mut waiting);
        while let Some(name) = waiting.pop() {
            if !definitions.contains_key(name)
                && let Some(definition) = self.definitions.get(name)
            {
                references(definition, &mut waiting);
                definitions.insert(name.to_owned(), definition.clone());
            }
        }
        drop(waiting);
        schema["$defs"] = Value::Object(definitions);
        Ok(schema)
    }
}

fn detected_secrets() -> Value {
    json!({
        "description": "What was found in values that are withheld.",
        "type": "array",
        "items": {
            "type": "object",
            "required": ["path", "secret", "line"],
            "properties": {
                "path": {"type": "string", "description": "Where the value is: spec.containers[0].env[2].value."},
                "secret": {"type": "string", "description": "Which kind of secret it looks like."},
                "line": {"type": "integer", "description": "The line within the value, from 1."},
            },
        },
    })
}

fn references<'a>(schema: &'a Value, found: &mut Vec<&'a str>) {
    match schema {
        Value::Object(members) => {
            if let Some(name) = members.get("$ref").and_then(Value::as_str) {
                found.extend(name.strip_prefix(REFERENCE));
            }
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}
