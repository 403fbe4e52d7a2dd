//! The rows of a snapshot as they are written.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use crate::{CallCounts, CallKey, Data, Gap, Origin, Resource, Unread};

#[derive(Deserialize)]
pub(super) struct CallRow {
    #[serde(flatten)]
    pub(super) key: CallKey,
    #[serde(flatten)]
    pub(super) counts: CallCounts,
}

#[derive(Deserialize)]
pub(super) struct GapRow {
    kind: Arc<str>,
    provider: Arc<str>,
    account: Arc<str>,
    region: Arc<str>,
    #[serde(flatten)]
    unread: Unread,
}

impl From<GapRow> for Gap {
    fn from(GapRow { kind, provider, account, region, unread }: GapRow) -> Self {
        Self { kind, provider, account, region, unread: Arc::new(unread) }
    }
}

#[derive(Deserialize)]
struct UnreadRow {
    path: String,
    #[serde(flatten)]
    unread: Unread,
}

#[derive(Deserialize)]
pub(super) struct Row {
    uid: Arc<str>,
    kind: Arc<str>,
    provider: Arc<str>,
    account: Arc<str>,
    region: Arc<str>,
    name: Arc<str>,
    #[serde(default)]
    tags: BTreeMap<Arc<str>, Arc<str>>,
    collected_at: Option<Timestamp>,
    origin: Option<Arc<Origin>>,
    data: Data,
    #[serde(default)]
    unread: Vec<UnreadRow>,
}

impl Row {
    /// The resource, as collected at `known_at` unless it says otherwise.
    ///
    /// # Errors
    /// What is wrong where the row contradicts itself.
    pub(super) fn resource(self, known_at: Timestamp, names: &mut Names) -> Result<Resource, String> {
        let mut data = self.data;
        for UnreadRow { path, unread } in self.unread {
            if !data.mark_unread(&path, Arc::new(unread)) {
                return Err(format!("{}: the unread path {path:?} is not in the data", self.uid));
            }
        }
        Ok(Resource {
            uid: self.uid,
            kind: names.one(self.kind),
            provider: names.one(self.provider),
            account: names.one(self.account),
            region: names.one(self.region),
            name: self.name,
            tags: Arc::new(self.tags),
            collected_at: self.collected_at.unwrap_or(known_at),
            origin: self.origin,
            data,
        })
    }
}

/// So many names are held at most.
const MOST_NAMES: usize = 1 << 16;

/// The same few names come again in every resource: each is held once.
#[derive(Default)]
pub(super) struct Names(HashSet<Arc<str>>);

impl Names {
    fn one(&mut self, name: Arc<str>) -> Arc<str> {
        if let Some(known) = self.0.get(&name) {
            return known.clone();
        }
        if self.0.len() < MOST_NAMES {
            self.0.insert(name.clone());
        }
        name
    }
}
