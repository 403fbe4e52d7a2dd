//! A stream in pieces: each is the text of one document, so that a broken one does not hide the others.

use std::io::{self, BufRead, Read};
use std::mem;

use super::{Fault, Place};

/// How many bytes of a line are read before they are looked at: a file that is not text may have no lines.
const CHUNK: u64 = 64 << 10;

/// The text of a document with its markers, and the directives and comments before it.
#[derive(Debug)]
pub(super) struct Piece {
    /// The line of its first byte.
    pub(super) line: u32,
    /// The line of its first content.
    pub(super) content: u32,
    /// The text, or why there is none.
    pub(super) text: Result<String, Fault>,
}

/// Splits at the lines that YAML reserves for it: `---` and `...` at their beginning are never content, not even within
/// a scalar (<https://yaml.org/spec/1.2.2/#912-document-markers>). Between JSON documents no marker is needed.
pub(super) struct Splitter<R> {
    reader: R,
    limit: usize,
    /// A line, or its beginning, that was read and is of the next piece.
    held: Vec<u8>,
    /// The number of the line that is held or read next.
    line: u32,
    ended: bool,
}

impl<R: BufRead> Splitter<R> {
    /// A piece of more than `limit` bytes is a fault.
    pub(super) fn new(reader: R, limit: usize) -> Self {
        Self { reader, limit, held: Vec::new(), line: 1, ended: false }
    }

    /// The next piece, or nothing where it has no content.
    fn piece(&mut self) -> io::Result<Option<Piece>> {
        let mut text = mem::take(&mut self.held);
        let mut seen = Seen::default();
        let first = self.line;
        let mut start = 0;
        loop {
            let end = self.rest_of_line(&mut text, start)?;
            if let End::Binary(at) = end {
                self.ended = true;
                return Ok(Some(seen.piece(first, self.line, Err(self.not_text(at - start)))));
            }
            if start == text.len() {
                self.ended = true;
                break;
            }
            let role = seen.role(&text[start..], self.line);
            if role == Role::Next {
                self.held = text.split_off(start);
                break;
            }
            if matches!(end, End::Limit) {
                let message =
                    format!("the document has more than {} bytes, which is the most that is read", self.limit);
                let fault = Place { line: seen.content.unwrap_or(first), column: 1 }.fault(message);
                let piece = seen.piece(first, self.line, Err(fault));
                let at_start = text.ends_with(b"\n");
                self.line = self.line.saturating_add(u32::from(at_start));
                drop(text);
                self.skip(at_start)?;
                return Ok(Some(piece));
            }
            self.line = self.line.saturating_add(1);
            start = text.len();
            if role == Role::Last {
                break;
            }
        }
        Ok(seen.has_content().then(|| seen.piece(first, first, utf8(text, first))))
    }

    /// Reads on until the line that begins at `start` is whole.
    fn rest_of_line(&mut self, text: &mut Vec<u8>, start: usize) -> io::Result<End> {
        let mut looked_at = start;
        loop {
            if let Some(nul) = text[looked_at..].iter().position(|byte| *byte == 0) {
                return Ok(End::Binary(looked_at + nul));
            }
            if text.len() > self.limit {
                return Ok(End::Limit);
            }
            if text.len() > start && text.ends_with(b"\n") {
                return Ok(End::Line);
            }
            looked_at = text.len();
            if self.reader.by_ref().take(CHUNK).read_until(b'\n', text)? == 0 {
                return Ok(End::Line);
            }
        }
    }

    /// Reads to the line with which the next document begins, and keeps nothing else; `at_start` is whether a line is
    /// due.
    fn skip(&mut self, mut at_start: bool) -> io::Result<()> {
        let mut chunk = Vec::new();
        loop {
            chunk.clear();
            if self.reader.by_ref().take(CHUNK).read_until(b'\n', &mut chunk)? == 0 {
                self.ended = true;
                return Ok(());
            }
            if at_start && behind_marker(&chunk, b"---").is_some() {
                self.held = chunk;
                return Ok(());
            }
            at_start = chunk.ends_with(b"\n");
            self.line = self.line.saturating_add(u32::from(at_start));
        }
    }

    fn not_text(&self, column: usize) -> Fault {
        let message = "this is not text: it has a NUL byte; what follows is not read (UTF-16 must begin with a byte \
                       order mark)";
        Place { line: self.line, column: number(column) }.fault(message)
    }
}

