//! YAML: from the events of the parser to the builder's calls.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::build::{Builder, Shape};
use super::scalar;
use super::wrapped::Wrapped;
use super::{Fault, Node, Place};

/// The one document of the text, which begins in line `first` of the file.
///
/// # Errors
/// The first thing that is wrong.
pub(super) fn node(text: &str, first: u32) -> Result<Node, Fault> {
    let mut text = Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut wrapped = Wrapped::default();
    loop {
        match parsed(&text, first) {
            Err(Refusal::Parser(error)) => {
                let shallow = *error.kind() == ErrorKind::InvalidQuotedScalarIndent;
                let at = error.marker().byte_offset().filter(|_| shallow);
                let deeper = at.and_then(|at| wrapped.indented(&text, at));
                text = Cow::Owned(deeper.ok_or_else(|| refused(&error, first))?);
            }
            Err(Refusal::Content(fault)) => return Err(fault),
            Ok(node) => return Ok(node),
        }
    }
}

/// Why a text is no document.
enum Refusal {
    /// It is no YAML.
    Parser(ScanError),
    /// It is, and Kubernetes takes no such value.
    Content(Fault),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Content(fault)
    }
}

fn parsed(text: &str, first: u32) -> Result<Node, Refusal> {
    let options = granit_parser::options! { emit_comments: false };
    let mut builder = Builder::default();
    let mut documents = 0;
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(Refusal::Parser)?;
        let place = place(span, first);
        match event {
            Event::DocumentStart(..) => {
                documents += 1;
                if documents > 1 {
                    let message = "a second document begins in the line of another: lines must end with LF";
                    return Err(place.fault(message).into());
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let tag = tag.as_deref().map(full);
                if builder.wants_key() && scalar::is_merge(&text, plain, tag.as_deref()) {
                    builder.merge_key(place);
                    continue;
                }
                let scalar = scalar::resolve(&text, plain, tag.as_deref()).map_err(|message| place.fault(message))?;
                builder.scalar(scalar, &text, anchor, place)?;
            }
            Event::Alias(anchor) => builder.alias(anchor, place)?,
            Event::SequenceStart(_, anchor, _) => builder.open(Shape::List, anchor, place)?,
            Event::MappingStart(_, anchor, _) => builder.open(Shape::Map, anchor, place)?,
            Event::SequenceEnd | Event::MappingEnd => builder.close()?,
            _ => {}
        }
    }
    builder.finish().ok_or_else(|| Place { line: first, column: 1 }.fault("there is no document").into())
}

/// The tag with its handle written out, as `tag:yaml.org,2002:int`.
fn full(tag: &Tag) -> String {
    let (handle, suffix) = tag.parts();
    format!("{handle}{suffix}")
}

fn refused(error: &ScanError, first: u32) -> Fault {
    let mark = error.marker();
    at(mark.line(), mark.col(), first).fault(error.info())
}

fn place(span: Span, first: u32) -> Place {
    at(span.start.line(), span.start.col(), first)
}

/// The place in the file of a line, from 1, and a column, from 0, of a text that begins in line `first`.
fn at(line: usize, column: usize, first: u32) -> Place {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Place { line: first.saturating_add(number(line.saturating_sub(1))), column: number(column).saturating_add(1) }
}
