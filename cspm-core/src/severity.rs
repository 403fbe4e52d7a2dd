//! How bad a failure is.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind};

/// How bad it is when a rule fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Informational,
    /// Defence in depth.
    Low,
    /// Makes an attack easier, or its effect worse.
    Medium,
    /// One more mistake away from an incident.
    High,
    /// An incident, or an open door.
    Critical,
}

impl Severity {
    /// All of them, the least first.
    pub const ALL: [Severity; 5] = [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The name as it is written: `critical`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// How much a verdict of this severity counts in a score: each step counts twice the one below.
    #[must_use]
    pub fn weight(self) -> u64 {
        1 << (self as u32)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == text.to_ascii_lowercase()).ok_or_else(|| {
            Error::new(ErrorKind::Config, format!("read {text:?} as a severity"))
                .with_help("one of informational, low, medium, high, critical")
        })
    }
}
