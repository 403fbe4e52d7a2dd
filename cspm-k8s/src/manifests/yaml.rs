//! YAML and JSON as Kubernetes reads them: a stream of documents, each whole or with the reason why not, and the line of
//! every value.
//!
//! What a text means is what kubectl sends to the API server for it, so scalars, keys and merges follow
//! <https://github.com/kubernetes-sigs/yaml> v1.6.0 and the `go.yaml.in/yaml/v2` v2.4.2 beneath it, which is YAML 1.1. We
//! are stricter where they keep one of two meanings in silence: a key that is there twice is a fault, and nothing that
//! stands behind a document is dropped.

mod anchors;
mod binary;
mod build;
mod events;
mod json;
mod kinds;
mod lines;
mod number;
mod scalar;
mod splitter;
#[cfg(test)]
mod tests;
mod unicode;
mod wrapped;

use std::io::{self, BufRead};

use cspm_core::Data;

pub(crate) use lines::Lines;
use splitter::{Piece, Splitter};
use unicode::Decoded;

/// A document of more bytes is a fault: it is held in memory whole.
const MAX_BYTES: usize = 256 << 20;

/// One document of a stream: what it says, or why it cannot be read.
#[derive(Debug)]
pub(crate) struct Document {
    /// The line of its first content, from 1.
    #[cfg_attr(not(test), expect(dead_code, reason = "an object's own line is used"))]
    pub(crate) line: u32,
    /// What it says, or why it cannot be read.
    pub(crate) content: Result<Node, Fault>,
    /// Whether there is `{{` in its text, as in a template that something must be put into first.
    pub(crate) braces: bool,
    /// The kinds of the objects that its text may be about, where it cannot be read and says so all the same.
    pub(crate) kinds: Option<Vec<String>>,
}

/// A value and where its parts stand.
#[derive(Debug)]
pub(crate) struct Node {
    /// The value.
    pub(crate) data: Data,
    /// The line of each of its parts.
    pub(crate) lines: Lines,
}

/// Why a document cannot be read, and the place, both numbers from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The line in the file.
    pub(crate) line: u32,
    /// The character in the line.
    pub(crate) column: u32,
    /// What is wrong.
    pub(crate) message: String,
}

/// A place in the stream, both numbers from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    line: u32,
    column: u32,
}

impl Place {
    fn fault(self, message: impl Into<String>) -> Fault {
        Fault { line: self.line, column: self.column, message: message.into() }
    }
}

/// The documents of a stream, one in memory at a time; those that are empty or have comments only are left out.
///
/// An item is an error where the reader fails, and is then the last. Behind a NUL nothing is read: such a file is not
/// text, and the last document says so.
pub(crate) fn documents(reader: impl BufRead) -> impl Iterator<Item = io::Result<Document>> {
    Splitter::new(Decoded::new(reader), MAX_BYTES).flat_map(|piece| match piece {
        Ok(piece) => within(piece).into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    })
}

/// The documents of a piece: one, or several where JSON follows JSON in one line.
fn within(piece: Piece) -> Vec<Document> {
    let braces = piece.text.as_ref().is_ok_and(|text| text.contains("{{"));
    let content =
        piece.text.as_ref().map_err(Fault::clone).and_then(|text| match json::nodes(text, piece.line, piece.content) {
            Some(nodes) => Ok(nodes),
            None => events::node(text, piece.line).map(|node| vec![node]),
        });
    let kinds = || piece.text.as_ref().ok().and_then(|text| kinds::of(text));
    match content {
        Ok(nodes) => {
            let kinds = if braces { kinds() } else { None };
            let document =
                |node: Node| Document { line: node.lines.line(), content: Ok(node), braces, kinds: kinds.clone() };
            nodes.into_iter().map(document).collect()
        }
        Err(fault) => vec![Document { line: piece.content, content: Err(fault), braces, kinds: kinds() }],
    }
}

/// The one document in a text that is a whole: a file within an object.
pub(crate) fn one(text: &str) -> Result<Data, Fault> {
    let nothing = || Place { line: 1, column: 1 }.fault("there is nothing in it");
    match documents(text.as_bytes()).next() {
        Some(Ok(document)) => document.content.map(|node| node.data),
        Some(Err(error)) => Err(Place { line: 1, column: 1 }.fault(error.to_string())),
        None => Err(nothing()),
    }
}
