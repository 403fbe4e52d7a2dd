//! The rules of cspm: CEL expressions over typed fields, the catalog of built-in rules, frameworks, and the analysis of
//! policies and networks that rules rely on. No I/O beyond reading rule files.
//!
//! A rule is checked when it is loaded: its fields and types against the schemas of kinds. What it reads is derived from
//! its expression. `&&`, `||`, `exists` and `all` absorb what was not read, so that a verdict is given where the rest
//! decides it, and is unknown where it does not. The evidence of a verdict is what it rests on, to the very item of a list
//! (`spec.containers[1].securityContext.privileged`); it shows the first 20 items of a list that is read whole, and the
//! first 500 characters of a text.

pub mod admission_policy;
pub mod analysis;
pub mod cases;
mod catalog;
mod cel;
mod embedded;
mod error;
mod framework;
mod meter;
mod position;
mod rule;
mod rule_file;
mod rule_folder;
mod rules;
mod suggest;

pub use error::{Error, ErrorKind, Result};
pub use framework::{Control, ControlStatus, Framework};
pub use rules::{RuleSet, Rules};
