//! CEL: expressions are parsed by the `cel` crate, checked against the schemas of kinds, compiled, and evaluated over
//! borrowed data with three-valued logic.

#[cfg(test)]
mod agreement;
mod ast;
#[cfg(test)]
mod bombs;
mod check;
mod eval;
mod functions;
mod message;
mod op;
mod ops;
mod parse;
mod pattern;
mod places;
mod program;
mod read;
mod rebase;
mod shorthand;
#[cfg(test)]
mod tests;
mod trace;
mod types;
mod value;

pub(crate) use ast::{Binary, Expr, Loop, Node, Over};
pub(crate) use functions::find as find_function;
pub(crate) use message::{Message, MessagePart, parts as message_parts};
pub(crate) use parse::{Parsed, parse, parse_all};
pub(crate) use program::{Fault, Kinds, Program};
pub(crate) use rebase::Rebase;
pub(crate) use types::{Object, Type};
