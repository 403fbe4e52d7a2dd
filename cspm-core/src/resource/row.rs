//! A resource as a row of JSON: what is known of it, and beside it what was not read.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::{Origin, Resource};
use crate::{Data, Unread};

#[derive(Serialize)]
struct UnreadRow<'a> {
    path: String,
    #[serde(flatten)]
    unread: &'a Unread,
}

impl Resource {
    /// Writes the resource as a row, without the time of collection where that is `known_at` for all rows around it.
    pub(crate) fn serialize_row<S: Serializer>(
        &self,
        known_at: Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Row<'a> {
            uid: &'a str,
            kind: &'a str,
            provider: &'a str,
            account: &'a str,
            region: &'a str,
            name: &'a str,
            #[serde(skip_serializing_if = "BTreeMap::is_empty")]
            tags: &'a BTreeMap<Arc<str>, Arc<str>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            collected_at: Option<Timestamp>,
            #[serde(skip_serializing_if = "Option::is_none")]
            origin: Option<&'a Origin>,
            data: &'a Data,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            unread: Vec<UnreadRow<'a>>,
        }
        let mut parts = Vec::new();
        self.data.for_each_unread(&mut |path, why| parts.push((path.to_owned(), why.clone())));
        Row {
            uid: &self.uid,
            kind: &self.kind,
            provider: &self.provider,
            account: &self.account,
            region: &self.region,
            name: &self.name,
            tags: &self.tags,
            collected_at: (known_at != Some(self.collected_at)).then_some(self.collected_at),
            origin: self.origin.as_deref(),
            data: &self.data,
            unread: parts.iter().map(|(path, unread)| UnreadRow { path: path.clone(), unread }).collect(),
        }
        .serialize(serializer)
    }
}

/// The resource as a row of a snapshot: what was not read is `null` in `data`, and in `unread` by its path (a JSON
/// pointer). [`Resource::from_data`] takes it back.
impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize_row(None, serializer)
    }
}
