//! Builds the data of a document and the lines of it from what a parser finds, one thing after the other.

use std::sync::Arc;

use cspm_core::Data;

use super::anchors::Anchors;
use super::lines::{Name, Recorder};
use super::scalar::{self, Scalar};
use super::{Fault, Node, Place};

/// How deep lists and maps may nest.
const MAX_DEPTH: usize = 200;

/// How many values a document may have, copies included.
const MAX_VALUES: usize = 10_000_000;

/// What a list or map is.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    List,
    Map,
}

/// A value that is whole.
#[derive(Clone)]
pub(super) struct Value {
    data: Data,
    /// How many values it is, itself included.
    pub(super) count: usize,
    /// How many lists and maps are one in the other in it.
    height: usize,
}

impl Value {
    fn leaf(data: Data) -> Self {
        Self { data, count: 1, height: 0 }
    }
}

/// The document so far.
#[derive(Default)]
pub(super) struct Builder {
    /// The lists and maps that are open, each in the one before it.
    open: Vec<Open>,
    anchors: Anchors,
    lines: Recorder,
    count: usize,
    root: Option<Data>,
}

struct Open {
    content: Content,
    anchor: usize,
    place: Place,
    mark: usize,
    /// How many values there were before it.
    before: usize,
    height: usize,
}

enum Content {
    List(Vec<Data>),
    Map { entries: Vec<Entry>, key: Option<Key> },
}

/// A key whose value is due.
enum Key {
    Named(Name, Place),
    /// `<<`: the value's entries become entries of the map.
    Merge(Name, Place),
}

struct Entry {
    name: Arc<str>,
    data: Data,
    /// Where the key stands; nowhere if it was merged in.
    place: Option<Place>,
}

impl Builder {
    /// Whether what comes next is a key.
    pub(super) fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Map { key: None, .. }, .. }))
    }

    /// A scalar, as a key where one is due.
    pub(super) fn scalar(&mut self, scalar: Scalar, text: &str, anchor: usize, place: Place) -> Result<(), Fault> {
        if self.wants_key() && anchor == 0 {
            let name = scalar.key(text).map_err(|message| place.fault(message))?;
            self.key(&name, place);
            return Ok(());
        }
        let value = Value::leaf(scalar.data(text));
        self.anchors.define(anchor, &value).map_err(|message| place.fault(message))?;
        self.leaf(value.data, place)
    }

    /// The value of an anchor again.
    pub(super) fn alias(&mut self, anchor: usize, place: Place) -> Result<(), Fault> {
        let fault = |message| place.fault(message);
        let value = self.anchors.copy(anchor).map_err(fault)?;
        if value.height == 0 {
            return self.leaf(value.data, place);
        }
        self.not_as_key(place)?;
        if self.open.len() + value.height > MAX_DEPTH {
            return Err(too_deep(place));
        }
        if let Some(Open { content: Content::Map { key: Some(Key::Merge(..)), .. }, .. }) = self.open.last()
            && value.data.as_object().is_none()
        {
            return Err(cannot_merge(place));
        }
        self.closed(value, place)
    }

    /// A value that is neither list nor map, as a key where one is due.
    pub(super) fn leaf(&mut self, data: Data, place: Place) -> Result<(), Fault> {
        if self.wants_key() {
            let name = scalar::key(&data).map_err(|message| place.fault(message))?;
            self.key(&name, place);
            return Ok(());
        }
        self.json(scalar::value(data).map_err(|message| place.fault(message))?, place)
    }

    /// A value that is neither list nor map, as JSON has it, where no key is due.
    pub(super) fn json(&mut self, data: Data, place: Place) -> Result<(), Fault> {
        self.closed(Value::leaf(data), place)
    }

    /// A key of the map that is open.
    pub(super) fn key(&mut self, name: &str, place: Place) {
        let name = self.lines.name(name);
        self.due(Key::Named(name, place));
    }

    /// The key `<<`, which asks for a merge.
    pub(super) fn merge_key(&mut self, place: Place) {
        let name = self.lines.name("<<");
        self.due(Key::Merge(name, place));
    }

    fn due(&mut self, due: Key) {
        if let Some(Open { content: Content::Map { key, .. }, .. }) = self.open.last_mut() {
            *key = Some(due);
        }
    }

    /// A list or map begins.
    pub(super) fn open(&mut self, shape: Shape, anchor: usize, place: Place) -> Result<(), Fault> {
        self.not_as_key(place)?;
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(place));
        }
        let before = self.count;
        let mark = self.begin(place);
        self.count(1, place)?;
        let content = match shape {
            Shape::List => Content::List(Vec::new()),
            Shape::Map => Content::Map { entries: Vec::new(), key: None },
        };
        self.open.push(Open { content, anchor, place, mark, before, height: 1 });
        Ok(())
    }

    /// The list or map that was opened last is over.
    pub(super) fn close(&mut self) -> Result<(), Fault> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let data = match open.content {
            Content::List(items) => Data::List(items.into()),
            Content::Map { entries, .. } => object(entries)?,
        };
        self.lines.end(open.mark);
        let value = Value { data, count: self.count - open.before, height: open.height };
        self.anchors.define(open.anchor, &value).map_err(|message| open.place.fault(message))?;
        self.put(value)
    }

    /// The document, if there was one.
    pub(super) fn finish(self) -> Option<Node> {
        Some(Node { data: self.root?, lines: self.lines.finish() })
    }

    /// The line of a value that begins at `place`: that of its key where it has one.
    fn begin(&mut self, place: Place) -> usize {
        match self.open.last() {
            Some(Open {
                content: Content::Map { key: Some(Key::Named(name, place) | Key::Merge(name, place)), .. },
                ..
            }) => self.lines.begin(Some(name), place.line),
            _ => self.lines.begin(None, place.line),
        }
    }

    /// A value that is whole as it comes.
    fn closed(&mut self, value: Value, place: Place) -> Result<(), Fault> {
        let mark = self.begin(place);
        self.count(value.count, place)?;
        self.lines.end(mark);
        self.put(value)
    }

    fn count(&mut self, more: usize, place: Place) -> Result<(), Fault> {
        self.count = self.count.saturating_add(more);
        match self.count > MAX_VALUES {
            true => {
                Err(place
                    .fault(format!("the document has more than {MAX_VALUES} values, which is the most that is read")))
            }
            false => Ok(()),
        }
    }

    /// Puts a value where it belongs: into what is open, or as the whole document.
    fn put(&mut self, value: Value) -> Result<(), Fault> {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(value.data);
            return Ok(());
        };
        open.height = open.height.max(value.height + 1);
        match &mut open.content {
            Content::List(items) => items.push(value.data),
            Content::Map { entries, key } => match key.take() {
                Some(Key::Named(name, place)) => {
                    entries.push(Entry { name: name.text, data: value.data, place: Some(place) });
                }
                Some(Key::Merge(_, place)) => {
                    self.anchors.charge(value.count).map_err(|message| place.fault(message))?;
                    merge(&value.data, entries).ok_or_else(|| cannot_merge(place))?;
                }
                None => {}
            },
        }
        Ok(())
    }

    fn not_as_key(&self, place: Place) -> Result<(), Fault> {
        match self.wants_key() {
            true => Err(place.fault("a list or a map cannot be a key")),
            false => Ok(()),
        }
    }
}

