//! Why an analysis has no answer.

use std::fmt;
use std::sync::Arc;

use cspm_core::{Reason, Unread};

/// What an analysis found, or why it found nothing.
pub type Answer<T> = Result<T, Fault>;

/// Why an analysis has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A part that the answer depends on was not read.
    Unread(Arc<Unread>),
    /// A part is not what it should be: a CIDR that is none, a policy that is no object.
    Invalid(String),
}

impl Fault {
    /// `field` was left out of the data though every resource of its kind has it.
    pub(crate) fn not_given(field: &str) -> Self {
        Self::Unread(Arc::new(Unread::new(Reason::NotGiven, "").with_detail(field)))
    }
}

impl From<&Arc<Unread>> for Fault {
    fn from(unread: &Arc<Unread>) -> Self {
        Self::Unread(unread.clone())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unread(unread) => write!(f, "{unread}"),
            Self::Invalid(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Fault {}
