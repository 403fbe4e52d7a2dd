//! An inventory in a file: collect once, judge anywhere, with the same verdicts next year.

mod collector;
mod read;
mod write;

pub use collector::{Import, Snapshot};
pub use write::{save, save_to, write};

/// The version of the format that this program writes, and the only one that it reads.
pub(crate) const VERSION: u64 = 1;
/// The key that a snapshot begins with.
pub(crate) const MARK: &str = "cspm_snapshot";
/// The largest snapshot that is read unless the caller raises the limit: one GiB of JSON, a million resources or so.
pub(crate) const MAX_BYTES: u64 = 1 << 30;
