//! The npm package `cspm`: the facade, in the types of JavaScript.
//!
//! This half is private. It speaks to `lib/*.ts` in texts of JSON, since parsing one text is faster than making a thousand values,
//! and in errors whose message is JSON. Nothing here is global: what runs has a thread and a runtime of its own (`job.rs`), and
//! both go with it.

mod cli;
mod collector;
mod error;
mod evaluate;
mod event;
mod inventory;
mod job;
mod kinds;
mod link;
mod plan;
mod report;
mod rule;
mod rules;
mod scan;
mod source;
mod sql;

use napi_derive::napi;

/// The version of cspm.
#[napi]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
