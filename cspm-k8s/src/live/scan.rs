//! The course of collecting from one cluster.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cspm_core::{
    CallOutcome, CancellationToken, Collected, Data, GLOBAL, Gap, Model as _, Outcome, Read, Reason, Resource, Result,
    Source, Unread, Wanted,
};
use futures::StreamExt;
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::Inner;
use super::answer::Failure;
use super::call::Ask;
use super::discovery::{self, Asked, Groups, InVersion, Served};
use super::list::{End, List, Next};
use crate::control_plane::Component;
use crate::deprecated_api::DeprecatedApi;
use crate::manifests::yaml;
use crate::native::{self, Native};
use crate::object::{Interner, Reader};
use crate::{PROVIDER, cluster, kubelet};

/// The region of a gap for all namespaces that are not scanned.
const OTHERS: &str = "(other namespaces)";
/// Where the control plane runs, and its configuration is.
const SYSTEM: &str = "kube-system";

/// After so many calls, one after the other, in which the server was silent, it is asked for nothing more.
const SILENT: u32 = 4;
/// The longest time of a collection. Large clusters are listed in minutes.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// One collection.
pub(super) struct Scan {
    inner: Arc<Inner>,
    wanted: Arc<Wanted>,
    cancel: CancellationToken,
    into: mpsc::Sender<Collected>,
    reader: Reader,
    names: Mutex<Interner>,
    /// Which parts of the control plane were among the pods.
    shown: [AtomicBool; Component::ALL.len()],
    /// In how many calls the server was silent since it answered last.
    silent: AtomicU32,
    deadline: Instant,
}

impl Scan {
    pub(super) fn new(
        inner: Arc<Inner>,
        wanted: Arc<Wanted>,
        cancel: CancellationToken,
        into: mpsc::Sender<Collected>,
    ) -> Result<Self> {
        let reader = Reader::new(wanted.account_name(PROVIDER, &inner.cluster))?;
        Ok(Self {
            inner,
            wanted,
            cancel,
            into,
            reader,
            names: Mutex::default(),
            shown: Default::default(),
            silent: AtomicU32::new(0),
            deadline: Instant::now() + LONGEST,
        })
    }

    pub(super) async fn run(self) {
        self.version().await;
        self.kubelet().await;
        let served = self.served().await;
        let lists = native::NATIVE.iter().filter(|native| self.lists(native));
        let lists = lists.map(|native| (native, served.of(native)));
        // A type that the server does not have has no objects: nothing is to be said.
        let lists: Vec<_> = lists.filter(|(_, asked)| *asked != Asked::default()).collect();
        futures::stream::iter(lists)
            .for_each_concurrent(self.inner.limits.lists, |(native, asked)| self.list(native, asked, &served))
            .await;
        self.unlisted().await;
    }

    /// Deprecated versions are seen in what is listed for other rules: of the rest it is not known how it is written.
    async fn unlisted(&self) {
        let kind = DeprecatedApi::KIND;
        let mut own = native::NATIVE.iter().filter(|native| !native.is_custom());
        if self.wanted.kind(kind) && !own.all(|native| self.lists(native)) {
            let detail = "only objects of the kinds that other rules need were listed";
            self.gap(kind, GLOBAL, Unread::new(Reason::Skipped, "").with_detail(detail)).await;
        }
    }

    /// Whether a kind is listed: for itself, or for what it shows.
    fn lists(&self, native: &Native) -> bool {
        let shows_control_plane = native.name == "kubernetes_pod" && self.components().next().is_some();
        self.wanted.kind(native.name) || shows_control_plane
    }

    fn components(&self) -> impl Iterator<Item = (usize, Component)> {
        Component::ALL.into_iter().enumerate().filter(|(_, component)| self.wanted.kind(component.kind()))
    }

    async fn send(&self, collected: impl Into<Collected>) {
        // The receiver goes only with the whole scan.
        let _ = self.into.send(collected.into()).await;
    }

