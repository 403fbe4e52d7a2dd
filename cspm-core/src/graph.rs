//! Resources as a graph: nodes as they are collected, edges when both ends are known.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;

use crate::{Coverage, Data, GLOBAL, Gap, Inventory, Reference, Relation, Resource, Result, Scope, Unread};

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
    /// Why it is not known what is at the end, or whether anything is: the list of what the field names was not made, or the
    /// field itself was not read. The graph has a node there of which nothing was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<Arc<Unread>>,
}

/// A part of the graph, large enough to be worth a round trip.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Resources, and what stands for the ends of links that are not known: its data is unread as a whole.
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
    /// - Writing the same node or edge again changes nothing. A node that differs replaces the one of its uid and kind: two
    ///   sources gave it, and the later has what they agree on.
    /// - Deletes nothing: what was not looked at is not known to be gone.
    async fn write(&mut self, batch: Batch) -> Result<()>;

    /// Ends the scan's graph.
    ///
    /// # Behavior
    /// - Called once, after the last batch, and not at all where a write failed.
    /// - May remove what earlier scans wrote only where `coverage` shows that its list was made.
    async fn finish(&mut self, coverage: &Coverage) -> Result<()>;
}

/// The links of the inventory, in order. A link to something whose list was not made has an end that is not known
/// ([`Edge::unread`]); one to something that is known not to be there is none.
#[must_use]
pub fn edges(inventory: &Inventory) -> Vec<Edge> {
    linked(inventory).0
}

/// The links, and the ends of them that are not in the inventory and not known to be absent.
pub(crate) fn linked(inventory: &Inventory) -> (Vec<Edge>, Vec<Arc<Resource>>) {
    let mut edges = Vec::new();
    let mut ends = BTreeMap::new();
    for kind in inventory.kinds() {
        for (path, reference) in kind.references() {
            for resource in inventory.of_kind(kind.name()) {
                crate::inventory::each_value(&resource.data, path, &mut |value| {
                    let edge = |to: &Arc<str>, unread| Edge {
                        from: resource.uid.clone(),
                        to: to.clone(),
                        relation: reference.relation,
                        field: path.as_str().into(),
                        unread,
                    };
                    let unread = match value {
                        Data::Null => return,
                        Data::Unread(unread) => unread.clone(),
                        value => {
                            let found = inventory.find(&reference.kind, &reference.field, value, resource);
                            let known = edges.len();
                            edges.extend(found.iter().map(|other| edge(&other.uid, None)));
                            match found.unread.clone().filter(|_| edges.len() == known) {
                                Some(unread) => unread,
                                None => return,
                            }
                        }
                    };
                    let end = unknown_end(inventory, resource, reference, value, &unread);
                    edges.push(edge(&end.uid, Some(unread)));
                    ends.entry(end.uid.clone()).or_insert_with(|| Arc::new(end));
                });
            }
        }
    }
    edges.sort_unstable();
    edges.dedup();
    (edges, ends.into_values().collect())
}

/// What stands for the end of a link that is not known: by its own uid where the link says it, else by what the link says of it.
fn unknown_end(
    inventory: &Inventory,
    from: &Resource,
    reference: &Reference,
    value: &Data,
    unread: &Arc<Unread>,
) -> Resource {
    let model = inventory.kind(&reference.kind);
    let regional = |kind: &str| inventory.kind(kind).is_some_and(|kind| kind.scope() == Scope::Region);
    let region = if regional(&reference.kind) && regional(&from.kind) { from.region.clone() } else { GLOBAL.into() };
    let gap = Gap {
        kind: reference.kind.clone(),
        provider: model.map_or_else(|| from.provider.clone(), |model| model.provider().clone()),
        account: from.account.clone(),
        region,
        unread: unread.clone(),
    };
    let stand_in = gap.stand_in(from.collected_at);
    let name = match value {
        Data::Str(text) => text.clone(),
        Data::Int(n) => n.to_string().into(),
        _ => return stand_in,
    };
    let is_uid = *reference.field == *"uid" || name.starts_with("arn:");
    let uid = match is_uid {
        true => name.clone(),
        false => format!("{}/{}={}", stand_in.uid, reference.field, Resource::uid_part(&name)).into(),
    };
    Resource { uid, name, ..stand_in }
}

#[cfg(test)]
mod tests;
