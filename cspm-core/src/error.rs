//! The one error of this crate.

use std::fmt;

use crate::secret::{Foreign, scrub};

/// What kind of thing went wrong, for callers that must choose what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An option or argument is not usable.
    Config,
    /// There are no credentials, or they are not accepted.
    Credentials,
    /// The provider or endpoint could not be reached.
    Unreachable,
    /// The provider refused.
    AccessDenied,
    /// A file could not be read or written.
    Io,
    /// A file is not what it should be: the text says where and what.
    Format,
    /// A file is of a version that this program does not know.
    Version,
    /// The model of a kind contradicts itself.
    Model,
    /// A rule is not usable.
    Rule,
    /// The scan was cancelled.
    Cancelled,
    /// A limit on time, size or memory was reached.
    Limit,
    /// A collector, rule or sink of the caller failed.
    Extension,
}

impl ErrorKind {
    /// A stable code, as the bindings give it: `config`, `credentials`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Credentials => "credentials",
            Self::Unreachable => "unreachable",
            Self::AccessDenied => "access_denied",
            Self::Io => "io",
            Self::Format => "format",
            Self::Version => "version",
            Self::Model => "model",
            Self::Rule => "rule",
            Self::Cancelled => "cancelled",
            Self::Limit => "limit",
            Self::Extension => "extension",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    const ALL: [Self; 12] = [
        Self::Config,
        Self::Credentials,
        Self::Unreachable,
        Self::AccessDenied,
        Self::Io,
        Self::Format,
        Self::Version,
        Self::Model,
        Self::Rule,
        Self::Cancelled,
        Self::Limit,
        Self::Extension,
    ];
}

/// What was attempted, what kind of thing went wrong, and the cause beneath; without secrets, whatever the cause says.
///
/// ```
/// use cspm_core::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Io, "open inventory.json").with_help("check that the file exists");
/// assert_eq!(error.kind(), ErrorKind::Io);
/// assert_eq!(error.to_string(), "cannot open inventory.json (check that the file exists)");
/// ```
#[derive(Debug, thiserror::Error)]
pub struct Error {
    kind: ErrorKind,
    attempted: String,
    help: Option<String>,
    #[source]
    source: Option<Foreign>,
}

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of `kind`; `attempted` completes the sentence "cannot …".
    #[must_use]
    pub fn new(kind: ErrorKind, attempted: impl Into<String>) -> Self {
        Self { kind, attempted: scrubbed(attempted.into()), help: None, source: None }
    }

    /// The same with the cause beneath. Its text passes [`Foreign`]: what others say may hold secrets.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(Foreign::new(source));
        self
    }

    /// The same with what the reader can do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(scrubbed(help.into()));
        self
    }

    /// What kind of thing went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What the reader can do about it.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// What was attempted; completes "cannot …".
    #[must_use]
    pub fn attempted(&self) -> &str {
        &self.attempted
    }
}

fn scrubbed(text: String) -> String {
    match scrub(&text) {
        std::borrow::Cow::Owned(scrubbed) => scrubbed,
        std::borrow::Cow::Borrowed(_) => text,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}", self.attempted)?;
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        if let Some(help) = &self.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}
