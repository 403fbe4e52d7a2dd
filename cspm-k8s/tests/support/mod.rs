//! What the tests against a real API server share.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test uses a part of this, and nobody else any")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "these are tests")]

pub mod audit;
pub mod certificates;
pub mod client;
pub mod cluster;
pub mod process;
pub mod programs;
