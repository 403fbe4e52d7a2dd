//! Texts that come again and again, held once: pods of one template differ in a few texts only.

use std::collections::HashSet;
use std::sync::Arc;

use cspm_core::Data;

/// Longer texts are seldom the same.
const LONGEST: usize = 256;
/// So many texts are remembered at most, so that names that never come again do not fill the memory.
const MOST: usize = 1 << 17;

/// The texts seen so far.
#[derive(Debug, Default)]
pub(crate) struct Interner(HashSet<Arc<str>>);

impl Interner {
    /// The text, held once.
    pub(crate) fn one(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let text: Arc<str> = text.into();
        if text.len() <= LONGEST && self.0.len() < MOST {
            self.0.insert(text.clone());
        }
        text
    }

    /// Has every text in `data` held once.
    pub(crate) fn intern(&mut self, data: &mut Data) {
        match data {
            Data::Str(text) => *text = self.one(text),
            Data::List(items) => items.iter_mut().for_each(|item| self.intern(item)),
            Data::Object(object) => object.iter_mut().for_each(|(_, value)| self.intern(value)),
            _ => {}
        }
    }
}
