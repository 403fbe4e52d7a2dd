//! Resources as a graph: nodes as they are collected, edges when both ends are known.

use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;

use crate::{Coverage, Inventory, Relation, Resource, Result};

/// A link between two resources, from the reference that a kind declares beside a field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Edge {
    /// The uid of the resource whose field names the other.
    pub from: Arc<str>,
    /// The uid of the other.
    pub to: Arc<str>,
    /// How the two relate.
    pub relation: Relation,
    /// The field that names the other.
    pub field: Arc<str>,
}

/// A part of the graph, large enough to be worth a round trip.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Resources.
    pub nodes: Vec<Arc<Resource>>,
    /// Links between resources of this or an earlier batch.
    pub edges: Vec<Edge>,
}

/// A place for the graph: a file, a database.
#[async_trait]
pub trait GraphSink: Send {
    /// What errors and coverage call it.
    fn name(&self) -> String;

    /// Writes a batch.
    ///
    /// # Behavior
    /// - Writing the same node or edge again changes nothing.
    /// - Deletes nothing: what was not looked at is not known to be gone.
    async fn write(&mut self, batch: Batch) -> Result<()>;

    /// Ends the scan's graph.
    ///
    /// # Behavior
    /// - Called once, after the last batch, and not at all where a write failed.
    /// - May remove what earlier scans wrote only where `coverage` shows that its list was made.
    async fn finish(&mut self, coverage: &Coverage) -> Result<()>;
}

/// The links of the inventory whose ends are both in it, in order.
#[must_use]
pub fn edges(inventory: &Inventory) -> Vec<Edge> {
    let mut edges = Vec::new();
    for kind in inventory.kinds() {
        for (path, reference) in kind.references() {
            for resource in inventory.of_kind(kind.name()) {
                crate::inventory::each_value(&resource.data, path, &mut |value| {
                    for other in inventory.find(&reference.kind, &reference.field, value, resource).iter() {
                        edges.push(Edge {
                            from: resource.uid.clone(),
                            to: other.uid.clone(),
                            relation: reference.relation,
                            field: path.as_str().into(),
                        });
                    }
                });
            }
        }
    }
    edges.sort_unstable();
    edges.dedup();
    edges
}
