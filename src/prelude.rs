//! What most programs need: `use cspm::prelude::*;`.

pub use crate::{
    Batch, CancellationToken, Collected, Collector, Coverage, Event, Exceptions, Finding, Format, GraphSink, Inventory,
    JsonGraph, Plan, Report, Resource, Rule, Rules, Scan, Severity, Snapshot, Status, Verdict,
};
#[cfg(feature = "live")]
pub use crate::Aws;
pub use async_trait::async_trait;
