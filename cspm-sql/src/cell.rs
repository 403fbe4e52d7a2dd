//! The value of a column of a resource.

use std::borrow::Cow;
use std::sync::Arc;

use cspm_core::{Data, Kind, Reason, Resource, Unread};
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use serde_json::{Map, json};

use crate::column::{Envelope, Origin};
use crate::schema::Type;

/// A value as SQLite gets it.
#[derive(Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(Cow<'a, str>),
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Integer(n) => ToSqlOutput::Owned(Value::Integer(*n)),
            Self::Real(n) => ToSqlOutput::Owned(Value::Real(*n)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

/// The value of a column; `unread` hears of every part of it that was not read.
pub(crate) fn value<'a>(
    resource: &'a Resource,
    kind: Option<&Kind>,
    (origin, holds): (&'a Origin, Type),
    unread: &mut dyn FnMut(&Arc<Unread>),
) -> Cell<'a> {
    match origin {
        Origin::Envelope(envelope) => of_envelope(resource, *envelope),
        Origin::Unread => unread_of(resource, kind),
        Origin::Path(path) => match on_the_way(&resource.data, path) {
            Some(why) => not_read(why, unread),
            None => known(resource.data.at(path), holds, unread),
        },
        Origin::Data(key, envelope) => {
            let data = resource.data.get(key);
            match (data, envelope) {
                (None | Some(Data::Null | Data::Unread(_)), Some(envelope)) => of_envelope(resource, *envelope),
                (None, None) => match missing(resource, kind, key) {
                    Some(why) => not_read(&why, unread),
                    None => Cell::Null,
                },
                (data, _) => known(data, holds, unread),
            }
        }
    }
}

/// What was not read of the parts around a path.
fn on_the_way<'a>(data: &'a Data, path: &str) -> Option<&'a Arc<Unread>> {
    let around = path.match_indices('.').map(|(end, _)| data.at(&path[..end]));
    std::iter::once(Some(data)).chain(around).flatten().find_map(Data::unread)
}

fn not_read(why: &Arc<Unread>, unread: &mut dyn FnMut(&Arc<Unread>)) -> Cell<'static> {
    unread(why);
    Cell::Null
}

/// Why a key is not in the data: the data as a whole was not read, or nobody gave the field. Objects that are kept as their
/// provider has them have no key for what is absent.
fn missing(resource: &Resource, kind: Option<&Kind>, key: &str) -> Option<Arc<Unread>> {
    if let Some(whole) = resource.data.unread() {
        return Some(whole.clone());
    }
    let call = match kind {
        Some(kind) if kind.is_native() => return None,
        Some(kind) => kind.source(key).call(),
        None => String::new(),
    };
    Some(Arc::new(Unread::new(Reason::NotGiven, call)))
}

fn known<'a>(data: Option<&'a Data>, holds: Type, unread: &mut dyn FnMut(&Arc<Unread>)) -> Cell<'a> {
    match data {
        None | Some(Data::Null) => Cell::Null,
        Some(Data::Unread(why)) => not_read(why, unread),
        Some(data @ (Data::List(_) | Data::Object(_))) => {
            data.for_each_unread(&mut |_, why| unread(why));
            json_text(data)
        }
        Some(data) if holds == Type::Json => json_text(data),
        Some(Data::Bool(b)) => Cell::Integer((*b).into()),
        Some(Data::Int(n)) => Cell::Integer(*n),
        Some(Data::Float(n)) => Cell::Real(*n),
        Some(Data::Str(text)) => Cell::Text(Cow::Borrowed(text)),
    }
}

fn json_text(value: &impl serde::Serialize) -> Cell<'static> {
    serde_json::to_string(value).map_or(Cell::Null, |text| Cell::Text(text.into()))
}

fn of_envelope(resource: &Resource, envelope: Envelope) -> Cell<'_> {
    Cell::Text(match envelope {
        Envelope::Uid => Cow::Borrowed(&resource.uid),
        Envelope::Kind => Cow::Borrowed(&resource.kind),
        Envelope::Provider => Cow::Borrowed(&resource.provider),
        Envelope::Account => Cow::Borrowed(&resource.account),
        Envelope::Region => Cow::Borrowed(&resource.region),
        Envelope::Name => Cow::Borrowed(&resource.name),
        Envelope::CollectedAt => resource.collected_at.to_string().into(),
        Envelope::Arn if resource.uid.starts_with("arn:") => Cow::Borrowed(&resource.uid),
        // What another account owns has a uid of its own in each account that sees it.
        Envelope::Arn => match resource.uid.strip_prefix("aws://").and_then(|rest| rest.split_once('/')) {
            Some((_, arn)) if arn.starts_with("arn:") => Cow::Borrowed(arn),
            _ => return Cell::Null,
        },
        Envelope::Tags => return json_text(&*resource.tags),
    })
}

/// What was not read of a resource: an object of paths, with dots between the names, to reasons.
fn unread_of(resource: &Resource, kind: Option<&Kind>) -> Cell<'static> {
    let mut all = Map::new();
    resource.data.for_each_unread(&mut |pointer, why| {
        let path = pointer.trim_start_matches('/').replace('/', ".").replace("~1", "/").replace("~0", "~");
        all.insert(path, as_json(why));
    });
    let properties =
        kind.filter(|kind| !kind.is_native()).and_then(|kind| kind.schema().get("properties")?.as_object());
    if resource.data.unread().is_none() {
        for key in properties.into_iter().flat_map(Map::keys).filter(|key| resource.data.get(key).is_none()) {
            if let Some(why) = missing(resource, kind, key) {
                all.insert(key.clone(), as_json(&why));
            }
        }
    }
    json_text(&all)
}

fn as_json(why: &Unread) -> serde_json::Value {
    json!({"reason": why.reason.as_str(), "call": &*why.call, "detail": &*why.detail})
}