    async fn outcome(&self, source: &Source, region: &str, failure: Option<&Failure>) {
        let (outcome, detail) = match failure {
            None => (Outcome::Done, Arc::from("")),
            Some(failure) => (Outcome::Unread(failure.reason), failure.detail.clone()),
        };
        let (account, region) = (self.reader.account().clone(), region.into());
        self.send(Collected::Call(CallOutcome { account, region, call: source.call().into(), outcome, detail })).await;
    }

    /// A call beside the lists, with its outcome.
    async fn ask<T: serde::de::DeserializeOwned + Send + 'static>(
        &self,
        source: &Source,
        ask: Ask<'_>,
    ) -> Result<T, Failure> {
        self.send(Collected::Expect(1)).await;
        let throttled = self.throttled(source, GLOBAL);
        let answer = tokio::select! {
            stopped = self.stopped() => Err(stopped),
            answer = self.inner.ask(ask, &throttled) => answer,
        };
        self.heard(answer.as_ref().err());
        // That there is no such object is an answer.
        let failure = answer.as_ref().err().filter(|failure| failure.status != Some(404));
        self.outcome(source, GLOBAL, failure).await;
        answer
    }

    /// Ends when nothing more is to be asked, and says why.
    async fn stopped(&self) -> Failure {
        if self.silent.load(Ordering::Relaxed) >= SILENT {
            let detail = format!("the server was silent {SILENT} times, and is asked for nothing more");
            return Failure::new(Reason::TimedOut, false, detail);
        }
        tokio::select! {
            () = self.cancel.cancelled() => Failure::new(Reason::Cancelled, false, ""),
            () = tokio::time::sleep_until(self.deadline) => {
                Failure::new(Reason::TimedOut, false, format!("the cluster was not read within {} s", LONGEST.as_secs()))
            }
        }
    }

    /// A call had an answer, or none.
    fn heard(&self, failure: Option<&Failure>) {
        match failure {
            Some(failure) if failure.reason == Reason::TimedOut && failure.status.is_none() => {
                self.silent.fetch_add(1, Ordering::Relaxed);
            }
            Some(failure) if failure.reason == Reason::Cancelled => {}
            _ => self.silent.store(0, Ordering::Relaxed),
        }
    }

    fn throttled(&self, source: &Source, region: &str) -> impl Fn(Duration) + Send + Sync + use<> {
        let place: (Arc<str>, Arc<str>, Arc<str>) =
            (self.reader.account().clone(), region.into(), source.call().into());
        let into = self.into.clone();
        move |wait| {
            let (account, region, call) = place.clone();
            // Where nobody takes reports, there is no need to hurry with this one.
            let _ = into.try_send(Collected::Throttled { account, region, call, wait });
        }
    }

    async fn version(&self) {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Info {
            git_version: String,
        }
        if !self.wanted.kind("kubernetes_cluster") {
            return;
        }
        let answer = self.ask::<Info>(&cluster::VERSION, Ask::get("/version")).await;
        let version = match answer {
            Ok(info) if cluster::is_version(&info.git_version) => Read::Known(info.git_version),
            Ok(_) => {
                let detail = "what the server gives as its version is none";
                Unread::new(Reason::Failed, cluster::VERSION.call()).with_detail(detail).into()
            }
            Err(failure) => failure.unread(cluster::VERSION.call()).into(),
        };
        self.made(self.reader.cluster(version)).await;
    }

    async fn kubelet(&self) {
        if !self.wanted.kind("kubernetes_kubelet") {
            return;
        }
        let path = format!("/api/v1/namespaces/{SYSTEM}/configmaps/{}", kubelet::Kubelet::NAME);
        let unread =
            |reason, detail: &str| Arc::new(Unread::new(reason, kubelet::CONFIG_MAP.call()).with_detail(detail));
        let config = match self.ask::<Data>(&kubelet::CONFIG_MAP, Ask::get(&path)).await {
            Ok(map) => match map.at("data").and_then(|data| data.get("kubelet")).and_then(Data::as_str) {
                Some(text) => yaml::one(text).map_err(|fault| unread(Reason::Failed, &fault.message)),
                None => Err(unread(Reason::Failed, "the ConfigMap has no key `kubelet`")),
            },
            Err(failure) if failure.status == Some(404) => {
                Err(unread(Reason::NotExposed, "the cluster keeps the configuration of its kubelets to itself"))
            }
            Err(failure) => Err(Arc::new(failure.unread(kubelet::CONFIG_MAP.call()))),
        };
        self.send(self.reader.kubelet(config, None)).await;
    }

    /// Which types the server has; only where one is wanted of which that is not known already.
    async fn served(&self) -> Served {
        if !native::NATIVE.iter().any(|native| self.lists(native) && !native.group.is_empty()) {
            return Served::default();
        }
        let ask = Ask { accept: discovery::ACCEPT, ..Ask::get("/apis") };
        match self.ask::<Groups>(&discovery::GROUPS, ask).await {
            Ok(groups) if groups.is_empty() => {
                let failure =
                    Failure::new(Reason::Failed, false, "the answer names no group, and every server has some");
                self.outcome(&discovery::GROUPS, GLOBAL, Some(&failure)).await;
                Served::default()
            }
            Ok(groups) => groups.into(),
            Err(failure) => failure.into(),
        }
    }

    /// Lists a kind, in all namespaces or in those that are selected.
    async fn list(&self, native: &'static Native, asked: Asked, served: &Served) {
        let selected = &self.inner.namespaces;
        let mut whole = true;
        if native.namespaced && !selected.is_empty() {
            for namespace in selected {
                whole &= self.list_in(native, (&asked, served), Some(namespace)).await;
            }
            if self.wanted.kind(native.name) {
                let unread = Unread::new(Reason::NotSelected, native.list().call());
                self.gap(native.name, OTHERS, unread.with_detail("only some namespaces are scanned")).await;
            }
        } else {
            whole = self.list_in(native, (&asked, served), None).await;
        }
        if native.name == "kubernetes_pod" && whole {
            let scanned = selected.is_empty() || selected.iter().any(|namespace| namespace == SYSTEM);
            for (number, component) in self.components() {
                if !scanned {
                    let unread = Unread::new(Reason::NotSelected, component.source().call());
                    self.gap(component.kind(), GLOBAL, unread.with_detail("kube-system is not scanned")).await;
                } else if !self.shown[number].load(Ordering::Relaxed) {
                    self.send(self.reader.hidden(component)).await;
                }
            }
        }
    }

    /// The pages of one list, in the first of the versions that the server has.
    async fn pages(&self, native: &'static Native, versions: &[&str], namespace: Option<&str>) -> End {
        let region = namespace.unwrap_or(GLOBAL);
        let source = native.list();
        let throttled = self.throttled(&source, region);
        let mut lists = versions.iter().map(|version| List::new(&self.inner, native, version, namespace));
        let Some(mut list) = lists.next() else { return End::Absent };
        loop {
            let next = tokio::select! {
                stopped = self.stopped() => return End::Broken(stopped),
                next = list.next(&throttled) => next,
            };
            match next {
                Next::Objects(objects, end) => {
                    self.heard(None);
                    if !matches!(end, Some(End::Broken(_))) {
                        self.outcome(&source, region, None).await;
                    }
                    for object in objects {
                        self.object(native, object).await;
                    }
                    if let Some(end) = end {
                        return end;
                    }
                    self.send(Collected::Expect(1)).await;
                }
                Next::End(end) => {
                    self.heard(if let End::Broken(failure) = &end { Some(failure) } else { None });
                    match lists.next().filter(|_| matches!(end, End::Absent)) {
                        Some(next) => list = next,
                        None => return end,
                    }
                }
            }
        }
    }

    /// Why a list that is not found may be of something that the server has, and the call that would say: what the server has
    /// is looked up again.
    async fn not_absent(&self, native: &'static Native, asked: &Asked, served: &Served) -> Option<(Source, Failure)> {
        let failed = |detail: String| Some((native.list(), Failure::new(Reason::Failed, false, detail)));
        let elsewhere = |version: &str| format!("the server has {} in {version}, which is not read", native.plural);
        if asked.named {
            return failed(format!("the server says that it has {}, and does not find the list", native.plural));
        }
        if let Some(version) = &asked.elsewhere {
            return failed(elsewhere(version));
        }
        if let Some(failure) = served.refused() {
            return Some((discovery::GROUPS, failure.clone()));
        }
        let mut told = served.is_known();
        for version in &asked.untold {
            let path = format!("/apis/{}/{version}", native.group);
            match self.ask::<InVersion>(&discovery::GROUPS, Ask::get(&path)).await {
                Ok(found) if found.has(native.plural) && native.versions.contains(&version.as_str()) => {
                    return failed(format!(
                        "the server says that it has {}, and does not find the list",
                        native.plural
                    ));
                }
                Ok(found) if found.has(native.plural) => return failed(elsewhere(version)),
                Ok(_) => told = true,
                Err(failure) if failure.status == Some(404) => {}
                Err(failure) => return Some((discovery::GROUPS, failure)),
            }
        }
        if !told && native.is_built_in() {
            return failed(format!("every server has {}, and this one does not find it", native.group));
        }
        None
    }

    /// Makes one list, and says whether it is whole.
    async fn list_in(
        &self,
        native: &'static Native,
        (asked, served): (&Asked, &Served),
        namespace: Option<&str>,
    ) -> bool {
        let region = namespace.unwrap_or(GLOBAL);
        let source = native.list();
        self.send(Collected::Expect(1)).await;
        let end = self.pages(native, &asked.versions, namespace).await;
        let (call, failure) = match end {
            End::Whole => return true,
            End::Broken(failure) => {
                self.outcome(&source, region, Some(&failure)).await;
                (source, failure)
            }
            End::Absent => {
                let doubt = self.not_absent(native, asked, served).await;
                // That there is no such list is an answer, unless the server says otherwise.
                let broken = doubt.as_ref().filter(|(call, _)| call.call() == source.call());
                self.outcome(&source, region, broken.map(|(_, failure)| failure)).await;
                let Some(doubt) = doubt else { return true };
                doubt
            }
        };
        let shows = self.components().map(|(_, component)| (component.kind(), GLOBAL));
        let shows: Vec<_> = shows.filter(|_| native.name == "kubernetes_pod").collect();
        let own = self.wanted.kind(native.name).then_some((native.name, region));
        for (kind, region) in own.into_iter().chain(shows) {
            self.gap(kind, region, failure.unread(call.call())).await;
        }
        false
    }

    async fn object(&self, native: &'static Native, object: Data) {
        let made = {
            let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
            self.reader.resources(native, object, None, "", (&self.wanted, &mut names))
        };
        match made {
            Ok(resources) => {
                for resource in resources {
                    for (number, component) in Component::ALL.into_iter().enumerate() {
                        if *resource.kind == *component.kind() {
                            self.shown[number].store(true, Ordering::Relaxed);
                        }
                    }
                    self.send(resource).await;
                }
            }
            Err(error) => self.send(Collected::Failed(error)).await,
        }
    }

    async fn made(&self, resource: Result<Resource>) {
        match resource {
            Ok(resource) => self.send(resource).await,
            Err(error) => self.send(Collected::Failed(error)).await,
        }
    }

    async fn gap(&self, kind: &str, region: &str, unread: Unread) {
        let (account, unread) = (self.reader.account().clone(), Arc::new(unread));
        let (kind, region) = (kind.into(), region.into());
        self.send(Collected::Gap(Gap { kind, provider: PROVIDER.into(), account, region, unread })).await;
    }
}
