//! The graph as a JSON file, in the node-link form that NetworkX, D3 and others read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use cspm_core::{
    Batch, Coverage, Data, Edge, Error, ErrorKind, GraphSink, OutputFile, Relation, Resource, Result, Unread,
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::stream::Members;

/// A [`GraphSink`] that writes `{"directed", "multigraph", "graph": {"coverage"}, "nodes", "links"}`, with nodes in the
/// order of their uids and links in theirs.
///
/// Nodes wait in a temporary file until the scan has ended, so that memory holds their uids and the links only. The file
/// itself appears, complete, when the scan has ended; of a scan that fails nothing is left.
///
/// ```no_run
/// let scan = cspm_core::Scan::new().sink(cspm_report::JsonGraph::create("graph.json")?);
/// # Ok::<(), cspm_core::Error>(())
/// ```
#[derive(Debug)]
pub struct JsonGraph {
    path: PathBuf,
    /// Begun with the scan, so that nobody waits for a graph that cannot be written; none when it has ended.
    out: Option<OutputFile>,
    nodes: BufWriter<File>,
    /// Where each node is in the temporary file, by uid and kind.
    places: BTreeMap<(Arc<str>, Arc<str>), (u64, usize)>,
    written: u64,
    edges: BTreeSet<Edge>,
}

impl JsonGraph {
    /// Begins a graph that will be the file `path`; one that is there is replaced in the end.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] where `path` cannot be written, or its folder takes no temporary file.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let out = Some(OutputFile::create(&path)?);
        let nodes = tempfile::tempfile_in(folder(&path)).map_err(|e| {
            Error::new(ErrorKind::Io, format!("make a temporary file for the graph {}", path.display()))
                .with_source(e)
                .with_help("check that its folder can be written")
        })?;
        let nodes = BufWriter::new(nodes);
        Ok(Self { path, out, nodes, places: BTreeMap::new(), written: 0, edges: BTreeSet::new() })
    }

    fn add(&mut self, batch: Batch) -> io::Result<()> {
        for resource in batch.nodes {
            let node = serde_json::to_vec(&Node::of(&resource))?;
            self.nodes.write_all(&node)?;
            // One that was written before is replaced.
            self.places.insert((resource.uid.clone(), resource.kind.clone()), (self.written, node.len()));
            self.written += node.len() as u64;
        }
        self.edges.extend(batch.edges);
        Ok(())
    }

    fn write_to(&mut self, out: &mut OutputFile, coverage: &Coverage) -> io::Result<()> {
        self.nodes.flush()?;
        let mut graph = Members::begin(&mut *out)?;
        graph.member("directed", true)?;
        graph.member("multigraph", true)?;
        graph.member("graph", json!({"coverage": coverage}))?;
        let nodes = self.nodes.get_mut();
        let mut failure = None;
        let mut before: Option<&Arc<str>> = None;
        let rows = self.places.iter().map_while(|((uid, kind), place)| {
            // Several kinds may have one uid, and readers know nodes by it.
            let again = before.replace(uid) == Some(uid);
            let node =
                read_node(nodes, *place).and_then(|node| if again { with_kind(&node, uid, kind) } else { Ok(node) });
            node.map_err(|e| failure = Some(e)).ok()
        });
        graph.rows("nodes", rows)?;
        if let Some(error) = failure {
            return Err(error);
        }
        graph.rows("links", self.edges.iter().map(Link::of))?;
        graph.end()?;
        out.write_all(b"\n")
    }

    fn error(&self, error: io::Error) -> Error {
        Error::new(ErrorKind::Io, format!("write the graph {}", self.path.display())).with_source(error)
    }
}

#[async_trait]
impl GraphSink for JsonGraph {
    fn name(&self) -> String {
        format!("graph {}", self.path.display())
    }

    async fn write(&mut self, batch: Batch) -> Result<()> {
        self.add(batch).map_err(|e| self.error(e))
    }

    async fn finish(&mut self, coverage: &Coverage) -> Result<()> {
        let mut out = self.out.take().ok_or_else(|| self.error(io::Error::other("it has ended")))?;
        self.write_to(&mut out, coverage).map_err(|e| self.error(e))?;
        out.commit()
    }
}

/// The folder of a file: it has room for the nodes where the system's folder of temporary files may be memory.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn read_node(nodes: &mut File, (start, length): (u64, usize)) -> io::Result<Box<RawValue>> {
    let mut bytes = vec![0; length];
    nodes.seek(SeekFrom::Start(start))?;
    nodes.read_exact(&mut bytes)?;
    let text = String::from_utf8(bytes).map_err(io::Error::other)?;
    Ok(RawValue::from_string(text)?)
}

/// The node with its kind in its id.
fn with_kind(node: &RawValue, uid: &str, kind: &str) -> io::Result<Box<RawValue>> {
    let mut node: serde_json::Map<String, serde_json::Value> = serde_json::from_str(node.get())?;
    node.insert("id".to_owned(), format!("{uid}#{kind}").into());
    Ok(serde_json::value::to_raw_value(&node)?)
}

#[derive(Serialize)]
struct Node<'a> {
    id: &'a str,
    kind: &'a str,
    provider: &'a str,
    account: &'a str,
    region: &'a str,
    name: &'a str,
    tags: &'a BTreeMap<Arc<str>, Arc<str>>,
    collected_at: Timestamp,
    data: &'a Data,
    /// What of the data was not read: there it is null.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread: Vec<Missing>,
}

#[derive(Serialize)]
struct Missing {
    /// A JSON pointer into the data.
    field: String,
    call: Arc<str>,
    reason: &'static str,
}

impl<'a> Node<'a> {
    fn of(resource: &'a Resource) -> Self {
        let mut unread = Vec::new();
        resource.data.for_each_unread(&mut |field, why| {
            unread.push(Missing { field: field.to_owned(), call: why.call.clone(), reason: why.reason.as_str() });
        });
        Self {
            id: &resource.uid,
            kind: &resource.kind,
            provider: &resource.provider,
            account: &resource.account,
            region: &resource.region,
            name: &resource.name,
            tags: &resource.tags,
            collected_at: resource.collected_at,
            data: &resource.data,
            unread,
        }
    }
}

#[derive(Serialize)]
struct Link<'a> {
    source: &'a str,
    target: &'a str,
    relation: Relation,
    field: &'a str,
    /// Why it is not known what is at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    unread: Option<&'a Unread>,
}

impl<'a> Link<'a> {
    fn of(edge: &'a Edge) -> Self {
        Self {
            source: &edge.from,
            target: &edge.to,
            relation: edge.relation,
            field: &edge.field,
            unread: edge.unread.as_deref(),
        }
    }
}
