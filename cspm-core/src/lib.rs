//! The model, the traits and the engine of cspm.
//!
//! This crate knows no provider and makes no call: it has no SDK, no HTTP and no TLS. Providers implement
//! [`Collector`], rules implement [`Rule`], graphs implement [`GraphSink`].

mod account;
mod collector;
mod coverage;
mod data;
mod engine;
mod error;
mod event;
mod exception;
mod fields;
mod finding;
mod graph;
mod input_file;
mod inventory;
mod kind;
mod memory;
mod output_file;
mod plan;
mod report;
mod resource;
mod rule;
mod scores;
mod secret;
mod severity;
mod snapshot;
mod source;
#[cfg(feature = "testkit")]
pub mod testkit;
mod unread;
mod wanted;

/// Secrets in text and data: finding them, and withholding them.
pub mod secrets {
    pub use crate::secret::{
        Foreign, SecretHit, WITHHELD, find, in_script, is_secret_name, is_secret_word, of_command, scrub, scrub_data,
        scrub_foreign, withhold_all,
    };
}

pub use account::Account;
pub use collector::{CallOutcome, Collected, Collector, Identity, Outcome};
pub use coverage::{CallCounts, CallKey, Coverage, Failure};
pub use data::{Data, Object, Shapes, to_data};
pub use engine::{RuleSource, Scan, Selected, SelectedPart, evaluate, try_evaluate};
pub use error::{Error, ErrorKind, Result};
pub use event::{CallEvent, Event, Progress};
pub use exception::{AppliedException, Exception, Exceptions};
pub use fields::Fields;
pub use finding::Finding;
pub use graph::{Batch, Edge, GraphSink, edges};
pub use input_file::{open_input, read_input};
pub use inventory::{Inventory, InventoryBuilder, Matches};
pub use kind::{Kind, Model, Reference, Relation, Scope, Withhold};
pub use memory::{Memory, MemoryGraph};
pub use output_file::OutputFile;
pub use plan::{Plan, PlannedCall};
pub use report::{Report, Summary};
pub use resource::{GLOBAL, Gap, LineName, LineRecorder, Lines, Origin, Resource};
pub use rule::{Evidence, Reads, Remediation, Rule, RuleMeta, Status, UnreadField, Verdict};
pub use scores::{Score, Scores};
pub use secret::Secret;
pub use severity::Severity;
pub use snapshot::{Import, Snapshot, save as save_snapshot, save_to as save_snapshot_to, write as write_snapshot};
pub use source::{Per, Source};
pub use tokio_util::sync::CancellationToken;
pub use unread::{Read, Reason, Unread};
pub use wanted::Wanted;
