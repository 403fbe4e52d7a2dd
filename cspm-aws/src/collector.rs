//! AWS as a collector: which services are collected, and where.

use std::sync::Arc;

use async_trait::async_trait;
use cspm_core::{Collected, Collector, Error, GLOBAL, Identity, Kind, Reason, Result, Scope, Source, Unread, Wanted};
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::account::GET_CALLER_IDENTITY;
use crate::client::{Aws, DESCRIBE_REGIONS, Scan, Site};

/// How many reports may wait to be taken before the collectors wait themselves.
const WAITING: usize = 256;

/// A service of AWS.
pub(crate) struct Service {
    /// The name, as sources have it.
    name: &'static str,
    /// Whether it is collected once, or in each region.
    scope: Scope,
    /// Its kinds.
    pub(crate) kinds: fn() -> Result<Vec<Kind>>,
    /// The calls that no field names.
    prerequisites: fn(&Wanted) -> Vec<Source>,
    /// Collects what is wanted of it, at one site.
    collect: fn(Site) -> BoxFuture<'static, ()>,
}

/// The services that are compiled in.
pub(crate) const SERVICES: &[Service] = &[
    Service {
        name: "account",
        scope: Scope::Account,
        kinds: crate::account::kinds,
        prerequisites: |_| Vec::new(),
        collect: |site| Box::pin(async move { crate::account::collect(&site).await }),
    },
    #[cfg(feature = "ec2")]
    Service {
        name: "ec2",
        scope: Scope::Region,
        kinds: crate::ec2::kinds,
        prerequisites: crate::ec2::prerequisites,
        collect: |site| Box::pin(async move { crate::ec2::collect(&site).await }),
    },
    #[cfg(feature = "iam")]
    Service {
        name: "iam",
        scope: Scope::Account,
        kinds: crate::iam::kinds,
        prerequisites: crate::iam::prerequisites,
        collect: |site| Box::pin(async move { crate::iam::collect(&site).await }),
    },
    #[cfg(feature = "s3")]
    Service {
        name: "s3",
        scope: Scope::Account,
        kinds: crate::s3::kinds,
        prerequisites: crate::s3::prerequisites,
        collect: |site| Box::pin(async move { crate::s3::collect(&site).await }),
    },
];

#[async_trait]
impl Collector for Aws {
    fn name(&self) -> String {
        "aws".to_owned()
    }

    fn provider(&self) -> &str {
        "aws"
    }

    fn kinds(&self) -> Vec<Arc<Kind>> {
        self.all_kinds().to_vec()
    }

    fn prerequisites(&self, wanted: &Wanted) -> Vec<Source> {
        let mut calls = vec![GET_CALLER_IDENTITY];
        let regional = |kind: &Arc<Kind>| kind.scope() == Scope::Region && wanted.kind(kind.name());
        if self.regions().is_empty() && self.all_kinds().iter().any(regional) {
            calls.push(DESCRIBE_REGIONS);
        }
        calls.extend(SERVICES.iter().flat_map(|service| (service.prerequisites)(wanted)));
        calls
    }

    async fn connect(&self) -> Result<Vec<Identity>> {
        Ok(vec![self.identify().await?.identity.clone()])
    }

    fn withholds(&self) -> bool {
        true
    }

    fn collect(&self, wanted: Arc<Wanted>, cancel: CancellationToken) -> BoxStream<'_, Collected> {
        let begin = async move {
            let connected = match self.identify().await {
                Ok(connected) => connected,
                Err(error) => return stream::iter(self.nothing(&wanted, error)).boxed(),
            };
            let (into, from) = mpsc::channel(WAITING);
            let scan = Arc::new(Scan::new(self.clone(), connected, wanted, cancel, into));
            let mut tasks = JoinSet::new();
            tasks.spawn(run(scan));
            // The tasks end with the stream: dropping it drops the set, which aborts them.
            stream::unfold((from, tasks), async |(mut from, tasks)| Some((from.recv().await?, (from, tasks)))).boxed()
        };
        stream::once(begin).flatten().boxed()
    }
}

impl Aws {
    /// What is to be said where the account could not be reached: no list was made.
    fn nothing(&self, wanted: &Wanted, error: Error) -> Vec<Collected> {
        let unread =
            Arc::new(Unread::new(error.kind().into(), GET_CALLER_IDENTITY.call()).with_detail(error.to_string()));
        let gaps = wanted.kinds().filter(|name| self.kind(name).is_some()).map(|kind| {
            Collected::Gap(cspm_core::Gap {
                kind: kind.clone(),
                provider: "aws".into(),
                account: "".into(),
                region: GLOBAL.into(),
                unread: unread.clone(),
            })
        });
        gaps.chain([Collected::Failed(error)]).collect()
    }
}

/// Collects every service that has a kind that is wanted, all at once, each region on its own.
async fn run(scan: Arc<Scan>) {
    let places = Arc::new(Semaphore::new(scan.aws.limits().regions));
    let site = Site::global(scan.clone());
    let mut tasks = JoinSet::new();
    // What a task was to collect, to report it if the task does not come to its end.
    let mut tasks_of = std::collections::HashMap::new();
    for service in SERVICES {
        let kinds = wanted_of(service, &scan);
        if kinds.is_empty() {
            continue;
        }
        let names: Vec<&str> = kinds.iter().map(|kind| &**kind).collect();
        let sites = match service.scope {
            Scope::Account => vec![site.clone()],
            Scope::Region => site.regions(&names).await,
        };
        for site in sites {
            let (places, at, regional) = (places.clone(), site.clone(), service.scope == Scope::Region);
            let task = tasks.spawn(async move {
                let _place = if regional { places.acquire_owned().await.ok() } else { None };
                (service.collect)(site).await;
            });
            tasks_of.insert(task.id(), (service, kinds.clone(), at));
        }
    }
    while let Some(ended) = tasks.join_next_with_id().await {
        let Err(error) = ended else { continue };
        if let Some((service, kinds, site)) = tasks_of.get(&error.id()) {
            let names: Vec<&str> = kinds.iter().map(|kind| &**kind).collect();
            let detail = format!("the collector of {} broke off", service.name);
            site.gap(&names, Unread::new(Reason::Failed, "").with_detail(detail)).await;
        }
    }
}

/// The kinds of a service that are wanted.
fn wanted_of(service: &Service, scan: &Scan) -> Vec<Arc<str>> {
    let kinds = (service.kinds)().unwrap_or_default();
    kinds.iter().map(Kind::name).filter(|name| scan.wanted.kind(name)).cloned().collect()
}
