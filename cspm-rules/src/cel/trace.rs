//! What an evaluation met on its way: the fields it read, and what kept it from an answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use cspm_core::{Data, Evidence, Reason, Unread, UnreadField};

use super::value::Val;

/// Lists in evidence are cut behind so many items.
const MAX_ITEMS: usize = 20;
/// Texts in evidence are cut behind so many characters.
const MAX_TEXT: usize = 500;

/// What is told of an evaluation while it runs. The one for mere verdicts does nothing, and costs nothing.
pub(crate) trait Trace {
    /// A field of the judged resource was read.
    fn read(&mut self, _field: &Arc<str>, _value: Val<'_>) {}
    /// Something was not read.
    fn unread(&mut self, _field: &str, _unread: impl FnOnce() -> Arc<Unread>) {}
    /// The expression is at fault.
    fn error(&mut self, _message: impl FnOnce() -> String) {}
    /// How many problems there are so far.
    fn mark(&self) -> usize {
        0
    }
    /// There is an answer in spite of the problems since `mark`: it does not depend on them.
    fn settle(&mut self, _mark: usize) {}
}

/// For the status alone.
pub(crate) struct Nothing;

impl Trace for Nothing {}

/// For the whole verdict.
#[derive(Default)]
pub(crate) struct Everything {
    read: BTreeMap<Arc<str>, Data>,
    problems: Vec<UnreadField>,
}

impl Trace for Everything {
    fn read(&mut self, field: &Arc<str>, value: Val<'_>) {
        if !self.read.contains_key(field) {
            self.read.insert(field.clone(), cut(&value.to_data()));
        }
    }

    fn unread(&mut self, field: &str, unread: impl FnOnce() -> Arc<Unread>) {
        self.problems.push(UnreadField { field: field.into(), unread: unread() });
    }

    fn error(&mut self, message: impl FnOnce() -> String) {
        let unread = Unread::new(Reason::RuleError, "").with_detail(message());
        self.problems.push(UnreadField { field: "expression".into(), unread: Arc::new(unread) });
    }

    fn mark(&self) -> usize {
        self.problems.len()
    }

    fn settle(&mut self, mark: usize) {
        self.problems.truncate(mark);
    }
}

impl Everything {
    /// The fields that were read, and the problems that were in the way, each in order and once.
    pub(crate) fn finish(self) -> (Vec<Evidence>, Vec<UnreadField>) {
        let evidence = self.read.into_iter().map(|(field, value)| Evidence { field, value }).collect();
        let mut problems = self.problems;
        problems.sort();
        problems.dedup();
        (evidence, problems)
    }
}

/// The same data with long lists and texts cut.
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
        Data::Object(object) => {
            let more = object.len().saturating_sub(MAX_ITEMS);
            let note = (more > 0).then(|| (Arc::from("…"), Data::from(format!("and {more} more"))));
            Data::object(object.iter().take(MAX_ITEMS).map(|(key, value)| (Arc::from(key), cut(value))).chain(note))
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut() {
        let text = cut(&Data::from("é".repeat(600)));
        assert_eq!(text.as_str().map(|t| t.chars().count()), Some(MAX_TEXT + 1));
        let list = cut(&Data::list((0..25).map(Data::Int)));
        assert_eq!(list.as_list().and_then(|items| items.last()), Some(&Data::from("… and 5 more")));
        assert_eq!(cut(&Data::from("short")), Data::from("short"));
    }

    #[test]
    fn settled_problems_are_forgotten() {
        let mut trace = Everything::default();
        let denied = || Arc::new(Unread::new(Reason::AccessDenied, "s3:X"));
        trace.unread("a", denied);
        let mark = trace.mark();
        trace.unread("b", denied);
        trace.settle(mark);
        trace.unread("a", denied);
        assert_eq!(trace.finish().1.iter().map(|p| &*p.field).collect::<Vec<_>>(), ["a"]);
    }
}
