//! The graph as a file.

use std::path::Path;

use async_trait::async_trait;
use cspm::{Batch, CancellationToken as Token, Coverage, Error, ErrorKind, GraphSink, JsonGraph};

/// A file for the graph that is not left there by a scan whose result nobody wants.
pub(crate) struct Graph {
    file: JsonGraph,
    stop: Token,
}

impl Graph {
    /// Begins the file.
    pub(crate) fn create(path: &Path, stop: Token) -> cspm::Result<Self> {
        Ok(Self { file: JsonGraph::create(path)?, stop })
    }
}

#[async_trait]
impl GraphSink for Graph {
    fn name(&self) -> String {
        self.file.name()
    }

    async fn write(&mut self, batch: Batch) -> cspm::Result<()> {
        self.file.write(batch).await
    }

    async fn finish(&mut self, coverage: &Coverage) -> cspm::Result<()> {
        if self.stop.is_cancelled() {
            return Err(Error::new(ErrorKind::Cancelled, "finish the graph"));
        }
        self.file.finish(coverage).await
    }
}
