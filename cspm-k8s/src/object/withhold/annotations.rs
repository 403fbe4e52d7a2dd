//! Annotations: tools keep whole objects in them, and people what they like.

use cspm_core::Data;
use cspm_core::secrets::{WITHHELD, is_secret_name, scrub_data, withhold_all};

/// Longer values without a space are packed: by gzip and base64, say.
const PACKED: usize = 256;

/// Withholds annotations that are copies of objects, that are packed, or whose name is that of a secret. Rules read others.
pub(super) fn withhold(object: &mut Data) {
    let annotations = object.at("metadata.annotations").and_then(Data::as_object);
    let changed: Vec<(String, Data)> = annotations
        .into_iter()
        .flat_map(|annotations| annotations.iter())
        .filter_map(|(key, value)| Some((key.to_owned(), shown(key, value)?)))
        .collect();
    for (key, value) in changed {
        if let Some(annotation) = object.at_mut("metadata.annotations").and_then(|all| all.get_mut(&key)) {
            *annotation = value;
        }
    }
}

/// What is shown of it, where that is not the value as it is.
fn shown(key: &str, value: &Data) -> Option<Data> {
    let Some(text) = value.as_str() else {
        let mut value = value.clone();
        return (!matches!(value, Data::Bool(_)) && withhold_all(&mut value)).then_some(value);
    };
    if text.is_empty() || text == WITHHELD {
        return None;
    }
    let (domain, name) = key.rsplit_once('/').unwrap_or(("", key));
    // Kubernetes' own say which Secret is meant, not what is in it.
    let own = domain.ends_with("kubernetes.io") || domain.ends_with("k8s.io");
    if is_copy(name, text) || is_packed(text) || (!own && is_secret_name(name)) {
        return Some(Data::from(WITHHELD));
    }
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let parsed: serde_json::Value = serde_json::from_str(text).ok()?;
    scrub_data(&Data::from(parsed)).map(|data| Data::from(data.to_json().to_string()))
}

/// Whether it is an object as it was applied, or a part of one: with all that the object itself does not show.
fn is_copy(name: &str, text: &str) -> bool {
    let field = |field: &str| text.contains(&format!("\"{field}\"")) || text.contains(&format!("{field}:"));
    name.contains("last-applied")
        || name.contains("original")
        || (field("kind") && field("apiVersion"))
        || field("stringData")
}

fn is_packed(text: &str) -> bool {
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte);
    text.len() > PACKED && text.bytes().all(base64)
}
