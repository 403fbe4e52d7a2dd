//! A scan in which everything is answered: what the others are held against.

use std::collections::BTreeSet;

use cspm::Report;

use super::account::Account;
use super::verdicts::{self, Verdicts};

/// A scan without faults, and the calls that it was to make.
pub struct Sound {
    pub report: Report,
    pub verdicts: Verdicts,
    pub calls: BTreeSet<String>,
    /// The calls that the account answers without saying all.
    pub not_given: BTreeSet<String>,
}

impl Sound {
    pub async fn of(account: &Account) -> Self {
        let report = account.baseline().await;
        let calls = report.plan.calls.iter().map(|call| format!("{}:{}", call.service, call.operation)).collect();
        let not_given = verdicts::not_given(report.inventory());
        Self { verdicts: verdicts::of(&report), report, calls, not_given }
    }
}
