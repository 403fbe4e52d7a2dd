//! Anchors: values that stand in a document once and are meant more often.

use std::collections::HashMap;

use super::build::Value;

/// How many values anchors and aliases may copy in a document. `go.yaml.in/yaml/v2` (decode.go, `allowedAliasRatio`) ends
/// at some 400,000 that come from aliases; here the copies that wait for an alias count as well.
const MAX_COPIES: usize = 1_000_000;

/// The anchors of a document so far.
#[derive(Default)]
pub(super) struct Anchors {
    known: HashMap<usize, Value>,
    copies: usize,
}

impl Anchors {
    /// Keeps `value` for the aliases of the anchor; `0` is none.
    pub(super) fn define(&mut self, anchor: usize, value: &Value) -> Result<(), String> {
        if anchor != 0 {
            self.charge(value.count)?;
            self.known.insert(anchor, value.clone());
        }
        Ok(())
    }

    /// The value of the anchor.
    pub(super) fn copy(&mut self, anchor: usize) -> Result<Value, String> {
        let Some(value) = self.known.get(&anchor) else {
            return Err("the alias stands within the value that it means".to_owned());
        };
        let count = value.count;
        let value = value.clone();
        self.charge(count)?;
        Ok(value)
    }

    /// Counts values that are copied.
    pub(super) fn charge(&mut self, count: usize) -> Result<(), String> {
        self.copies = self.copies.saturating_add(count);
        match self.copies > MAX_COPIES {
            true => Err(format!("anchors, aliases and merges copy more than {MAX_COPIES} values")),
            false => Ok(()),
        }
    }
}
