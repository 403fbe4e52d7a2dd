//! What the tests against an emulated account share.
//!
//! The account is moto's, filled by `examples/sample/fill.py`. Its answers are recorded on a tape the first time and
//! played from there, so that hundreds of scans take minutes, and differ in nothing but what a test breaks on purpose.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test uses a part of this, and nobody else any")]

pub mod account;
pub mod call;
pub mod endpoint;
pub mod exactness;
pub mod http;
pub mod moto;
pub mod program;
pub mod python;
pub mod refusal;
pub mod sound;
pub mod stand_ins;
pub mod tape;
pub mod verdicts;