fn too_deep(place: Place) -> Fault {
    place.fault(format!("lists and maps are nested more than {MAX_DEPTH} deep"))
}

fn cannot_merge(place: Place) -> Fault {
    place.fault("`<<` merges a map, or a list of maps that stands here, and this is neither")
}

/// Adds the entries of a map, or of the maps in a list, of which the first counts most. They replace those that stand
/// before the merge, as in `go.yaml.in/yaml/v2` (decode.go, `merge`), and not only those that are not there.
fn merge(data: &Data, entries: &mut Vec<Entry>) -> Option<()> {
    match data {
        Data::Object(map) => {
            let values = map.iter().map(|(_, data)| data.clone());
            let names = map.keys().iter().cloned();
            entries.extend(names.zip(values).map(|(name, data)| Entry { name, data, place: None }));
            Some(())
        }
        Data::List(maps) => maps.iter().rev().try_for_each(|map| map.as_object().and_then(|_| merge(map, entries))),
        _ => None,
    }
}

/// The object with these entries, of which the last of a name counts where the others were merged in.
fn object(mut entries: Vec<Entry>) -> Result<Data, Fault> {
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    let twice = entries.chunk_by(|a, b| a.name == b.name).filter_map(|same| {
        let mut places = same.iter().filter_map(|entry| Some((&entry.name, entry.place?)));
        Some((places.next()?, places.next()?.1))
    });
    match twice.min_by_key(|(_, second)| (second.line, second.column)) {
        Some(((name, first), second)) => {
            let message = format!(
                "the key `{name}` is here a second time: it was in line {}, and only one can count",
                first.line
            );
            Err(second.fault(message))
        }
        None => Ok(Data::object(entries.into_iter().map(|entry| (entry.name, entry.data)))),
    }
}
