//! Data without secrets: a part is copied only where something in it is cut.

use std::borrow::Cow;
use std::sync::Arc;

use super::WITHHELD;
use super::foreign::scrub_foreign;
use super::names::is_secret_name;
use super::scrub::{is_literal, scrub_beside};
use super::shapes::is_plain_word;
use crate::{Data, Unread};

/// Keys under which environments stand: their values are secret, their names not.
const ENVIRONMENTS: [&str; 6] = ["env", "environ", "environment", "environmentvariables", "envvars", "containerenv"];
/// Keys whose values are secret as a whole, in whatever shape.
const WHOLE: [&str; 4] = ["userdata", "secretstring", "secretbinary", "stringdata"];

/// The same data without secrets; `None` where there is nothing to cut. `id` is the identifier of the resource, which stays.
pub(crate) fn scrubbed(data: &Data, id: &str) -> Option<Data> {
    match data {
        Data::Str(text) => match scrub_beside(text, id) {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(Data::from(text)),
        },
        Data::List(items) => {
            let changed: Vec<_> = items.iter().map(|item| scrubbed(item, id)).collect();
            changed
                .iter()
                .any(Option::is_some)
                .then(|| Data::list(items.iter().zip(changed).map(|(item, new)| new.unwrap_or_else(|| item.clone()))))
        }
        Data::Object(object) => {
            let pair = value_of_secret(data);
            let changed: Vec<_> = object
                .iter()
                .map(|(key, value)| match key {
                    _ if pair == Some(key) => withheld(value),
                    "detectedSecrets" => found(value, id),
                    _ => by_key(key, value, id).or_else(|| scrubbed(value, id)),
                })
                .collect();
            let keys: Vec<_> = object.keys().iter().map(|key| scrub_beside(key, id)).collect();
            let same = changed.iter().all(Option::is_none) && keys.iter().all(|key| matches!(key, Cow::Borrowed(_)));
            (!same).then(|| {
                let entries = object.keys().iter().zip(keys).zip(object.values()).zip(changed);
                Data::object(entries.map(|(((key, new), value), changed)| {
                    let key = if let Cow::Owned(new) = new { Arc::from(new) } else { key.clone() };
                    (key, changed.unwrap_or_else(|| value.clone()))
                }))
            })
        }
        Data::Unread(unread) => scrubbed_unread(unread).map(|unread| Data::Unread(Arc::new(unread))),
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) => None,
    }
}

/// The data without secrets of known shapes, and without what stands under the name of a secret; `None` where there is
/// nothing to cut.
#[must_use]
pub fn scrub_data(data: &Data) -> Option<Data> {
    scrubbed(data, "")
}

/// The same without secrets in what the provider said.
pub(crate) fn scrubbed_unread(unread: &Unread) -> Option<Unread> {
    if unread.detail.is_empty() && unread.call.len() < 64 {
        return None;
    }
    let (call, detail) = (scrub_beside(&unread.call, ""), scrub_foreign(&unread.detail));
    let same = matches!(call, Cow::Borrowed(_)) && *detail == *unread.detail;
    (!same).then(|| Unread { reason: unread.reason, call: (*call).into(), detail: detail.into() })
}

/// Withholds every value in the data, in whatever shape it is; names, what is empty, and what was not read stay.
/// Returns whether there was any.
pub fn withhold_all(data: &mut Data) -> bool {
    match withheld(data) {
        Some(new) => {
            *data = new;
            true
        }
        None => false,
    }
}

fn withheld(data: &Data) -> Option<Data> {
    match data {
        Data::Null | Data::Unread(_) => None,
        Data::Str(text) if text.is_empty() || &**text == WITHHELD => None,
        Data::List(items) if items.is_empty() => None,
        Data::Object(object) if object.is_empty() => None,
        _ => Some(Data::from(WITHHELD)),
    }
}

/// What was found before: the name of what a value looks like stands under `secret`.
fn found(value: &Data, id: &str) -> Option<Data> {
    let items = value.as_list()?;
    let item = |item: &Data| match item.get("secret") {
        Some(Data::Str(name)) if !is_plain_word(name) => {
            let mut changed = item.clone();
            changed.as_object_mut()?.insert("secret", Data::from(WITHHELD));
            Some(changed)
        }
        Some(_) => item.get("path").and_then(|path| scrubbed(path, id)).and_then(|path| {
            let mut changed = item.clone();
            changed.as_object_mut()?.insert("path", path);
            Some(changed)
        }),
        None => scrubbed(item, id),
    };
    let changed: Vec<_> = items.iter().map(item).collect();
    changed
        .iter()
        .any(Option::is_some)
        .then(|| Data::list(items.iter().zip(changed).map(|(item, new)| new.unwrap_or_else(|| item.clone()))))
}

/// What stands under a key that says it is secret.
fn by_key(key: &str, value: &Data, id: &str) -> Option<Data> {
    let plain: String =
        key.bytes().filter(u8::is_ascii_alphanumeric).map(|b| char::from(b.to_ascii_lowercase())).collect();
    if WHOLE.contains(&&*plain) {
        return withheld(value);
    }
    if ENVIRONMENTS.contains(&&*plain) {
        return environment(value);
    }
    let secret = match value {
        Data::Str(text) => is_secret_name(key) && is_literal(text) && !is_name_of_secret(key) && !id.contains(&**text),
        Data::Int(_) | Data::Float(_) => super::names::is_secret_word(key),
        _ => false,
    };
    if secret { withheld(value) } else { None }
}

