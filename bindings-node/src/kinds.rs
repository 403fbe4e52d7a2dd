//! The kinds of resources.

use std::sync::Arc;

use cspm::{Kind, Per, Result, Scope, Source};
use napi_derive::napi;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::{sync, to_json, unusable};

/// A kind as JavaScript sees it.
#[derive(Serialize)]
struct View<'a> {
    name: &'a str,
    provider: &'a str,
    service: &'a str,
    scope: Scope,
    native: bool,
    /// The call that lists the resources, and the permission it needs.
    call: String,
    permission: &'a str,
}

/// The built-in kinds, in the order of their names.
#[napi]
pub fn kinds() -> napi::Result<String> {
    sync(|| {
        let kinds = cspm::kinds()?;
        let views: Vec<_> = kinds
            .iter()
            .map(|kind| View {
                name: kind.name(),
                provider: kind.provider(),
                service: kind.service(),
                scope: kind.scope(),
                native: kind.is_native(),
                call: kind.list().call(),
                permission: kind.list().permission(),
            })
            .collect();
        to_json(&views)
    })
}

/// The JSON Schema of a built-in kind; null where there is no such kind.
#[napi]
pub fn schema(kind: String) -> napi::Result<Option<String>> {
    sync(|| {
        let kinds = cspm::kinds()?;
        kinds.iter().find(|known| **known.name() == *kind).map(|kind| to_json(kind.schema())).transpose()
    })
}

/// A kind that a caller describes: by its name alone, or with a JSON Schema that rules are checked against.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Given {
    Name(String),
    Kind(Described),
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Described {
    name: String,
    provider: Option<String>,
    service: Option<String>,
    scope: Option<Scope>,
    schema: Option<Value>,
}

impl Given {
    /// The kind; `provider` where it names none. The call that lists it is that of `collector`.
    pub(crate) fn kind(&self, provider: Option<&str>, collector: Option<&str>) -> Result<Arc<Kind>> {
        let (name, known) = match self {
            Self::Name(name) => (name, None),
            Self::Kind(known) => (&known.name, Some(known)),
        };
        if name.is_empty() {
            return Err(unusable("use a kind", "it has no name"));
        }
        let named = known.and_then(|known| known.provider.as_deref()).or(provider);
        let provider = named.unwrap_or_else(|| provider_of(name));
        let service = known.and_then(|known| known.service.as_deref()).unwrap_or("custom");
        let scope = known.and_then(|known| known.scope).unwrap_or(Scope::Account);
        let schema = known.and_then(|known| known.schema.clone());
        // No permission is known, so none is asked for.
        let list = Source::named(collector.unwrap_or("collector"), "collect".to_owned(), String::new(), Per::Account);
        let schema = schema.unwrap_or_else(|| json!({"type": "object"}));
        Kind::from_schema(name, provider, service, scope, list, schema).map(Arc::new)
    }
}

/// The provider in the name of a kind: what stands before the first `_`.
pub(crate) fn provider_of(kind: &str) -> &str {
    kind.split('_').next().unwrap_or(kind)
}

/// The built-in kinds and those given; of two with one name that given stays.
pub(crate) fn with(given: &[Arc<Kind>]) -> Result<Vec<Arc<Kind>>> {
    let mut kinds = given.to_vec();
    kinds.extend(cspm::kinds()?);
    kinds.sort_by(|a, b| a.name().cmp(b.name()));
    kinds.dedup_by(|a, b| a.name() == b.name());
    Ok(kinds)
}
