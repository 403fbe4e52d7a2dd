//! One item of a list while it is read: the keys that are left, and the data that is made of the others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cspm_core::{Data, Error, Kind, Reason, Resource, Result, Unread};
use serde_json::{Map, Value};

use super::{Header, schema, wrong};

/// An item, and what is known of it so far.
pub(super) struct Item<'a> {
    pub(super) header: &'a Header,
    /// The region; of the header unless the item names one.
    pub(super) region: Arc<str>,
    /// Set by the reader of the list.
    pub(super) uid: String,
    /// What people call it; the uid's last part unless set.
    pub(super) name: Option<String>,
    /// Where it is in the file, e.g. `s3_buckets[0]`.
    pub(super) place: String,
    kind: &'a Kind,
    left: Map<String, Value>,
    understood: BTreeSet<&'static str>,
    tags: BTreeMap<String, String>,
    data: Map<String, Value>,
    more: Vec<String>,
}

impl<'a> Item<'a> {
    pub(super) fn new(header: &'a Header, kind: &'a Kind, place: String, value: &Value) -> Result<Self> {
        let left = value.as_object().ok_or_else(|| wrong(&place, "it is not an object", ""))?.clone();
        let mut item = Self {
            header,
            region: header.region.clone(),
            uid: String::new(),
            name: None,
            place,
            kind,
            left,
            understood: BTreeSet::new(),
            tags: BTreeMap::new(),
            data: Map::new(),
            more: Vec::new(),
        };
        if let Some(region) = item.text(&["region"])? {
            item.region = region.into();
        }
        if let Some((key, tags)) = item.take(&["tags"])? {
            item.tags = tags_of(tags).ok_or_else(|| item.not(key, "tags: {\"key\": \"value\"}"))?;
        }
        Ok(item)
    }

    /// The partition of its region.
    pub(super) fn partition(&self) -> &'static str {
        crate::partition::of(&self.region)
    }

    /// A uid for something of which the file says no more than a name: it is no ARN.
    pub(super) fn named(&self, what: &str) -> String {
        format!("aws://{}/{}/{what}", self.header.account, self.region)
    }

    /// Takes the value of a key that goes by several names.
    pub(super) fn take(&mut self, names: &[&'static str]) -> Result<Option<(&'static str, Value)>> {
        self.understood.extend(names);
        let mut given = names.iter().copied().filter(|name| self.left.contains_key(*name));
        match (given.next(), given.next()) {
            (None, _) => Ok(None),
            (Some(key), None) => Ok(self.left.remove(key).map(|value| (key, value))),
            (Some(key), Some(other)) => Err(self.wrong(key, &format!("{other} says the same: give one of them"))),
        }
    }

    /// Takes a text that goes by several names.
    pub(super) fn text(&mut self, names: &[&'static str]) -> Result<Option<String>> {
        match self.take(names)? {
            None => Ok(None),
            Some((_, Value::String(text))) => Ok(Some(text)),
            Some((key, _)) => Err(self.not(key, "text")),
        }
    }

    /// What the item says under a field of the kind, whether it was taken or not.
    pub(super) fn said(&self, field: &str) -> Option<&Value> {
        self.data.get(field).or_else(|| self.left.get(field))
    }

    /// Says the value of a field of the kind.
    pub(super) fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.data.insert(field.to_owned(), value.into());
    }

    /// What is at this JSON pointer is not given: the element after the last of a list, which may go on, or a field.
    pub(super) fn open_end(&mut self, pointer: &str) {
        self.more.push(pointer.to_owned());
    }

    pub(super) fn tags(&self) -> &BTreeMap<String, String> {
        &self.tags
    }

    /// The error for the value of a key.
    pub(super) fn wrong(&self, key: &str, what: &str) -> Error {
        wrong(&format!("{}.{key}", self.place), what, "")
    }

    /// The error for a value that is not what it must be.
    pub(super) fn not(&self, key: &str, expected: &str) -> Error {
        self.wrong(key, &format!("it is not {expected}"))
    }

    /// The resource. What is left must be fields of the kind; what is not said is unread.
    pub(super) fn finish(mut self) -> Result<Resource> {
        let none = Map::new();
        let fields = self.kind.schema().get("properties").and_then(Value::as_object).unwrap_or(&none);
        for (key, value) in std::mem::take(&mut self.left) {
            if !fields.contains_key(&key) {
                let known: BTreeSet<&str> =
                    self.understood.iter().copied().chain(fields.keys().map(String::as_str)).collect();
                let known = known.into_iter().collect::<Vec<_>>().join(", ");
                let help = format!("known keys: {known}");
                return Err(wrong(&format!("{}.{key}", self.place), "an item of this list has no such key", &help));
            }
            if self.data.contains_key(&key) {
                return Err(self.wrong(&key, "another key of the item says the same: give one of them"));
            }
            self.data.insert(key, value);
        }
        for (field, value) in &self.data {
            if let Some(schema) = fields.get(field) {
                schema::check(value, schema, &format!("{}.{field}", self.place))?;
            }
        }
        let unread = |field: &str| {
            let call = self.kind.source(field).call();
            Unread::new(Reason::NotGiven, call).with_detail("the hand-written file does not say")
        };
        let not_given = fields.keys().filter(|field| !self.data.contains_key(*field));
        let not_given: Vec<_> = not_given.map(|field| (field.clone(), Data::from(unread(field)))).collect();
        let given = self.data.iter().map(|(field, value)| (field.clone(), Data::from(value.clone())));
        let mut data = Data::object(given.chain(not_given));
        for pointer in &self.more {
            let field = pointer.split('/').nth(1).unwrap_or_default();
            data.mark_unread(pointer, Arc::new(unread(field)));
        }
        let name = self.name.unwrap_or_else(|| self.uid.rsplit(['/', ':']).next().unwrap_or_default().to_owned());
        Ok(Resource {
            uid: self.uid.into(),
            kind: self.kind.name().clone(),
            provider: self.kind.provider().clone(),
            account: self.header.account.clone(),
            region: self.region,
            name: name.into(),
            tags: Arc::new(self.tags.into_iter().map(|(key, value)| (key.into(), value.into())).collect()),
            collected_at: self.header.collected_at,
            origin: None,
            data,
        })
    }
}

/// Tags as an object, or as AWS lists them: `[{"Key": …, "Value": …}]`.
fn tags_of(value: Value) -> Option<BTreeMap<String, String>> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match value {
        Value::Object(tags) => tags.iter().map(|(key, value)| Some((key.clone(), text(value)?))).collect(),
        Value::Array(tags) => tags.iter().map(|tag| Some((text(tag.get("Key")?)?, text(tag.get("Value")?)?))).collect(),
        _ => None,
    }
}

/// The items of a value that may be one or a list.
pub(super) fn one_or_more(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        one => vec![one],
    }
}

/// A policy document, as an object or as JSON in text, in canonical form.
pub(super) fn policy(value: &Value, partition: &str) -> Result<Value> {
    let text = match value {
        Value::String(text) => text.clone(),
        document => document.to_string(),
    };
    cspm_core::to_data(&crate::policy::canonical_in(&text, partition)?).map(|policy| policy.to_json())
}
