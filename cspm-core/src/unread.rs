//! What was not read, and why.

use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize, Serializer};

use crate::ErrorKind;

/// Why something was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// The provider refused: the caller lacks a permission.
    AccessDenied,
    /// The provider asked to slow down until the retries were used up.
    Throttled,
    /// No answer in time, or no connection.
    TimedOut,
    /// There are no credentials, or they are not accepted: they expired, say, and could not be renewed.
    CredentialsExpired,
    /// The region or the service is not enabled for the account.
    NotOptedIn,
    /// The call failed for another reason: an error of the server, an answer that could not be understood.
    Failed,
    /// The provider shows it to nobody: the control plane of a managed cluster, a file on a node.
    NotExposed,
    /// It is outside of what the caller wants scanned: another namespace, say.
    NotSelected,
    /// The files that were judged do not have it, and the system that they are for may have it all the same. What is looked
    /// for and not written is taken to be absent; what is named and not written is not known: see
    /// [`crate::Matches::unread_as_written`].
    NotWritten,
    /// Nothing asked for it: the plan of the scan did not need it.
    Skipped,
    /// The resource came from a caller or a file that did not give the field.
    NotGiven,
    /// The scan was cancelled before it was read.
    Cancelled,
    /// Two resources have one uid, and differ in it.
    Conflicting,
    /// A rule could not be evaluated; the fault is the rule's.
    RuleError,
}

impl Reason {
    /// The name as it is written in files: `access_denied`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::Throttled => "throttled",
            Self::TimedOut => "timed_out",
            Self::CredentialsExpired => "credentials_expired",
            Self::NotOptedIn => "not_opted_in",
            Self::Failed => "failed",
            Self::NotExposed => "not_exposed",
            Self::NotSelected => "not_selected",
            Self::NotWritten => "not_written",
            Self::Skipped => "skipped",
            Self::NotGiven => "not_given",
            Self::Cancelled => "cancelled",
            Self::Conflicting => "conflicting",
            Self::RuleError => "rule_error",
        }
    }

    /// Whether something that was asked for is missing because of it. What the caller did not select, what is not enabled, and
    /// what a provider shows to nobody takes nothing away from what could be read.
    #[must_use]
    pub fn leaves_a_gap(self) -> bool {
        !matches!(self, Self::NotOptedIn | Self::NotSelected | Self::NotWritten | Self::NotExposed)
    }
}

/// What an error of this kind kept from being read is unread for this reason. Every collector and the engine ask here, so that
/// the same failure has the same reason everywhere.
impl From<ErrorKind> for Reason {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::AccessDenied => Self::AccessDenied,
            ErrorKind::Credentials => Self::CredentialsExpired,
            ErrorKind::Unreachable => Self::TimedOut,
            ErrorKind::Cancelled => Self::Cancelled,
            ErrorKind::Config
            | ErrorKind::Io
            | ErrorKind::Format
            | ErrorKind::Version
            | ErrorKind::Model
            | ErrorKind::Rule
            | ErrorKind::Limit
            | ErrorKind::Extension => Self::Failed,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A part of a resource that was not read: the reason, and the call that would have read it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Unread {
    /// Why.
    pub reason: Reason,
    /// The call, as `service:Operation`; empty where no call is known.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub call: Arc<str>,
    /// What the provider said, without anything secret; empty where it said nothing.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub detail: Arc<str>,
}

impl Unread {
    /// Unread for `reason`, with the call that would have read it.
    #[must_use]
    pub fn new(reason: Reason, call: impl Into<Arc<str>>) -> Self {
        Self { reason, call: call.into(), detail: Arc::from("") }
    }

    /// The same, with what the provider said, scrubbed.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Arc<str>>) -> Self {
        let detail = detail.into();
        let scrubbed = crate::secrets::scrub_foreign(&detail);
        self.detail = if *scrubbed == *detail { detail } else { scrubbed.into() };
        self
    }

    /// Nothing asked for it.
    #[must_use]
    pub fn skipped() -> Self {
        Self::new(Reason::Skipped, "")
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&*self.call, &*self.detail) {
            ("", "") => write!(f, "{}", self.reason),
            ("", detail) => write!(f, "{} ({detail})", self.reason),
            (call, "") => write!(f, "{call}: {}", self.reason),
            (call, detail) => write!(f, "{call}: {} ({detail})", self.reason),
        }
    }
}

/// A field that is filled by a call of its own: what the call read, or why it did not.
///
/// "Not configured" is an answer: model it as `Read<Option<T>>` and give `Known(None)`.
///
/// ```
/// use cspm_core::{Read, Reason, Unread};
///
/// let versioning: Read<Option<String>> = Read::Known(None);
/// assert!(versioning.known().is_some_and(Option::is_none));
/// let denied: Read<bool> = Unread::new(Reason::AccessDenied, "s3:GetBucketPolicyStatus").into();
/// assert!(denied.known().is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read<T> {
    /// What the call read.
    Known(T),
    /// Why it was not read.
    Unread(Unread),
}

impl<T> Read<T> {
    /// The value, if it was read.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unread(_) => None,
        }
    }

    /// The same with the value changed by `f`.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Read<U> {
        match self {
            Self::Known(value) => Read::Known(f(value)),
            Self::Unread(unread) => Read::Unread(unread),
        }
    }
}

/// Nothing is known of a field until its call was made.
impl<T> Default for Read<T> {
    fn default() -> Self {
        Self::Unread(Unread::skipped())
    }
}

impl<T> From<Unread> for Read<T> {
    fn from(unread: Unread) -> Self {
        Self::Unread(unread)
    }
}

impl<T> From<Result<T, Unread>> for Read<T> {
    fn from(result: Result<T, Unread>) -> Self {
        match result {
            Ok(value) => Self::Known(value),
            Err(unread) => Self::Unread(unread),
        }
    }
}

/// The name by which the serializer of [`crate::Data`] knows an unread field. Others write the reason as an object.
pub(crate) const UNREAD: &str = "$cspm::unread";

impl<T: Serialize> Serialize for Read<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(value) => value.serialize(serializer),
            Self::Unread(unread) => serializer.serialize_newtype_struct(UNREAD, unread),
        }
    }
}

/// The schema of a field is that of its value: that it may be unread is true of every field.
impl<T: JsonSchema> JsonSchema for Read<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        // Not as a subschema: the generator takes the same id within itself for a cycle.
        T::json_schema(generator)
    }
}
