//! Scans of an emulated AWS account: moto's server, filled with the sample's company.
//!
//! One program, so that the account is filled once. Without the Python of `tests/requirements.txt` the tests say so and
//! check nothing, except in CI, where that is a failure.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "these are tests")]

#[path = "../support/mod.rs"]
mod support;

mod denied_calls;
mod faults;
mod iam_policy;
