//! Values while an expression is evaluated. They borrow: nothing is copied out of a resource, and what an expression
//! makes anew lives in the arena of that evaluation.

use std::collections::BTreeMap;
use std::sync::Arc;

use bumpalo::Bump;
use cspm_core::{Data, Resource, Unread};
use jiff::{SignedDuration, Timestamp};

use crate::meter;

/// A value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Val<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Str(&'a str),
    Time(Timestamp),
    Span(SignedDuration),
    /// A list or object; other data is held by the variants above.
    Data(&'a Data),
    /// A list that the expression made.
    List(&'a [Val<'a>]),
    /// A map that the expression made.
    Map(&'a [(Val<'a>, Val<'a>)]),
    Tags(&'a BTreeMap<Arc<str>, Arc<str>>),
    Resource(&'a Resource),
    /// An element of a [`Val::List`] that was not read. Never the value of an expression.
    Unread,
}

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The verdict has taken all the steps or memory that it may: nothing absorbs that.
    Spent,
    /// Something that it depends on was not read.
    Unread,
    /// The expression is at fault.
    Error,
}

/// An item of a list, or why it was not read (`None`: its reason is told already).
pub(crate) type Item<'a> = Result<Val<'a>, Option<&'a Arc<Unread>>>;

impl<'a> Val<'a> {
    /// The value of data, or why it was not read.
    pub(crate) fn of(data: &'a Data) -> Result<Self, &'a Arc<Unread>> {
        Ok(match data {
            Data::Null => Self::Null,
            Data::Bool(b) => Self::Bool(*b),
            Data::Int(n) => Self::Int(*n),
            Data::Float(n) => Self::Double(*n),
            Data::Str(text) => Self::Str(text),
            Data::List(_) | Data::Object(_) => Self::Data(data),
            Data::Unread(unread) => return Err(unread),
        })
    }

    /// The items of a list, or the keys of a map.
    pub(crate) fn items(self) -> Option<Items<'a>> {
        Some(match self {
            Self::Data(Data::List(items)) => Items::Data(items.iter()),
            Self::Data(Data::Object(object)) => Items::Keys(object.keys().iter()),
            Self::List(items) => Items::List(items.iter()),
            Self::Map(entries) => Items::Entries(entries.iter()),
            Self::Tags(tags) => Items::Tags(tags.keys()),
            _ => return None,
        })
    }

    /// The same value as data, for functions that take data. Times become RFC 3339, resources their data.
    pub(crate) fn to_data(self) -> Data {
        match self {
            Self::Null => Data::Null,
            Self::Bool(b) => Data::Bool(b),
            Self::Int(n) => Data::Int(n),
            Self::Double(n) => Data::Float(n),
            Self::Str(text) => Data::from(text),
            Self::Time(time) => Data::from(time.to_string()),
            Self::Span(span) => Data::from(span.to_string()),
            Self::Data(data) => data.clone(),
            // A list that an expression made may hold one part many times, and in that another.
            Self::List(items) => Data::list(items.iter().take_while(|_| paid()).map(|item| item.to_data())),
            Self::Map(entries) => {
                let entries = entries.iter().take_while(|_| paid());
                Data::object(entries.map(|(key, value)| (key.to_text(), value.to_data())))
            }
            Self::Tags(tags) => Data::object(tags.iter().map(|(key, value)| (key.clone(), Data::from(value.clone())))),
            Self::Resource(resource) => resource.data.clone(),
            Self::Unread => Data::from(Unread::skipped()),
        }
    }

    /// The value as people read it.
    pub(crate) fn to_text(self) -> String {
        match self {
            Self::Str(text) => text.to_owned(),
            Self::Null => "none".to_owned(),
            Self::Resource(resource) => resource.name.to_string(),
            Self::Bool(b) => b.to_string(),
            Self::Int(n) => n.to_string(),
            Self::Double(n) => n.to_string(),
            Self::Time(time) => time.to_string(),
            Self::Unread => "unknown".to_owned(),
            other => match other.items() {
                Some(items) => {
                    let items = items.take_while(|_| paid());
                    items.map(|item| item.unwrap_or(Self::Unread).to_text()).collect::<Vec<_>>().join(", ")
                }
                None => other.to_data().as_str().unwrap_or_default().to_owned(),
            },
        }
    }

    /// What it is, for messages.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Double(_) => "double",
            Self::Str(_) => "string",
            Self::Time(_) => "timestamp",
            Self::Span(_) => "duration",
            Self::Data(data) => data.type_name(),
            Self::List(_) => "list",
            Self::Map(_) | Self::Tags(_) => "map",
            Self::Resource(_) => "resource",
            Self::Unread => "unread",
        }
    }

    /// A text in the arena.
    pub(crate) fn text(arena: &'a Bump, text: &str) -> Self {
        Self::Str(arena.alloc_str(text))
    }

    /// A list of texts in the arena.
    pub(crate) fn texts<T: AsRef<str>>(arena: &'a Bump, texts: impl IntoIterator<Item = T>) -> Self {
        let paid = |text: &T| meter::allocate(2 * size_of::<Self>() + text.as_ref().len());
        let texts: Vec<_> = texts.into_iter().take_while(paid).map(|text| Self::text(arena, text.as_ref())).collect();
        Self::List(arena.alloc_slice_copy(&texts))
    }
}

/// Whether a part of a value can be copied.
fn paid() -> bool {
    meter::allocate(2 * size_of::<Data>())
}

/// The items of a list, or the keys of a map.
pub(crate) enum Items<'a> {
    Data(std::slice::Iter<'a, Data>),
    Keys(std::slice::Iter<'a, Arc<str>>),
    List(std::slice::Iter<'a, Val<'a>>),
    Entries(std::slice::Iter<'a, (Val<'a>, Val<'a>)>),
    Tags(std::collections::btree_map::Keys<'a, Arc<str>, Arc<str>>),
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        Some(match self {
            Self::Data(items) => Val::of(items.next()?).map_err(Some),
            Self::Keys(keys) => Ok(Val::Str(keys.next()?)),
            Self::List(items) => match items.next()? {
                Val::Unread => Err(None),
                value => Ok(*value),
            },
            Self::Entries(entries) => Ok(entries.next()?.0),
            Self::Tags(keys) => Ok(Val::Str(keys.next()?)),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Data(items) => items.size_hint(),
            Self::Keys(keys) => keys.size_hint(),
            Self::List(items) => items.size_hint(),
            Self::Entries(entries) => entries.size_hint(),
            Self::Tags(keys) => keys.size_hint(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_three_words() {
        assert_eq!(std::mem::size_of::<Val<'_>>(), 24);
        assert_eq!(std::mem::size_of::<Result<Val<'_>, Stop>>(), 24);
    }

    #[test]
    fn values_become_the_data_they_came_from() {
        let data = Data::object([("a", Data::list([Data::Int(1), Data::from("x")])), ("b", Data::Null)]);
        assert_eq!(Val::of(&data).map(Val::to_data), Ok(data.clone()));
        assert_eq!(Val::List(&[Val::Int(1), Val::Str("x")]).to_text(), "1, x");
    }
}
