//! A cluster as a collector.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cspm_core::{
    Account, CancellationToken, Collected, Collector, Error, ErrorKind, Identity, Kind, Per, Reason, Result, Source,
    Wanted,
};
use futures::stream::{self, BoxStream, StreamExt};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::answer::Failure;
use super::call::Ask;
use super::scan::Scan;
use super::{Inner, Kubernetes, discovery};
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
/// What tells a cluster from others of its name: a cluster has this namespace as long as it lives.
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces>
const WHICH: Source = Source::new("core", "get namespaces kube-system", "get namespaces kube-system", Per::Account);
/// What the server calls somebody without credentials.
const NOBODY: &str = "system:anonymous";
/// So much of a uid tells clusters apart for people.
const LABEL: usize = 8;
/// The longest time until it is known that a server answers, all attempts together: somebody waits for it.
const GREETING: Duration = Duration::from_secs(20);

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
struct Named {
    metadata: Uid,
}

#[derive(Deserialize)]
struct Uid {
    #[serde(default)]
    uid: String,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    username: String,
}

impl Inner {
    /// Asks what tells whether a scan can begin.
    async fn greet<T: DeserializeOwned + Send + 'static>(&self, ask: Ask<'_>) -> Result<T, Failure> {
        let late = |_| Failure::new(Reason::TimedOut, false, format!("no answer within {} s", GREETING.as_secs()));
        tokio::time::timeout(GREETING, self.ask(ask, &|_| {})).await.map_err(late).flatten()
    }
}

impl Kubernetes {
    fn attempt(&self) -> String {
        format!("connect to the cluster {} at {}", self.cluster(), self.inner.url)
    }

    fn unknown_to_server(&self) -> Error {
        let help = "the context has no user whose credentials the server knows: log in anew, or choose another context";
        Error::new(ErrorKind::Credentials, self.attempt()).with_help(help)
    }

    /// The error of somebody whom the server does not let in, or that it is no server.
    fn refused(&self, failure: &Failure) -> Error {
        let (kind, help) = match failure.reason {
            Reason::CredentialsExpired => (
                ErrorKind::Credentials,
                "the server does not accept the credentials of the context: log in anew, or choose another context",
            ),
            Reason::AccessDenied => (
                ErrorKind::AccessDenied,
                "the server lets this user ask for nothing: grant the ClusterRole of `cspm plan k8s --cluster-role`",
            ),
            _ => (ErrorKind::Unreachable, "check that an API server of Kubernetes is there, and reachable from here"),
        };
        Error::new(kind, self.attempt()).with_source(failure.detail.to_string()).with_help(help)
    }
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
        let mut calls = vec![WHO, WHICH];
        let in_a_group = |native: &&native::Native| wanted.kind(native.name) && !native.group.is_empty();
        if native::NATIVE.iter().any(|native| in_a_group(&native)) {
            calls.push(discovery::GROUPS);
        }
        calls
    }

    async fn connect(&self) -> Result<Vec<Identity>> {
        // First of all, since an exec plugin may take longer than a server may be silent.
        self.inner.client.get().await?;
        let body = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}).to_string();
        let path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
        let ask = Ask { body: Some(&body), ..Ask::get(path) };
        let principal = match self.inner.greet::<Review>(ask).await {
            Ok(review) if review.status.user_info.username == NOBODY => return Err(self.unknown_to_server()),
            Ok(review) => review.status.user_info.username,
            Err(failure) if failure.status == Some(403) && failure.detail.contains(NOBODY) => {
                return Err(self.unknown_to_server());
            }
            // Not every server answers this, and not everybody may ask: who the caller is then stays unknown. Somebody who
            // may not even ask for the version may ask for nothing.
            Err(failure) if matches!(failure.status, Some(403..=405)) => {
                self.inner.greet::<IgnoredAny>(Ask::get("/version")).await.map_err(|failure| self.refused(&failure))?;
                String::new()
            }
            Err(failure) => return Err(self.refused(&failure)),
        };
        if self.inner.identity.get().is_none()
            && let Ok(namespace) = self.inner.greet::<Named>(Ask::get("/api/v1/namespaces/kube-system")).await
            && !namespace.metadata.uid.is_empty()
        {
            self.inner.identity.get_or_init(|| namespace.metadata.uid);
        }
        let account = self.cluster().into();
        Ok(vec![Identity { provider: PROVIDER.into(), account, principal }])
    }

    fn withholds(&self) -> bool {
        true
    }

    /// The cluster: by the uid of its namespace `kube-system`, or else by where its server is.
    fn accounts(&self) -> Vec<Account> {
        let Inner { cluster, identity, address, url, .. } = &*self.inner;
        let (label, unique) = match identity.get() {
            Some(uid) => (uid.chars().filter(char::is_ascii_alphanumeric).take(LABEL).collect(), uid),
            None => (url.trim_end_matches('/').to_owned(), address),
        };
        vec![Account::new(PROVIDER, cluster, &label, unique)]
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
