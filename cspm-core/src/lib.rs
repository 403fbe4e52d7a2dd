//! The model, the traits and the engine of cspm.
//!
//! This crate knows no provider and makes no call: it has no SDK, no HTTP and no TLS. Providers implement
//! [`Collector`], rules implement [`Rule`], graphs implement [`GraphSink`].

mod error;
mod kind;
mod source;
mod unread;

pub use error::{Error, ErrorKind, Result};
pub use kind::{Kind, Model, Reference, Relation, Scope};
pub use source::{Per, Source};
pub use unread::{Read, Reason, Unread};
