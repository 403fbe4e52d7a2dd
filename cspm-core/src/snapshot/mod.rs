//! An inventory in a file: collect once, judge anywhere, with the same verdicts next year.

mod collector;
mod course;
mod read;
mod row;
mod text;
mod write;

pub use collector::{Import, Snapshot};
pub use write::{save, save_to, write};

/// The version of the format that this program writes, and the only one that it reads.
pub(crate) const VERSION: u64 = 1;
/// The key that a snapshot begins with.
pub(crate) const MARK: &str = "cspm_snapshot";
/// The largest snapshot that is read unless the caller raises the limit: one GiB of JSON, a million resources or so.
pub(crate) const MAX_BYTES: u64 = 1 << 30;
/// The most values in it, lists and objects counted as three: about as many as so much JSON has.
pub(crate) const MAX_VALUES: u64 = 60_000_000;
/// The same for JSON of another program's shape, which is held as a whole and takes more memory.
pub(crate) const MAX_FOREIGN_BYTES: u64 = 64 << 20;
pub(crate) const MAX_FOREIGN_VALUES: u64 = 4_000_000;
/// The largest resource that is read, in bytes and values: the largest objects of a provider are a few megabytes.
pub(crate) const MAX_RESOURCE_BYTES: u64 = 64 << 20;
pub(crate) const MAX_RESOURCE_VALUES: u64 = 2_000_000;
