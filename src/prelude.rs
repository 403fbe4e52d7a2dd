//! What most programs need: `use cspm::prelude::*;`.

#[cfg(feature = "live")]
pub use crate::Aws;
#[cfg(feature = "sql")]
pub use crate::InventorySql;
#[cfg(feature = "k8s")]
pub use crate::Kubernetes;
pub use crate::{
    Batch, CancellationToken, Collected, Collector, Coverage, Event, Exceptions, Finding, Format, GraphSink, Inventory,
    JsonGraph, Kind, Manifests, Model, Plan, Read, Reads, Report, Resource, Rule, RuleMeta, Rules, Scan, Severity,
    Snapshot, Status, Unread, Verdict, Wanted,
};
pub use async_trait::async_trait;
pub use futures::stream::{BoxStream, Stream, StreamExt};
