//! Quoted scalars that go on in a line which is indented no deeper than their key:
//!
//! ```yaml
//! args:
//! - "--selector=a
//! b"
//! ```
//!
//! YAML 1.2 asks for a deeper line (<https://yaml.org/spec/1.2.2/#732-single-quoted-style>), and so does the parser. Go's
//! parser, and so kubectl, takes any. As spaces at the beginning of such a line are not part of the scalar, the line is
//! given some more, and the text is parsed anew.

/// How many spaces a line is given; more where those before were too few.
const INDENTATIONS: [usize; 4] = [8, 64, 512, 4096];
/// How often a document is parsed anew.
const MOST: usize = 1000;

/// What was done to a document so far.
#[derive(Default)]
pub(super) struct Wrapped {
    /// At which byte the parser stopped last.
    at: usize,
    /// How many of the indentations were tried there.
    tried: usize,
    times: usize,
}

impl Wrapped {
    /// The text in which the scalar goes on deeper from the byte `at`, where the parser refused it; nothing where that
    /// was tried before to no avail.
    pub(super) fn indented(&mut self, text: &str, at: usize) -> Option<String> {
        // What was put in stands before the place where the parser stops again.
        let again = self.times > 0 && at == self.at + self.tried.checked_sub(1).map_or(0, |last| INDENTATIONS[last]);
        self.tried = if again { self.tried + 1 } else { 1 };
        self.at = at;
        self.times += 1;
        let spaces = INDENTATIONS.get(self.tried - 1).filter(|_| self.times <= MOST)?;
        let (before, rest) = text.split_at_checked(at)?;
        Some(deeper(before, rest, &" ".repeat(*spaces)))
    }
}

/// The text with `spaces` before `rest`, and before the lines that follow for as long as no quote can have ended the scalar.
fn deeper(before: &str, mut rest: &str, spaces: &str) -> String {
    let mut deeper = String::with_capacity(before.len() + rest.len() + spaces.len());
    deeper.push_str(before);
    while !rest.is_empty() {
        deeper.push_str(spaces);
        let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
        let (line, behind) = rest.split_at(end);
        deeper.push_str(line);
        rest = behind;
        if line.contains(['\'', '"']) {
            break;
        }
    }
    deeper.push_str(rest);
    deeper
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_deeper_until_a_quote() {
        assert_eq!(deeper("a: 'b\n", "c\n\nd'\ne: f\n", " "), "a: 'b\n c\n \n d'\ne: f\n");
        assert_eq!(deeper("a: 'b\n", "c", "  "), "a: 'b\n  c");
    }

    #[test]
    fn what_does_not_help_is_not_tried_for_ever() {
        let mut wrapped = Wrapped::default();
        let (mut text, mut at, mut times) = ("a: 'b\nc'".to_owned(), 6, 0);
        while let Some(more) = wrapped.indented(&text, at) {
            at += more.len() - text.len();
            (text, times) = (more, times + 1);
        }
        assert_eq!(times, INDENTATIONS.len());
    }
}
