//! A live source that a cancelled scan did not come to.

use std::sync::Arc;

use async_trait::async_trait;
use cspm::{CancellationToken as Token, Collected, Collector, Error, ErrorKind, Identity, Kind, Wanted};
use futures::stream::{BoxStream, StreamExt, empty};

use crate::kinds;

/// Has the kinds of a provider, and never connects.
pub(super) struct Unbuilt {
    pub(super) provider: &'static str,
}

#[async_trait]
impl Collector for Unbuilt {
    fn name(&self) -> String {
        self.provider.to_owned()
    }

    fn provider(&self) -> &str {
        self.provider
    }

    fn kinds(&self) -> Vec<Arc<Kind>> {
        kinds::builtin().iter().filter(|kind| **kind.provider() == *self.provider).cloned().collect()
    }

    async fn connect(&self) -> cspm::Result<Vec<Identity>> {
        Err(Error::new(ErrorKind::Cancelled, format!("connect {}", self.provider)))
    }

    fn collect(&self, _: Arc<Wanted>, _: Token) -> BoxStream<'_, Collected> {
        empty().boxed()
    }
}