impl<R: BufRead> Iterator for Splitter<R> {
    type Item = io::Result<Piece>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.piece() {
                Ok(None) => {}
                Ok(Some(piece)) => return Some(Ok(piece)),
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

/// How the reading of a line came to its end.
enum End {
    Line,
    /// A NUL byte, and where.
    Binary(usize),
    Limit,
}

/// What a line is to the piece before it.
#[derive(PartialEq, Eq)]
enum Role {
    Part,
    /// Its last line.
    Last,
    /// The first line of the next piece.
    Next,
}

/// What was seen of a piece so far.
#[derive(Default)]
struct Seen {
    marker: bool,
    /// The line of a directive.
    directive: Option<u32>,
    /// The first line of content.
    content: Option<u32>,
    /// Its open brackets, where the content began as JSON.
    json: Option<Brackets>,
}

impl Seen {
    fn role(&mut self, line: &[u8], number: u32) -> Role {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        if let Some(rest) = behind_marker(line, b"---") {
            if self.marker || self.content.is_some() {
                return Role::Next;
            }
            self.marker = true;
            self.content(rest, number);
            return Role::Part;
        }
        if let Some(rest) = behind_marker(line, b"...") {
            self.content(rest, number);
            return Role::Last;
        }
        if line.starts_with(b"%") && !self.marker && self.content.is_none() {
            self.directive = Some(number);
            return Role::Part;
        }
        self.content(line, number)
    }

    /// Takes the content of a line, if it has any.
    fn content(&mut self, line: &[u8], number: u32) -> Role {
        let text = line.trim_ascii();
        if text.is_empty() {
            return Role::Part;
        }
        if self.content.is_none() {
            if text.starts_with(b"#") {
                return Role::Part;
            }
            self.content = Some(number);
            self.json = opens_json(text).then(Brackets::default);
        } else if self.json.as_ref().is_some_and(Brackets::closed) {
            if opens_json(text) {
                return Role::Next;
            }
            self.json = None;
        }
        if let Some(json) = &mut self.json {
            json.pass(text);
        }
        Role::Part
    }

    /// Whether there is a document. Directives without one are for the parser to refuse.
    fn has_content(&self) -> bool {
        self.content.is_some() || self.directive.is_some() && !self.marker
    }

    /// The piece; without content it is at line `at`.
    fn piece(&self, line: u32, at: u32, text: Result<String, Fault>) -> Piece {
        Piece { line, content: self.content.or(self.directive).unwrap_or(at), text }
    }
}

/// What follows the marker, where the line is one.
fn behind_marker<'a>(line: &'a [u8], marker: &[u8]) -> Option<&'a [u8]> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let rest = line.strip_prefix(marker)?;
    matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n')).then_some(rest)
}

/// Whether a JSON object begins here, or one whose keys are without quotes; `{{`, with which a template begins, is none.
fn opens_json(text: &[u8]) -> bool {
    let inner = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    let key = |byte: &u8| matches!(byte, b'"' | b'}' | b'_') || byte.is_ascii_alphabetic();
    inner.is_some_and(|inner| inner.first().is_none_or(key))
}

/// The open brackets of JSON, to know where a document ends that no marker follows.
#[derive(Default)]
struct Brackets {
    depth: usize,
    string: bool,
    escaped: bool,
}

impl Brackets {
    fn pass(&mut self, text: &[u8]) {
        for byte in text {
            match (self.string, byte) {
                _ if self.escaped => self.escaped = false,
                (true, b'\\') => self.escaped = true,
                (_, b'"') => self.string = !self.string,
                (false, b'{' | b'[') => self.depth += 1,
                (false, b'}' | b']') => self.depth = self.depth.saturating_sub(1),
                // Behind a document stands a comment, which may have any letters.
                (false, b'#') if self.depth == 0 => return,
                _ => {}
            }
        }
    }

    fn closed(&self) -> bool {
        self.depth == 0 && !self.string
    }
}

/// The text that begins in line `first`, without a byte order mark.
fn utf8(text: Vec<u8>, first: u32) -> Result<String, Fault> {
    match String::from_utf8(text) {
        Ok(text) => Ok(text),
        Err(error) => {
            let (good, bad) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
            let line = good.iter().filter(|byte| **byte == b'\n').count();
            let before = good.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
            let column = String::from_utf8_lossy(before).chars().count();
            let line = first.saturating_add(u32::try_from(line).unwrap_or(u32::MAX));
            let byte = bad.first().copied().unwrap_or_default();
            let message = format!("this is not text: the byte {byte:#04x} is not UTF-8 here");
            Err(Place { line, column: number(column) }.fault(message))
        }
    }
}

/// The number, from 1, of what has so many before it.
fn number(before: usize) -> u32 {
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}
