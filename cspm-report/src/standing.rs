//! Where a finding stands: its status, with the exception that covers a failure taken into account.

use cspm_core::{Finding, Status};

/// The status of a finding; a failure that an exception covers stands apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Pass,
    Fail,
    /// Unknown stays unknown even where an exception covers it: nobody can waive what nobody knows.
    Unknown,
    Excepted,
}

impl Standing {
    pub(crate) fn of(finding: &Finding) -> Self {
        match finding.status {
            Status::Pass => Self::Pass,
            Status::Unknown => Self::Unknown,
            Status::Fail if finding.exception.is_some() => Self::Excepted,
            Status::Fail => Self::Fail,
        }
    }
}
