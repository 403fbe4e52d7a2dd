//! A collector and a sink in memory: for callers who have the resources already, and for examples and tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures::stream::{BoxStream, StreamExt, iter};
use tokio_util::sync::CancellationToken;

use crate::{Batch, Collected, Collector, Coverage, Edge, Gap, GraphSink, Kind, Resource, Result, Wanted};

/// Resources that the caller already has, as a collector.
///
/// ```
/// use cspm_core::{Collector, Memory};
///
/// let cmdb = Memory::new("cmdb", "acme");
/// assert_eq!(cmdb.name(), "cmdb");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Memory {
    name: String,
    provider: String,
    kinds: Vec<Arc<Kind>>,
    resources: Vec<Resource>,
    gaps: Vec<Gap>,
}

impl Memory {
    /// A collector of nothing yet.
    #[must_use]
    pub fn new(name: &str, provider: &str) -> Self {
        Self { name: name.to_owned(), provider: provider.to_owned(), ..Self::default() }
    }

    /// The same with these kinds.
    #[must_use]
    pub fn kinds(mut self, kinds: impl IntoIterator<Item = Arc<Kind>>) -> Self {
        self.kinds.extend(kinds);
        self
    }

    /// The same with these resources.
    #[must_use]
    pub fn resources(mut self, resources: impl IntoIterator<Item = Resource>) -> Self {
        self.resources.extend(resources);
        self
    }

    /// The same with lists that could not be made.
    #[must_use]
    pub fn gaps(mut self, gaps: impl IntoIterator<Item = Gap>) -> Self {
        self.gaps.extend(gaps);
        self
    }
}

#[async_trait]
impl Collector for Memory {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn provider(&self) -> &str {
        &self.provider
    }

    fn is_live(&self) -> bool {
        false
    }

    fn kinds(&self) -> Vec<Arc<Kind>> {
        self.kinds.clone()
    }

    fn collect(&self, wanted: Arc<Wanted>, cancel: CancellationToken) -> BoxStream<'_, Collected> {
        // What is here needs no call, so a kind without a model is given whether or not a rule names it.
        let is_wanted = move |kind: &str| wanted.kind(kind) || !self.kinds.iter().any(|k| **k.name() == *kind);
        let of_wanted = is_wanted.clone();
        let gaps = self.gaps.iter().filter(move |gap| of_wanted(&gap.kind)).cloned().map(Collected::Gap);
        let resources = self.resources.iter().filter(move |r| is_wanted(&r.kind)).cloned().map(Collected::from);
        iter(gaps.chain(resources)).take_until(async move { cancel.cancelled().await }).boxed()
    }
}

/// A graph in memory, shared with whoever keeps a clone.
///
/// ```
/// let graph = cspm_core::MemoryGraph::default();
/// let scan = cspm_core::Scan::new().sink(graph.clone());
/// assert!(graph.nodes().is_empty(), "nothing has run yet");
/// # drop(scan);
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryGraph {
    written: Arc<Mutex<(Batch, Option<Coverage>)>>,
}

impl MemoryGraph {
    /// The resources written, in the order of their uids.
    #[must_use]
    pub fn nodes(&self) -> Vec<Arc<Resource>> {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        // Of two of one uid and kind the later one stays.
        let nodes = written.0.nodes.iter().map(|node| ((node.uid.clone(), node.kind.clone()), node.clone()));
        nodes.collect::<BTreeMap<_, _>>().into_values().collect()
    }

    /// The links written, in order.
    #[must_use]
    pub fn edges(&self) -> Vec<Edge> {
        let mut edges = self.written.lock().unwrap_or_else(PoisonError::into_inner).0.edges.clone();
        edges.sort();
        edges.dedup();
        edges
    }

    /// The coverage of the scan, once it has ended.
    #[must_use]
    pub fn coverage(&self) -> Option<Coverage> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }
}

#[async_trait]
impl GraphSink for MemoryGraph {
    fn name(&self) -> String {
        "memory graph".to_owned()
    }

    async fn write(&mut self, batch: Batch) -> Result<()> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.0.nodes.extend(batch.nodes);
        written.0.edges.extend(batch.edges);
        Ok(())
    }

    async fn finish(&mut self, coverage: &Coverage) -> Result<()> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).1 = Some(coverage.clone());
        Ok(())
    }
}
