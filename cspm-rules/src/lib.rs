//! The rules of cspm: CEL expressions over typed fields, the catalog of built-in rules, frameworks, and the analysis of
//! policies and networks that rules rely on. No I/O beyond reading rule files.

pub mod analysis;
pub mod cases;
mod cel;
mod embedded;
mod error;
mod framework;
mod position;
mod rule;
mod rule_file;
mod rules;
mod suggest;

pub use error::{Error, ErrorKind, Result};
pub use framework::{Control, ControlStatus, Framework};
pub use rules::{RuleSet, Rules};
