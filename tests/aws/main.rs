//! Scans of an emulated AWS account: moto's server, filled with the sample's company.
//!
//! One program, so that the account is filled once. Without the Python of `tests/requirements.txt` the tests say so and
//! check nothing, except in CI, where that is a failure.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "these are tests")]

#[path = "../support/mod.rs"]
mod support;

mod bad_input;
mod command_line;
mod contracts;
mod denied_calls;
mod faults;
mod iam_policy;
mod secrets;

/// Not a test: the command line, where the tests start this program again to be it.
#[test]
fn as_a_program() {
    support::program::be();
}
