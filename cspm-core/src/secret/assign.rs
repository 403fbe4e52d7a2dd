//! Values that text gives to a name: `name = value`, `name: value`, `"name": "value"`. Found in one pass, since every object as
//! text is full of them.

use std::ops::Range;

/// Longer names are looked at by their end.
const NAME: usize = 80;

/// A name, and what is given to it.
pub(super) struct Assignment<'t> {
    pub(super) name: &'t str,
    /// Whether the sign has a `=`: then it is hardly prose.
    pub(super) equals: bool,
    pub(super) quoted: bool,
    /// The value: in quotes what is between them, else up to the next space or quote.
    pub(super) value: Range<usize>,
}

/// Every value in the text that is given to a name, in order. They may be within each other: `a: b=c`.
pub(super) fn assignments(text: &str) -> impl Iterator<Item = Assignment<'_>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let sign = at + bytes[at..].iter().position(|byte| matches!(byte, b'=' | b':'))?;
            // `=>`, `:=`
            let mut end = sign + 1;
            while end < bytes.len()
                && end < sign + 2
                && matches!((bytes[sign], bytes[end]), (b'=', b'>') | (b':', b'='))
            {
                end += 1;
            }
            at = end;
            let equals = bytes[sign] == b'=' || end > sign + 1;
            if let Some(name) = name_before(text, sign)
                && let Some((value, quoted)) = value_after(text, end)
            {
                return Some(Assignment { name, equals, quoted, value });
            }
        }
        None
    })
}

/// The name that ends before the sign, perhaps in quotes, which may be escaped as JSON in a text has them.
fn name_before(text: &str, sign: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let mut end = sign;
    let mut back = |skipped: fn(u8) -> bool, most: usize| {
        let least = end.saturating_sub(most);
        while end > least && skipped(bytes[end - 1]) {
            end -= 1;
        }
    };
    back(|byte| byte == b' ' || byte == b'\t', 4);
    back(|byte| byte == b']', 1);
    back(|byte| byte == b'"' || byte == b'\'', 1);
    back(|byte| byte == b'\\', 4);
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-".contains(byte);
    let length = bytes[..end].iter().rev().take(NAME).take_while(|byte| in_name(byte)).count();
    let name = &text[end - length..end];
    name.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_').then_some(name)
}

/// The value that begins after the sign, and whether it is in quotes.
fn value_after(text: &str, sign: usize) -> Option<(Range<usize>, bool)> {
    let bytes = text.as_bytes();
    let blank = bytes[sign..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).take(64).count();
    let mut start = sign + blank;
    let slashes = bytes[start..].iter().take_while(|byte| **byte == b'\\').take(4).count();
    start += slashes;
    let quote = bytes.get(start).copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    match quote {
        Some(quote) => {
            start += 1;
            let mut end = start;
            while end < bytes.len() {
                match bytes[end] {
                    byte if byte == quote => break,
                    // An escaped quote ends the value where the first was escaped too.
                    b'\\' if slashes > 0 && bytes.get(end + 1) == Some(&quote) => break,
                    b'\\' => end += 1,
                    _ => {}
                }
                end += 1;
            }
            let end = text.floor_char_boundary(end.min(bytes.len()));
            (end > start).then_some((start..end, true))
        }
        None if slashes > 0 => None,
        None => {
            let ends = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`\\".contains(byte);
            let end = bytes[start..].iter().position(ends).map_or(bytes.len(), |length| start + length);
            (end > start).then_some((start..end, false))
        }
    }
}

/// The text with the ranges withheld, which are in order and apart.
pub(super) fn without(text: &str, ranges: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut kept = 0;
    for range in ranges {
        out.push_str(&text[kept..range.start]);
        out.push_str(super::WITHHELD);
        kept = range.end;
    }
    out.push_str(&text[kept..]);
    out
}