/// Keys of Kubernetes' own domains that end like names of secrets hold names of objects.
fn is_name_of_secret(key: &str) -> bool {
    key.split_once('/').is_some_and(|(domain, _)| domain.ends_with("kubernetes.io") || domain.ends_with("k8s.io"))
}

/// The values of an environment: a list of names with values, or an object.
fn environment(value: &Data) -> Option<Data> {
    match value {
        Data::List(items) => {
            let changed: Vec<_> = items.iter().map(variable).collect();
            changed
                .iter()
                .any(Option::is_some)
                .then(|| Data::list(items.iter().zip(changed).map(|(item, new)| new.unwrap_or_else(|| item.clone()))))
        }
        Data::Object(object) => {
            // AWS has `{"Variables": {…}}`.
            let changed: Vec<_> = object
                .iter()
                .map(|(_, value)| match value {
                    Data::Object(_) | Data::List(_) => environment(value),
                    value => withheld(value),
                })
                .collect();
            changed.iter().any(Option::is_some).then(|| {
                let entries = object.keys().iter().zip(object.values()).zip(changed);
                Data::object(entries.map(|((key, value), new)| (key.clone(), new.unwrap_or_else(|| value.clone()))))
            })
        }
        // A text under `env` says which environment it is: `production`.
        _ => None,
    }
}

/// A variable: `{"name": …, "value": …}`, or `NAME=value` as images have it.
fn variable(item: &Data) -> Option<Data> {
    match item {
        Data::Str(text) => {
            let (name, value) = text.split_once('=')?;
            (!value.is_empty() && value != WITHHELD).then(|| Data::from(format!("{name}={WITHHELD}")))
        }
        Data::Object(object) => {
            let key = ["value", "Value"].into_iter().find(|key| object.get(key).is_some())?;
            let new = withheld(object.get(key)?)?;
            let mut changed = item.clone();
            changed.as_object_mut()?.insert(key, new);
            Some(changed)
        }
        _ => None,
    }
}

/// The key of the value, where the object is a name and a value, and the name is that of a secret: a tag, a header, a parameter.
fn value_of_secret(data: &Data) -> Option<&'static str> {
    const PAIRS: [(&str, &str); 6] = [
        ("Key", "Value"),
        ("key", "value"),
        ("Name", "Value"),
        ("name", "value"),
        ("ParameterKey", "ParameterValue"),
        ("parameter_key", "parameter_value"),
    ];
    let (_, value) = PAIRS.into_iter().find(|(name, value)| {
        let name = data.get(name).and_then(Data::as_str);
        name.is_some_and(is_secret_name)
            && data.get(value).is_some_and(|value| match value {
                Data::Str(text) => is_literal(text),
                Data::Int(_) | Data::Float(_) => true,
                _ => false,
            })
    })?;
    Some(value)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(value: Value) -> Option<Value> {
        scrubbed(&Data::from(value), "arn:aws:iam::1:key/AKIAQWERTYUIOPASDFGH").map(|data| data.to_json())
    }

    #[test]
    fn what_stands_under_the_name_of_a_secret_is_withheld() {
        for (given, expected) in [
            (json!({"password": "swordfish"}), json!({"password": WITHHELD})),
            (json!({"db": {"rootPassword": 12345678}}), json!({"db": {"rootPassword": WITHHELD}})),
            (
                json!({"tags": [{"Key": "db-password", "Value": "x1"}]}),
                json!({"tags": [{"Key": "db-password", "Value": WITHHELD}]}),
            ),
            (json!({"env": [{"name": "A", "value": "b"}]}), json!({"env": [{"name": "A", "value": WITHHELD}]})),
            (json!({"env": ["A=b", "C="]}), json!({"env": ["A=(withheld)", "C="]})),
            (json!({"environment": {"variables": {"A": "b"}}}), json!({"environment": {"variables": {"A": WITHHELD}}})),
            (json!({"user_data": "IyEvYmluL3No"}), json!({"user_data": WITHHELD})),
            (json!({"a": ["see https://ann:swordfish@host"]}), json!({"a": ["see https://(withheld)@host"]})),
        ] {
            assert_eq!(of(given), Some(expected));
        }
    }

    #[test]
    fn other_data_is_not_copied() {
        for given in [
            json!({"secretName": "tls", "env": "production", "password_reset_required": true, "max_password_age": 90}),
            json!({"tags": [{"Key": "team", "Value": "blue"}], "access_key_id": "AKIAQWERTYUIOPASDFGH"}),
            json!({"detectedSecrets": [{"path": "data.x", "secret": "password_assignment", "line": 1}]}),
            json!({"user_data_secrets": [], "http_tokens": "required", "anonymous-auth": "false", "password": "", "token": null}),
        ] {
            assert_eq!(of(given.clone()), None, "{given}");
        }
    }
}
