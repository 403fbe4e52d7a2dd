//! The model, the traits and the engine of cspm.
//!
//! This crate knows no provider and makes no call: it has no SDK, no HTTP and no TLS. Providers implement
//! [`Collector`], rules implement [`Rule`], graphs implement [`GraphSink`].

mod data;
mod error;
mod inventory;
mod kind;
mod resource;
mod rule;
mod secret;
mod severity;
mod source;
mod unread;

pub use data::{Data, Object, to_data};
pub use error::{Error, ErrorKind, Result};
pub use inventory::{Inventory, InventoryBuilder, Matches};
pub use kind::{Kind, Model, Reference, Relation, Scope};
pub use resource::{GLOBAL, Gap, Resource};
pub use rule::{Evidence, Reads, Remediation, Rule, RuleMeta, Status, UnreadField, Verdict};
pub use secret::Secret;
pub use severity::Severity;
pub use source::{Per, Source};
pub use unread::{Read, Reason, Unread};
