//! What an evaluation met on its way: the fields it read, and what kept it from an answer.

#[cfg(test)]
mod evidence;
mod places;

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use cspm_core::{Data, Evidence, Reason, Unread, UnreadField};

use super::op::Step;
use super::value::Val;
use places::Places;

/// Lists in evidence are cut behind so many items, and so many items of a list are told apart.
const MAX_ITEMS: usize = 20;
/// Texts in evidence are cut behind so many characters.
const MAX_TEXT: usize = 500;

/// What is told of an evaluation while it runs. The one for mere verdicts does nothing, and costs nothing.
pub(crate) trait Trace {
    /// How many items of a list are looked for that decide an answer, where one would do for the answer itself.
    const DECISIVE: usize = 1;

    /// A field of the judged resource was read.
    fn read(&mut self, _field: &Arc<str>, _value: Val<'_>) {}
    /// A function reads a field of the judged resource, whose data this is.
    fn read_by_function(&mut self, _field: &'static str, _data: &Data) {}
    /// A part was read of what a variable stands for.
    fn read_local(&mut self, _slot: u8, _steps: &[Step], _value: Val<'_>) {}
    /// A part was read of another value, in place of the whole that was read since `whole`.
    fn read_part(&mut self, _whole: &Mark, _of: Val<'_>, _steps: &[Step], _value: Val<'_>) {}
    /// An item or a member was read, in place of the whole that was read since `whole`.
    fn read_item(&mut self, _whole: &Mark, _of: Val<'_>, _index: Val<'_>, _value: Val<'_>) {}
    /// A variable stands for an item of a list.
    fn bind(&mut self, _slot: u8, _list: Val<'_>, _number: usize, _item: Val<'_>) {}
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
    /// How much was read so far.
    fn reached(&self) -> Mark {
        Mark::default()
    }
    /// An answer does not rest on what was read between the two.
    fn forget(&mut self, _from: &Mark, _to: &Mark) {}
    /// The item that a variable stands for decides an answer, with what was read since `start`.
    fn decide(&mut self, _start: &Mark, _slot: u8, _item: Val<'_>) {}
    /// An item was gone through.
    fn leave(&mut self, _start: &Mark) {}
    /// A list was gone through, which was read since `before`, and its items since `items`.
    fn ranged(&mut self, _before: &Mark, _items: &Mark, _decided: bool) {}
}

/// How far an evaluation is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mark {
    read: usize,
    places: usize,
    decisive: usize,
}

/// For the status alone.
pub(crate) struct Nothing;

impl Trace for Nothing {}

/// For the whole verdict.
#[derive(Default)]
pub(crate) struct Everything {
    read: Vec<Evidence>,
    places: Places,
    decisive: Vec<Item>,
    problems: Vec<UnreadField>,
}

/// An item of a list that decides a verdict: `spec.containers[1]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Item {
    path: Arc<str>,
    name: Option<Arc<str>>,
}

impl Trace for Everything {
    const DECISIVE: usize = MAX_ITEMS;

    fn read(&mut self, field: &Arc<str>, value: Val<'_>) {
        self.places.add(field, value);
        self.read.push(Evidence { field: field.clone(), value: value.to_data() });
    }

    fn read_by_function(&mut self, field: &'static str, data: &Data) {
        let value = data.at(field).filter(|value| value.unread().is_none()).cloned().unwrap_or_default();
        self.read.push(Evidence { field: field.into(), value });
    }

    fn read_local(&mut self, slot: u8, steps: &[Step], value: Val<'_>) {
        if let Some(path) = self.places.of_local(slot) {
            self.read(&below(&path, steps), value);
        }
    }

    fn read_part(&mut self, whole: &Mark, of: Val<'_>, steps: &[Step], value: Val<'_>) {
        if let Some(path) = self.places.of(of) {
            self.read.truncate(whole.read);
            self.read(&below(&path, steps), value);
        }
    }

    fn read_item(&mut self, whole: &Mark, of: Val<'_>, index: Val<'_>, value: Val<'_>) {
        let Some(path) = self.places.of(of) else { return };
        self.read.truncate(whole.read);
        let field = match index {
            Val::Int(number) => format!("{path}[{number}]"),
            key => format!("{path}.{}", key.to_text()),
        };
        self.read(&field.into(), value);
    }

    fn bind(&mut self, slot: u8, list: Val<'_>, number: usize, item: Val<'_>) {
        self.places.bind(slot, list, number, item);
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

    fn reached(&self) -> Mark {
        Mark { read: self.read.len(), places: self.places.len(), decisive: self.decisive.len() }
    }

    fn forget(&mut self, from: &Mark, to: &Mark) {
        self.read.drain(from.read.min(to.read)..to.read.min(self.read.len()));
        self.decisive.drain(from.decisive.min(to.decisive)..to.decisive.min(self.decisive.len()));
    }

    fn decide(&mut self, start: &Mark, slot: u8, item: Val<'_>) {
        let Some(path) = self.places.of_local(slot) else { return };
        // What decided within the item is a part of it.
        self.decisive.truncate(start.decisive);
        let name = match item {
            Val::Data(item) => item.get("name").and_then(Data::as_str).map(Arc::from),
            _ => None,
        };
        self.decisive.push(Item { path, name });
    }

    fn leave(&mut self, start: &Mark) {
        self.places.truncate(start.places);
    }

    fn ranged(&mut self, before: &Mark, items: &Mark, decided: bool) {
        let chosen_by = before.decisive.min(items.decisive)..items.decisive.min(self.decisive.len());
        let choosing = chosen_by.len();
        self.decisive.drain(chosen_by);
        if self.read.len().saturating_sub(items.read) > MAX_ITEMS {
            // What is read again and again for the items of another list is one field.
            let mut known = BTreeSet::new();
            let again = self.read.split_off(items.read);
            self.read.extend(again.into_iter().filter(|read| known.insert(read.field.clone())));
        }
        let of_items = self.read.len().saturating_sub(items.read);
        if of_items > MAX_ITEMS && !decided {
            // Each of so many is no better to read than the list.
            self.read.truncate(items.read);
        } else if of_items > 0 {
            // The list is told by its items; of what chose among them, what is of those that decide.
            let decisive = self.decisive.get(items.decisive - choosing..).unwrap_or_default();
            let chosen = self.read.drain(before.read.min(items.read)..items.read).collect::<Vec<_>>();
            let kept = chosen.into_iter().filter(|read| decisive.iter().any(|item| is_within(&read.field, &item.path)));
            let kept = kept.collect::<Vec<_>>();
            self.read.splice(before.read..before.read, kept);
        }
    }
}

impl Everything {
    /// The fields that were read, and the problems that were in the way, each in order and once.
    pub(crate) fn finish(self) -> (Vec<Evidence>, Vec<UnreadField>) {
        let mut evidence = self.read;
        evidence.sort_by(|a, b| in_order(&a.field, &b.field));
        evidence.dedup_by(|a, b| a.field == b.field);
        evidence.iter_mut().for_each(|read| read.value = cut(&read.value));
        let mut problems = self.problems;
        problems.sort();
        problems.dedup();
        (evidence, problems)
    }

    /// The items with a name that decide the answer, as a text: `sidecar (spec.containers[1])`; nothing where there are none.
    pub(crate) fn items(&self) -> Option<String> {
        let mut items: Vec<_> = self.decisive.iter().filter(|item| item.name.is_some()).collect();
        items.sort_by(|a, b| in_order(&a.path, &b.path));
        items.dedup();
        let told = items.iter().map(|Item { path, name }| format!("{} ({path})", name.as_deref().unwrap_or_default()));
        let told = told.collect::<Vec<_>>().join(", ");
        (!told.is_empty()).then_some(told)
    }
}

/// The path of what some steps lead to.
fn below(path: &Arc<str>, steps: &[Step]) -> Arc<str> {
    match steps {
        [] => path.clone(),
        steps => steps.iter().fold(path.to_string(), |path, step| format!("{path}.{}", step.key)).into(),
    }
}

/// Whether a field is a part of another.
fn is_within(field: &str, of: &str) -> bool {
    field.strip_prefix(of).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// The order of paths in which the tenth item of a list comes behind the second.
fn in_order(a: &str, b: &str) -> Ordering {
    let number = |part: &str| part.split_once(']').and_then(|(number, _)| number.parse::<usize>().ok());
    let mut parts = a.split('[').zip(b.split('['));
    let different = parts.find(|(a, b)| a != b).map(|(a, b)| match (number(a), number(b)) {
        (Some(first), Some(second)) if first != second => first.cmp(&second),
        _ => a.cmp(b),
    });
    different.unwrap_or_else(|| a.cmp(b))
}

/// Whether nothing in the data is to be cut.
fn fits(data: &Data) -> bool {
    match data {
        Data::Str(text) => text.len() <= MAX_TEXT || text.chars().count() <= MAX_TEXT,
        Data::List(items) => items.len() <= MAX_ITEMS && items.iter().all(fits),
        Data::Object(object) => {
            object.len() <= MAX_ITEMS && object.values().iter().all(|value| value.unread().is_none() && fits(value))
        }
        _ => true,
    }
}

/// The same data with long lists and texts cut.
fn cut(data: &Data) -> Data {
    match data {
        // Most of it is shared with the resource, and not copied.
        data if fits(data) => data.clone(),
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
            // What was not read is no evidence, and would look like what is not there.
            let read: Vec<_> = object.iter().filter(|(_, value)| value.unread().is_none()).collect();
            let more = read.len().saturating_sub(MAX_ITEMS);
            let note = (more > 0).then(|| (Arc::from("…"), Data::from(format!("and {more} more"))));
            let kept = read.into_iter().take(MAX_ITEMS).map(|(key, value)| (Arc::from(key), cut(value)));
            Data::object(kept.chain(note))
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
        let denied = Data::Unread(Arc::new(Unread::new(Reason::AccessDenied, "s3:X")));
        let object = Data::object([("a", Data::Int(1)), ("b", denied)]);
        assert_eq!(cut(&object), Data::object([("a", Data::Int(1))]), "what was not read is not shown as null");
    }

    #[test]
    fn paths_are_in_the_order_of_their_items() {
        let mut paths = ["a[10].b", "a[2].c", "a[2].b", "a", "b[1]", "a[2]", "a.b", "a[10].b[3]", "a[10].b[20]"];
        paths.sort_by(|a, b| in_order(a, b));
        assert_eq!(paths, ["a", "a[2]", "a[2].b", "a[2].c", "a[10].b", "a[10].b[3]", "a[10].b[20]", "a.b", "b[1]"]);
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
