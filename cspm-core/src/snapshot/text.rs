//! JSON taken from a stream value by value, each within bounds: how much a text can become in memory is known before it is
//! parsed.

use std::io::{self, BufRead};

/// How deep lists and objects may nest; the parser behind this refuses more too.
const MAX_DEPTH: usize = 127;
/// What a list or object counts as: it takes as much memory as so many numbers.
const CONTAINER: u64 = 3;

/// How much may be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Bytes, and the name of the option that raises them.
    pub(super) bytes: (u64, &'static str),
    /// Values, lists and objects counted as three, and the name of the option that raises them.
    pub(super) values: (u64, &'static str),
}

/// Why the stream gives no further value.
#[derive(Debug)]
pub(super) enum Fault {
    /// It cannot be read.
    Io(io::Error),
    /// It ends within a value.
    End,
    /// It has more than may be read.
    Limit(String),
    /// It is no JSON.
    Syntax(String),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A stream of JSON.
pub(super) struct Text<R> {
    input: R,
    bounds: Bounds,
    bytes: u64,
    values: u64,
}

impl<R: BufRead> Text<R> {
    pub(super) fn new(input: R, bounds: Bounds) -> Self {
        Self { input, bounds, bytes: 0, values: 0 }
    }

    /// How many bytes were read.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next byte that is no white space, which stays where it is; none at the end.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            let chunk = self.input.fill_buf()?;
            let found = chunk.iter().position(|byte| !byte.is_ascii_whitespace());
            let (used, found) = match found {
                Some(at) => (at, chunk.get(at).copied()),
                None if chunk.is_empty() => return Ok(None),
                None => (chunk.len(), None),
            };
            self.used(used)?;
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    /// Takes the next byte, which must be one of these.
    pub(super) fn one_of(&mut self, wanted: &[u8]) -> Result<u8, Fault> {
        match self.peek()? {
            Some(byte) if wanted.contains(&byte) => {
                self.used(1)?;
                Ok(byte)
            }
            Some(byte) => {
                let wanted: Vec<_> = wanted.iter().map(|byte| format!("`{}`", char::from(*byte))).collect();
                Err(Fault::Syntax(format!("`{}` is where {} is due", byte.escape_ascii(), wanted.join(" or "))))
            }
            None => Err(Fault::End),
        }
    }

    /// Takes the text of the next value; of what is in it only the brackets and quotes are looked at. A value may have so
    /// many values in it.
    pub(super) fn value(&mut self, into: &mut Vec<u8>, most: Bounds) -> Result<(), Fault> {
        into.clear();
        match self.peek()? {
            None => return Err(Fault::End),
            Some(b'"' | b'[' | b'{' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {}
            Some(byte) => return Err(Fault::Syntax(format!("`{}` begins no value", byte.escape_ascii()))),
        }
        let mut seen = Seen { values: 1, ..Seen::default() };
        loop {
            let chunk = self.input.fill_buf()?;
            if chunk.is_empty() {
                // A number or word ends with the stream.
                return if seen.depth == 0 && !seen.quoted { Ok(()) } else { Err(Fault::End) };
            }
            let before = seen.values;
            let (used, over) = seen.pass(chunk)?;
            into.extend_from_slice(&chunk[..used]);
            self.values += seen.values - before;
            self.used(used)?;
            within(self.values, self.bounds.values, "values")?;
            within(into.len() as u64, most.bytes, "bytes in one value")?;
            within(seen.values, most.values, "values in one")?;
            if over {
                return Ok(());
            }
        }
    }

    fn used(&mut self, bytes: usize) -> Result<(), Fault> {
        self.input.consume(bytes);
        self.bytes += bytes as u64;
        within(self.bytes, self.bounds.bytes, "bytes")
    }
}

fn within(count: u64, (most, option): (u64, &str), what: &str) -> Result<(), Fault> {
    if count <= most {
        return Ok(());
    }
    let raise = if option.is_empty() { String::new() } else { format!(": {option} sets another limit") };
    Err(Fault::Limit(format!("it is larger than the limit of {most} {what}{raise}")))
}

/// What was seen of a value.
#[derive(Default)]
struct Seen {
    values: u64,
    depth: usize,
    quoted: bool,
    escaped: bool,
    begun: bool,
}

impl Seen {
    /// Passes over a part of the value: how many bytes are its, and whether it ends there.
    fn pass(&mut self, chunk: &[u8]) -> Result<(usize, bool), Fault> {
        let mut at = 0;
        while let Some(&byte) = chunk.get(at) {
            if self.quoted {
                at += self.pass_quoted(&chunk[at..]);
                if !self.quoted && self.depth == 0 {
                    return Ok((at, true));
                }
                continue;
            }
            match byte {
                b'"' => self.quoted = true,
                b'[' | b'{' => {
                    self.depth += 1;
                    self.values += CONTAINER;
                    if self.depth > MAX_DEPTH {
                        return Err(Fault::Limit(format!("it is nested deeper than {MAX_DEPTH}")));
                    }
                }
                b']' | b'}' if self.depth == 0 => return Ok((at, true)),
                b']' | b'}' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Ok((at + 1, true));
                    }
                }
                b',' if self.depth == 0 => return Ok((at, true)),
                b',' => self.values += 1,
                byte if self.depth == 0 && self.begun && byte.is_ascii_whitespace() => return Ok((at, true)),
                _ => {}
            }
            self.begun = true;
            at += 1;
        }
        Ok((at, false))
    }

    /// Passes over a part of a string, and its closing quote where it is there.
    fn pass_quoted(&mut self, chunk: &[u8]) -> usize {
        if std::mem::take(&mut self.escaped) {
            return 1;
        }
        let Some(at) = chunk.iter().position(|byte| matches!(byte, b'"' | b'\\')) else { return chunk.len() };
        self.quoted = chunk[at] != b'"';
        self.escaped = self.quoted;
        at + 1
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WIDE: Bounds = Bounds { bytes: (1 << 20, ""), values: (1 << 20, "") };

    fn values(text: &str, chunk: usize) -> Vec<String> {
        let mut text = Text::new(io::BufReader::with_capacity(chunk, text.as_bytes()), WIDE);
        let (mut all, mut value) = (Vec::new(), Vec::new());
        while text.peek().unwrap().is_some() {
            text.value(&mut value, WIDE).unwrap();
            all.push(String::from_utf8(value.clone()).unwrap());
            if text.peek().unwrap() == Some(b',') {
                text.one_of(b",").unwrap();
            }
        }
        all
    }

    #[test]
    fn values_are_taken_whole_wherever_the_stream_is_cut() {
        let text = r#" {"a]": [1, {"b": "\"}\\"}]} , [] ,"x\\",-1.5e3 true,null"#;
        let wanted = [r#"{"a]": [1, {"b": "\"}\\"}]}"#, "[]", r#""x\\""#, "-1.5e3", "true", "null"];
        for chunk in 1..20 {
            assert_eq!(values(text, chunk), wanted, "{chunk}");
        }
    }

    #[test]
    fn what_is_no_value_is_a_fault() {
        for (text, end) in [("", true), ("[1", true), ("\"x", true), ("}", false), (",", false), ("\u{0}", false)] {
            let fault = Text::new(text.as_bytes(), WIDE).value(&mut Vec::new(), WIDE).unwrap_err();
            assert_eq!(matches!(fault, Fault::End), end, "{text:?}: {fault:?}");
        }
    }

    #[test]
    fn bounds_are_kept_before_anything_is_parsed() {
        let fault = |text: &str, bounds: Bounds, most: Bounds| match Text::new(text.as_bytes(), bounds)
            .value(&mut Vec::new(), most)
        {
            Err(Fault::Limit(message)) => message,
            other => panic!("{other:?}"),
        };
        let values = Bounds { values: (10, "max_values"), ..WIDE };
        let bytes = Bounds { bytes: (10, "max_bytes"), ..WIDE };
        let many = format!("[{}1]", "1,".repeat(20));
        assert!(fault(&many, values, WIDE).contains("10 values: max_values sets another limit"));
        assert!(fault("[[[[]]]]", values, WIDE).contains("10 values"), "lists take more than numbers");
        assert!(fault(&many, WIDE, values).contains("10 values in one"));
        assert!(fault(&many, bytes, WIDE).contains("10 bytes"));
        assert!(fault("\"a long string\"", WIDE, bytes).contains("10 bytes in one value"));
        assert!(fault(&"[".repeat(MAX_DEPTH + 1), WIDE, WIDE).contains("nested deeper"));
    }

    proptest! {
        #[test]
        fn json_is_taken_as_its_parser_takes_it(text in r#"[\[\]{},:"\\a1 ]{0,12}"#) {
            if serde_json::from_str::<serde_json::Value>(&text).is_ok() {
                prop_assert_eq!(values(&text, 3), [text.trim()]);
            }
        }
    }
}
