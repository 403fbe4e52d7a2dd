//! What the tests against a real API server share: the server itself, with its etcd, and the calls that were made of it.
#![allow(missing_docs, reason = "nobody but the tests uses this")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "these are tests")]

pub mod access;
pub mod audit;
pub mod certificates;
pub mod client;
pub mod cluster;
pub mod fill;
pub mod process;
pub mod programs;
pub mod scan;
#[path = "../../support/verdicts.rs"]
pub mod verdicts;
