//! Text of others: errors of parsers, answers of servers, output of programs.

use std::error::Error;
use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

use super::assign::{assignments, without};
use super::names::{is_secret_name, is_secret_word};
use super::scrub::{is_literal, replaced, scrub};

/// The message of an error from elsewhere, with what lies beneath it, scrubbed. Errors are made of foreign text through this
/// alone: [`crate::Error::with_source`] does so itself.
///
/// Of the error itself nothing else can be printed; [`Foreign::inner`] is for code that must know its type.
pub struct Foreign {
    text: String,
    inner: Box<dyn Error + Send + Sync>,
}

impl Foreign {
    /// Takes charge of an error, or of a text.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let inner = error.into();
        Self { text: scrub_foreign(&inner.to_string()), inner }
    }

    /// The error as it is, to ask for its type: its text may hold secrets.
    #[must_use]
    pub fn inner(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.inner
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

/// Nothing lies beneath it: what did is in its text, if anywhere.
impl Error for Foreign {}

/// The text without secrets in it, as [`scrub`](super::scrub), and without what parsers quote of their input: a value where they
/// expected another is cut whatever it looks like, and so is the rest of a line that gives a value to the name of a secret.
///
/// ```
/// use cspm_core::secrets::scrub_foreign;
///
/// let text = scrub_foreign("invalid type: string \"swordfish\", expected u16");
/// assert_eq!(text, "invalid type: string \"(withheld)\", expected u16");
/// assert_eq!(scrub_foreign("line 3: token: swordfish"), "line 3: token: (withheld)");
/// ```
#[must_use]
pub fn scrub_foreign(text: &str) -> String {
    scrub(&lines(&snippets(&quoted(text)))).into_owned()
}

/// Lines of the input that a parser shows with their numbers: `3 |     token: …`.
fn snippets(text: &str) -> std::borrow::Cow<'_, str> {
    static LINE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^[ \t]*(?:-->[ \t]*)?[0-9]+ *\|[ \t]?(.+)$").ok());
    match &*LINE {
        Some(pattern) if text.contains('|') => replaced(text.into(), pattern, &|found| {
            found.get(1).filter(|line| !line.as_str().contains(super::WITHHELD)).map(|line| line.range())
        }),
        _ => text.into(),
    }
}

/// What serde quotes of its input: `invalid value: string "…", expected …`.
fn quoted(text: &str) -> String {
    static QUOTED: LazyLock<[Option<Regex>; 3]> = LazyLock::new(|| {
        [
            r#"invalid (?:type|value|length): (?:string|character|map key|newtype string) "((?:[^"\\]|\\.)*)"(?:, expected|$)"#,
            r"invalid (?:type|value): (?:string|character|byte array|integer|floating point|floating point number) `((?:[^`])*)`",
            r"(?:unknown variant|unknown field|duplicate key|duplicate mapping key:?) (?:`([^`\n]*)`|\x22([^\x22\n]*)\x22)",
        ]
        .map(|pattern| Regex::new(pattern).ok())
    });
    let mut text = std::borrow::Cow::Borrowed(text);
    for (number, pattern) in QUOTED.iter().enumerate() {
        let Some(pattern) = pattern else { continue };
        text = replaced(text, pattern, &|found| {
            let value = found.get(1).or_else(|| found.get(2))?;
            // A name that nobody knows is a slip of the pen, and must be shown to be found; numbers and plain words too.
            let name = number > 0 && value.as_str().len() <= 48 && is_name(value.as_str());
            (!value.is_empty() && !name).then(|| value.range())
        });
    }
    text.into_owned()
}

/// Whether it is a number, or a name as fields have.
fn is_name(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphabetic() || b"_-.".contains(&byte));
    letters || text.parse::<f64>().is_ok()
}

/// Cuts, in each line, what follows the name of a secret.
fn lines(text: &str) -> String {
    let mut cuts: Vec<std::ops::Range<usize>> = Vec::new();
    for found in assignments(text) {
        let start = found.value.start;
        // Without quotes, all of the line.
        let quote = |c: char| matches!(c, '\n' | '\r' | '"' | '\'' | '`' | '\\');
        let end = if found.quoted {
            found.value.end
        } else {
            text[start..].find(quote).map_or(text.len(), |end| start + end)
        };
        let value = text[start..end].trim_end();
        // `token: expected a string` is what a parser says about it.
        let prose = !found.quoted && value.split(' ').count() > 3 && !is_secret_word(found.name);
        let apart = cuts.last().is_none_or(|last| start >= last.end);
        if apart && !prose && is_secret_name(found.name) && is_literal(value) {
            cuts.push(start..start + value.len());
        }
    }
    without(text, &cuts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_parsers_quote_is_cut() {
        for (text, expected) in [
            (
                "invalid value: string \"swordfish\", expected a date",
                "invalid value: string \"(withheld)\", expected a date",
            ),
            ("unknown variant `sword fish!`, expected `low`", "unknown variant `(withheld)`, expected `low`"),
            ("wrong:\n 2 |     password: correct horse battery\n   | ^ here", "wrong:\n 2 | (withheld)\n   | ^ here"),
            ("password: correct horse battery", "password: (withheld)"),
            ("unknown variant `a: \"sword fish\"`, expected", "unknown variant `(withheld)`, expected"),
            ("client-key-data: c3dvcmRmaXNo", "client-key-data: (withheld)"),
            ("{\"token\": \"swordfish\"}", "{\"token\": \"(withheld)\"}"),
            ("proxy-url: http://ann:swordfish@proxy:3128", "proxy-url: http://(withheld)@proxy:3128"),
        ] {
            assert_eq!(scrub_foreign(text), expected);
        }
    }

    #[test]
    fn what_helps_stays() {
        for text in [
            "unknown field `serverity`, expected one of `id`, `severity` at line 3 column 5",
            "unknown variant `hgh`, expected one of `low`, `high`",
            "invalid type: integer `3`, expected a string",
            "No such file or directory (os error 2)",
            "configmaps is forbidden: User \"ann\" cannot list resource \"configmaps\" in API group \"\" at the cluster scope",
            "token: the field is missing in this object",
        ] {
            assert_eq!(scrub_foreign(text), text);
        }
    }

    #[test]
    fn nothing_of_an_error_shows_what_was_cut() {
        let error = Foreign::new("https://ann:swordfish@host is not there");
        assert!(!format!("{error} {error:?}").contains("swordfish"));
        assert!(error.source().is_none());
    }
}
