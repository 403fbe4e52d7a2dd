//! Other people's readers read what is written: Python programs in `tests/readers`.
//!
//! They run with the interpreter named by `CSPM_PYTHON`, or that of `~/.cache/cspm/venv`, into which the packages of the
//! workspace's `tests/requirements.txt` are installed. Where there is none the tests say so and check nothing, except in CI, where
//! that is a failure.
#![allow(clippy::expect_used, clippy::print_stderr, reason = "a test that cannot go on should say so")]

mod sample;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use cspm_core::{Batch, Edge, GraphSink, Relation};
use cspm_report::{Format, JsonGraph, write};
use futures::executor::block_on;

fn python() -> Option<PathBuf> {
    let named = std::env::var_os("CSPM_PYTHON").map(PathBuf::from);
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
    let python = named.or_else(|| cache.map(|cache| cache.join("cspm/venv/bin/python")))?;
    python.exists().then_some(python)
}

fn read_with(reader: &str) {
    let Some(python) = python() else {
        let text = "no Python with tests/requirements.txt: set CSPM_PYTHON or make ~/.cache/cspm/venv";
        assert!(std::env::var_os("CI").is_none(), "{text}");
        eprintln!("SKIPPED {reader}: {text}");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    write_all(folder.path());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers").join(reader);
    let output = Command::new(python).arg(&script).arg(folder.path()).output().expect("Python runs");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{reader} does not accept it:\n{out}\n{err}");
    assert!(out.starts_with("ok"), "{reader} says it is done: {out}");
    if out.contains("SKIPPED") {
        eprintln!("{out}");
    }
}

fn write_all(folder: &Path) {
    let report = sample::report();
    let summary = &report.summary;
    let counts = [summary.pass, summary.fail, summary.unknown, summary.excepted];
    assert!(counts.iter().all(|n| *n > 0) && counts.iter().sum::<u64>() > 100, "the sample is not there: {counts:?}");
    for format in Format::ALL {
        let path = folder.join(format!("report.{}", format.extension()));
        let mut file = std::fs::File::create(path).expect("a file");
        write(&report, format, &mut file).expect("written");
    }
    let mut graph = JsonGraph::create(folder.join("graph.json")).expect("created");
    let nodes = report.inventory().resources().to_vec();
    let relation = Relation::Reference;
    let edges = nodes.windows(2).map(|pair| {
        let [from, to] = [&pair[0], &pair[1]].map(|resource| resource.uid.clone());
        Edge { from, to, relation, field: Arc::from("next"), unread: None }
    });
    let edges = edges.collect();
    block_on(graph.write(Batch { nodes, edges })).expect("written");
    block_on(graph.finish(&report.coverage)).expect("finished");
}

#[test]
fn pydantic_models_of_ocsf() {
    read_with("read_ocsf.py");
}

#[test]
fn botocore_model_of_security_hub() {
    read_with("read_asff.py");
}

#[test]
fn schema_of_sarif() {
    read_with("read_sarif.py");
}

#[test]
fn junitparser() {
    read_with("read_junit.py");
}

#[test]
fn csv_of_python() {
    read_with("read_csv.py");
}

#[test]
fn networkx() {
    read_with("read_graph.py");
}

#[test]
fn chromium() {
    read_with("read_html.py");
}
