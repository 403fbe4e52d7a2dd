//! What a rule in Python read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use cspm::{Data, Evidence};

/// Lists in evidence are cut behind so many items.
const MAX_ITEMS: usize = 20;
/// Texts in evidence are cut behind so many characters.
const MAX_TEXT: usize = 500;

/// The fields that were read of a resource, with their values.
#[derive(Default)]
pub(crate) struct Recorder {
    read: Mutex<BTreeMap<Arc<str>, Data>>,
}

impl Recorder {
    /// Notes a field.
    pub(crate) fn note(&self, field: &str, value: &Data) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.entry(field.into()).or_insert_with(|| cut(value));
    }

    /// What was noted, in the order of the paths.
    pub(crate) fn evidence(&self) -> Vec<Evidence> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.iter().map(|(field, value)| Evidence { field: field.clone(), value: value.clone() }).collect()
    }
}

/// The same data with long lists and texts cut.
pub(crate) fn cut(data: &Data) -> Data {
    match data {
        Data::Str(text) => match text.char_indices().nth(MAX_TEXT) {
            Some((end, _)) => Data::from(format!("{}…", &text[..end])),
            None => data.clone(),
        },
        Data::List(items) => {
            let more = items.len().saturating_sub(MAX_ITEMS);
            let note = (more > 0).then(|| Data::from(format!("… and {more} more")));
            Data::list(items.iter().take(MAX_ITEMS).map(cut).chain(note))
        }
        Data::Object(object) => {
            let more = object.len().saturating_sub(MAX_ITEMS);
            let note = (more > 0).then(|| (Arc::from("…"), Data::from(format!("and {more} more"))));
            Data::object(object.iter().take(MAX_ITEMS).map(|(key, value)| (Arc::from(key), cut(value))).chain(note))
        }
        other => other.clone(),
    }
}
