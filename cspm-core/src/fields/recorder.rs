//! What a rule read.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::{Data, Evidence};

/// Items of a list, and of an object, that evidence keeps.
const MAX_ITEMS: usize = 20;
/// Characters of a text that evidence keeps.
const MAX_TEXT: usize = 500;

/// The fields that were read, with their values.
#[derive(Debug, Default)]
pub(crate) struct Recorder(RefCell<BTreeMap<String, Data>>);

impl Recorder {
    pub(super) fn note(&self, field: &str, value: &Data) {
        // Whoever holds it already is this very call.
        if let Ok(mut read) = self.0.try_borrow_mut()
            && !field.is_empty()
        {
            read.entry(field.to_owned()).or_insert_with(|| cut(value));
        }
    }

    /// What was read, in the order of the paths.
    pub(crate) fn evidence(self) -> Vec<Evidence> {
        self.0.into_inner().into_iter().map(|(field, value)| Evidence { field: field.into(), value }).collect()
    }
}

fn cut(data: &Data) -> Data {
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
        Data::Object(object) => Data::object(object.iter().take(MAX_ITEMS).map(|(key, value)| (key, cut(value)))),
        _ => data.clone(),
    }
}
