//! Where values stand in the judged resource. Evaluation goes by references, so a value is where it is in memory: what was read
//! by its path, and the items of lists that were.

use std::ops::Range;
use std::ptr;
use std::sync::Arc;

use cspm_core::Data;

use crate::cel::op::MAX_LOCALS;
use crate::cel::value::Val;

/// The places of what was read so far, and of what variables stand for.
#[derive(Default)]
pub(super) struct Places {
    known: Vec<Place>,
    locals: [Option<Arc<str>>; MAX_LOCALS],
}

struct Place {
    path: Arc<str>,
    at: usize,
    /// Where its items are, if it is a list.
    items: Range<usize>,
}

impl Places {
    /// A list or object was read by its path.
    pub(super) fn add(&mut self, path: &Arc<str>, value: Val<'_>) {
        let Val::Data(data) = value else { return };
        let items = match data {
            Data::List(items) => {
                let Range { start, end } = items.as_ptr_range();
                start.addr()..end.addr()
            }
            _ => 0..0,
        };
        self.known.push(Place { path: path.clone(), at: ptr::from_ref(data).addr(), items });
    }

    /// The path of a list or object, or of an item of a list. What is equal may be held once in several places: the one that
    /// was read last is meant.
    pub(super) fn of(&self, value: Val<'_>) -> Option<Arc<str>> {
        let Val::Data(data) = value else { return None };
        let at = ptr::from_ref(data).addr();
        self.known.iter().rev().find_map(|place| match place.items.contains(&at) {
            true => Some(item(&place.path, (at - place.items.start) / size_of::<Data>())),
            false => (place.at == at).then(|| place.path.clone()),
        })
    }

    /// The path of what a variable stands for.
    pub(super) fn of_local(&self, slot: u8) -> Option<Arc<str>> {
        self.locals.get(usize::from(slot))?.clone()
    }

    /// A variable stands for an item of a list. The items of an object are its keys, which have no place.
    pub(super) fn bind(&mut self, slot: u8, list: Val<'_>, number: usize, value: Val<'_>) {
        let of_list = || match list {
            Val::Data(Data::List(_)) => self.of(list).map(|path| item(&path, number)),
            _ => None,
        };
        let path = self.of(value).or_else(of_list);
        if let Some(local) = self.locals.get_mut(usize::from(slot)) {
            *local = path;
        }
    }

    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.known.truncate(len);
    }
}

fn item(list: &str, number: usize) -> Arc<str> {
    format!("{list}[{number}]").into()
}
