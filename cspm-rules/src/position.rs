//! From a place in a YAML text's value to the place in the file.

use crate::error::Position;

/// The place in `file` of byte `offset` of `value`, a text that begins at byte `start` of the file.
///
/// Folding, quoting and indentation change nothing but white space, quotes and escapes, so that the letters of the value
/// are found one after the other in the file. Where they are not (rare escapes), the place is the last one found.
pub(crate) fn in_file(file: &str, start: usize, value: &str, offset: usize) -> Position {
    let mut at = content_start(file, start);
    let mut last = at;
    for letter in value.char_indices().take_while(|(i, _)| *i <= offset).map(|(_, c)| c).filter(|c| !c.is_whitespace())
    {
        match find(file, at, letter) {
            Some(found) => {
                last = found;
                at = found + letter.len_utf8();
            }
            None => break,
        }
    }
    of_byte(file, last)
}

/// The place of byte `offset` of `file`.
pub(crate) fn of_byte(file: &str, offset: usize) -> Position {
    let before = file.get(..offset).unwrap_or(file);
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    Position { line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column).unwrap_or(u32::MAX) }
}

/// Behind the header of a block (`>-`, `|`) or the opening quote.
fn content_start(file: &str, start: usize) -> usize {
    let rest = file.get(start..).unwrap_or("");
    match rest.as_bytes().first() {
        Some(b'>' | b'|') => rest.find('\n').map_or(start, |end| start + end + 1),
        Some(b'"' | b'\'') => start + 1,
        _ => start,
    }
}

/// The next `letter` in `file` from byte `from`, with nothing but white space, a quote or a backslash before it.
fn find(file: &str, from: usize, letter: char) -> Option<usize> {
    for (i, c) in file.get(from..)?.char_indices() {
        if c == letter {
            return Some(from + i);
        }
        if !(c.is_whitespace() || c == '\\' || c == '\'') {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line and column of `token` in the value that begins with `opening` in the file.
    fn place(file: &str, opening: &str, value: &str, token: &str) -> (u32, u32) {
        let start = file.find(opening).expect("the file has the value");
        let position = in_file(file, start, value, value.find(token).expect("the value has the token"));
        (position.line, position.column)
    }

    #[test]
    fn folded_blocks() {
        let file = "id: x\nexpression: >-\n  resource.a\n  && resource.b\n\n  || resource.c\n";
        let value = "resource.a && resource.b\n|| resource.c";
        assert_eq!(place(file, ">-", value, "resource.b"), (4, 6));
        assert_eq!(place(file, ">-", value, "resource.c"), (6, 6));
        assert_eq!(place(file, ">-", value, "resource.a"), (3, 3));
    }

    #[test]
    fn plain_and_quoted_texts() {
        assert_eq!(place("e: resource.a == 'x'\n", "resource", "resource.a == 'x'", "'x'"), (1, 18));
        assert_eq!(place("e: 'a == ''x'' && b'\n", "'a", "a == 'x' && b", "b"), (1, 19));
        assert_eq!(place("é: \"a == \\\"x\\\" && b\"\n", "\"a", "a == \"x\" && b", "b"), (1, 19));
    }

    #[test]
    fn a_value_that_is_not_there_is_placed_at_its_start() {
        assert_eq!(in_file("e: abc", 3, "xyz", 2), Position { line: 1, column: 4 });
        assert_eq!(in_file("", 9, "xyz", 2), Position { line: 1, column: 1 });
    }
}
