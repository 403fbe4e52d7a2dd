//! The contract of [`GraphSink`].

use std::sync::Arc;

use jiff::Timestamp;

use crate::{Batch, Coverage, Data, Edge, GLOBAL, GraphSink, Relation, Resource};

/// Writes a small graph twice over and ends it; says which clauses of its contract the sink broke. What is then in the
/// sink must be two nodes with the uids `a` and `b` and one edge from `a` to `b`: look for yourself.
pub async fn check_sink(sink: &mut dyn GraphSink) -> Vec<String> {
    let mut broken = Vec::new();
    let node = |uid: &str| {
        Arc::new(Resource {
            uid: uid.into(),
            kind: "testkit_node".into(),
            provider: "testkit".into(),
            account: "1".into(),
            region: GLOBAL.into(),
            name: uid.into(),
            tags: Arc::default(),
            collected_at: Timestamp::UNIX_EPOCH,
            origin: None,
            data: Data::object([("other", Data::from("b"))]),
        })
    };
    let edge =
        Edge { from: "a".into(), to: "b".into(), relation: Relation::Reference, field: "other".into(), unread: None };
    let nodes = Batch { nodes: vec![node("a"), node("b")], edges: vec![] };
    let edges = Batch { nodes: vec![], edges: vec![edge] };
    for batch in [nodes.clone(), nodes, edges.clone(), edges, Batch::default()] {
        if let Err(error) = sink.write(batch).await {
            broken.push(format!("write() must take a batch again, and an empty one: {error}"));
        }
    }
    if let Err(error) = sink.finish(&Coverage::default()).await {
        broken.push(format!("finish() must succeed: {error}"));
    }
    broken
}
