//! A cluster as a collector.

use std::sync::Arc;

use async_trait::async_trait;
use cspm_core::{
    CancellationToken, Collected, Collector, Error, ErrorKind, Identity, Kind, Per, Reason, Result, Source, Wanted,
};
use futures::stream::{self, BoxStream, StreamExt};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::call::Ask;
use super::scan::Scan;
use super::{Kubernetes, discovery};
use crate::{PROVIDER, native};

/// How many reports may wait to be taken before the collector waits itself.
const WAITING: usize = 256;
/// Who the caller is to the server, which tells whether the credentials are accepted. All users may ask.
/// <https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/self-subject-review-v1/>
const WHO: Source = Source::new(
    "authentication.k8s.io",
    "create selfsubjectreviews",
    "create selfsubjectreviews.authentication.k8s.io",
    Per::Account,
);
/// What the server calls somebody without credentials.
const NOBODY: &str = "system:anonymous";

#[derive(Deserialize)]
struct Review {
    status: ReviewStatus,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReviewStatus {
    user_info: User,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    username: String,
}

#[async_trait]
impl Collector for Kubernetes {
    fn name(&self) -> String {
        format!("kubernetes {}", self.cluster())
    }

    fn provider(&self) -> &str {
        PROVIDER
    }

    fn kinds(&self) -> Vec<Arc<Kind>> {
        self.inner.kinds.clone()
    }

    fn prerequisites(&self, wanted: &Wanted) -> Vec<Source> {
        let mut calls = vec![WHO];
        let in_a_group = |native: &&native::Native| wanted.kind(native.name) && !native.group.is_empty();
        if native::NATIVE.iter().any(|native| in_a_group(&native)) {
            calls.push(discovery::GROUPS);
        }
        calls
    }

    async fn connect(&self) -> Result<Vec<Identity>> {
        let body = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}).to_string();
        let path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
        let ask = Ask { body: Some(&body), ..Ask::get(path) };
        let attempted = format!("connect to the cluster {}", self.cluster());
        let principal = match self.inner.ask::<Review>(ask, &|_| {}).await {
            Ok(review) if review.status.user_info.username == NOBODY => {
                let error = Error::new(ErrorKind::Credentials, attempted);
                return Err(error.with_help("the kubeconfig has no credentials that the server knows"));
            }
            Ok(review) => review.status.user_info.username,
            // Not every server answers this, and not everybody may ask: who the caller is then stays unknown.
            Err(failure) if matches!(failure.status, Some(403..=405)) => String::new(),
            Err(failure) => {
                let kind = match failure.reason {
                    Reason::CredentialsExpired | Reason::AccessDenied => ErrorKind::Credentials,
                    _ => ErrorKind::Unreachable,
                };
                return Err(Error::new(kind, attempted).with_help(failure.detail.to_string()));
            }
        };
        let account = self.cluster().into();
        Ok(vec![Identity { provider: PROVIDER.into(), account, principal }])
    }

    fn collect(&self, wanted: Arc<Wanted>, cancel: CancellationToken) -> BoxStream<'_, Collected> {
        let (into, from) = mpsc::channel(WAITING);
        let mut tasks = JoinSet::new();
        match Scan::new(self.inner.clone(), wanted, cancel, into.clone()) {
            Ok(scan) => drop(tasks.spawn(async move { scan.run().await })),
            Err(error) => drop(into.try_send(Collected::Failed(error))),
        }
        drop(into);
        // The tasks end with the stream: dropping it drops the set, which aborts them.
        stream::unfold((from, tasks), async |(mut from, tasks)| Some((from.recv().await?, (from, tasks)))).boxed()
    }
}
