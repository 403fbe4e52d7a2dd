//! The one error of this crate.

use std::fmt;
use std::path::{Path, PathBuf};

use cspm_core::secrets::{Foreign, scrub, scrub_foreign};

/// What kind of thing is wrong with the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file or folder could not be read.
    Io,
    /// A file is not YAML, lacks a key, or has one that nobody knows.
    Format,
    /// A rule contradicts itself or another: its id, its kind, its tests.
    Rule,
    /// An expression or message is not one: its syntax, its types, its fields.
    Expression,
    /// A selection names a rule, framework or service that does not exist.
    Selection,
    /// A case of a rule does not end as the rule says.
    Case,
}

/// What is wrong with a rule, without secrets that stand in it, where it is written, and what its author can do.
///
/// ```
/// use cspm_rules::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Expression, "there is no field `encripted`")
///     .at("my-rules/acme.yaml", 6, 15)
///     .with_help("did you mean `encrypted`?");
/// assert_eq!(
///     error.to_string(),
///     "my-rules/acme.yaml:6:15: there is no field `encripted` (did you mean `encrypted`?)"
/// );
/// ```
#[derive(Debug, thiserror::Error)]
pub struct Error {
    kind: ErrorKind,
    path: Option<PathBuf>,
    position: Option<Position>,
    message: String,
    help: Option<String>,
    #[source]
    source: Option<Box<Foreign>>,
}

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A place in a file; both numbers count from one, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Position {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Error {
    /// An error with a message that is a sentence of its own.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, path: None, position: None, message: scrub_foreign(&message.into()), help: None, source: None }
    }

    /// The same at a place in a file; line and column count from one.
    #[must_use]
    pub fn at(self, path: impl AsRef<Path>, line: u32, column: u32) -> Self {
        self.in_file(path).at_position(Position { line, column })
    }

    /// The same in a file, where no place in it is known.
    #[must_use]
    pub fn in_file(mut self, path: impl AsRef<Path>) -> Self {
        self.path = Some(path.as_ref().to_owned());
        self
    }

    pub(crate) fn at_position(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// The same with what the reader can do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(scrub(&help.into()).into_owned());
        self
    }

    pub(crate) fn with_help_if(mut self, help: Option<String>) -> Self {
        self.help = help.map(|help| scrub(&help).into_owned()).or(self.help);
        self
    }

    /// The same with the cause beneath.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(Box::new(Foreign::new(source)));
        self
    }

    /// What kind of thing is wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The file, where there is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The line, from one.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        self.position.map(|p| p.line)
    }

    /// The column in characters, from one.
    #[must_use]
    pub fn column(&self) -> Option<u32> {
        self.position.map(|p| p.column)
    }

    /// What is wrong, without the place and the help.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What the reader can do about it.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{}:", path.display())?;
        }
        if let Some(Position { line, column }) = self.position {
            write!(f, "{line}:{column}:")?;
        }
        if self.path.is_some() || self.position.is_some() {
            f.write_str(" ")?;
        }
        f.write_str(&self.message)?;
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        if let Some(help) = &self.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}

impl From<Error> for cspm_core::Error {
    fn from(error: Error) -> Self {
        let (kind, attempted) = match error.kind {
            ErrorKind::Io => (cspm_core::ErrorKind::Io, "read the rules"),
            ErrorKind::Selection => (cspm_core::ErrorKind::Config, "select the rules"),
            ErrorKind::Format | ErrorKind::Rule | ErrorKind::Expression | ErrorKind::Case => {
                (cspm_core::ErrorKind::Rule, "load the rules")
            }
        };
        Self::new(kind, attempted).with_source(error)
    }
}
