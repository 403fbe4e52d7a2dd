//! The graph file.
#![allow(clippy::expect_used, reason = "a test that cannot go on should say so")]

mod sample;

use std::sync::Arc;

use cspm_core::{Batch, Coverage, Edge, GraphSink, Read, Relation};
use cspm_report::JsonGraph;
use futures::executor::block_on;
use serde_json::Value;

fn edge(from: &str, to: &str) -> Edge {
    Edge { from: from.into(), to: to.into(), relation: Relation::Reference, field: "policy".into(), unread: None }
}

#[test]
fn the_file_appears_whole_and_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("graph.json");
    let mut graph = JsonGraph::create(&path).expect("created");
    let [b, a] = ["b", "a"].map(|name| Arc::new(sample::bucket(name, Read::default())));
    let batch = Batch { nodes: vec![b.clone(), a.clone()], edges: vec![edge(&b.uid, &a.uid)] };
    block_on(graph.write(batch.clone())).expect("written");
    block_on(graph.write(batch)).expect("the same again");
    assert!(!path.exists(), "not before its end");
    block_on(graph.finish(&Coverage::default())).expect("finished");

    let json: Value = serde_json::from_slice(&std::fs::read(&path).expect("the file")).expect("JSON");
    let ids: Vec<_> = json["nodes"].as_array().expect("nodes").iter().map(|node| node["id"].clone()).collect();
    assert_eq!(ids, ["arn:aws:s3:::a", "arn:aws:s3:::b"]);
    assert_eq!(json["links"].as_array().map(Vec::len), Some(1));
    assert_eq!(json["links"][0]["relation"], "reference");
    assert_eq!(json["nodes"][0]["unread"][0]["field"], "/blocked");
    assert_eq!(json["nodes"][0]["data"]["blocked"], Value::Null);
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1, "nothing else is left");
}

#[test]
fn the_file_is_a_sink_as_the_engine_wants_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut graph = JsonGraph::create(folder.path().join("graph.json")).expect("created");
    let faults = block_on(cspm_core::testkit::check_sink(&mut graph));
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn a_scan_that_fails_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut graph = JsonGraph::create(folder.path().join("graph.json")).expect("created");
    block_on(graph.write(Batch { nodes: vec![Arc::new(sample::bucket("a", Read::default()))], edges: vec![] }))
        .expect("written");
    drop(graph);
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0);
}

#[test]
fn a_place_that_takes_no_file_is_an_error_with_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    for path in [folder.path(), "/nowhere/at/all/graph.json".as_ref()] {
        let error = JsonGraph::create(path).expect_err("no place for a file").to_string();
        assert!(error.starts_with(&format!("cannot write {}: ", path.display())), "{error}");
    }
}
