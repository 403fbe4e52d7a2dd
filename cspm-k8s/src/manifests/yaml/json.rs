//! JSON: exactly what it says, where a text that begins as a JSON object is one.

use std::cell::Cell;
use std::fmt;
use std::io::{self, Read};

use cspm_core::Data;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::build::{Builder, Shape};
use super::{Fault, Node, Place};

/// How many objects a piece may hold; more are none of a manifest.
const MAX_OBJECTS: usize = 100_000;

/// The JSON objects of a text that begins in line `first`, and its content in line `content`; nothing where that is not
/// JSON all through. What is wrong with it is then for the YAML parser to say, as JSON is YAML.
pub(super) fn nodes(text: &str, first: u32, content: u32) -> Option<Vec<Node>> {
    let before = text.split_inclusive('\n').take(content.saturating_sub(first) as usize).map(str::len).sum();
    let text = text.get(before..)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.trim_ascii_start().starts_with('{') {
        return None;
    }
    let line = Cell::new(content);
    let mut json = serde_json::Deserializer::from_reader(Counted { text: text.as_bytes(), line: &line, ended: false });
    let mut nodes = Vec::new();
    while nodes.is_empty() || json.end().is_err() {
        if nodes.len() == MAX_OBJECTS {
            return None;
        }
        let mut builder = Builder::default();
        Here { builder: &mut builder, line: &line }.deserialize(&mut json).ok()?;
        nodes.push(builder.finish()?);
    }
    Some(nodes)
}

/// A text that is read byte by byte, so that the line is known at each. The parser looks one byte ahead, so a line
/// begins with its first byte, not behind the end of the one before.
struct Counted<'a> {
    text: &'a [u8],
    line: &'a Cell<u32>,
    /// Whether the byte before ended a line.
    ended: bool,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (Some((byte, rest)), Some(place)) = (self.text.split_first(), buffer.first_mut()) else { return Ok(0) };
        self.line.set(self.line.get().saturating_add(u32::from(self.ended)));
        self.ended = *byte == b'\n';
        self.text = rest;
        *place = *byte;
        Ok(1)
    }
}

/// A value that goes to the builder.
struct Here<'a> {
    builder: &'a mut Builder,
    line: &'a Cell<u32>,
}

impl Here<'_> {
    fn place(&self) -> Place {
        Place { line: self.line.get(), column: 1 }
    }

    fn again(&mut self) -> Here<'_> {
        Here { builder: self.builder, line: self.line }
    }

    fn leaf<E: Error>(self, data: Data) -> Result<(), E> {
        let place = self.place();
        self.builder.json(data, place).map_err(refused)
    }
}

/// No one reads the message: see [`nodes`].
fn refused<E: Error>(fault: Fault) -> E {
    E::custom(fault.message)
}

impl<'de> DeserializeSeed<'de> for Here<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Here<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.leaf(Data::Null)
    }
    fn visit_bool<E: Error>(self, b: bool) -> Result<(), E> {
        self.leaf(Data::Bool(b))
    }
    fn visit_i64<E: Error>(self, n: i64) -> Result<(), E> {
        self.leaf(Data::Int(n))
    }
    fn visit_u64<E: Error>(self, n: u64) -> Result<(), E> {
        self.leaf(i64::try_from(n).map_or(Data::Float(n as f64), Data::Int))
    }
    fn visit_f64<E: Error>(self, n: f64) -> Result<(), E> {
        self.leaf(Data::Float(n))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if self.builder.wants_key() {
            self.builder.key(text, self.place());
            return Ok(());
        }
        self.leaf(Data::from(text))
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let place = self.place();
        self.builder.open(Shape::List, 0, place).map_err(refused)?;
        while items.next_element_seed(self.again())?.is_some() {}
        self.builder.close().map_err(refused)
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        let place = self.place();
        self.builder.open(Shape::Map, 0, place).map_err(refused)?;
        while entries.next_key_seed(self.again())?.is_some() {
            entries.next_value_seed(self.again())?;
        }
        self.builder.close().map_err(refused)
    }
}
