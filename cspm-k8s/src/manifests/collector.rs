//! Manifests as a collector.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use cspm_core::{
    Account, CallOutcome, CancellationToken, Collected, Collector, Data, Error, ErrorKind, GLOBAL, Gap, Identity, Kind,
    Origin, Outcome, Read, Reason, Resource, Result, Unread, Wanted,
};
use futures::stream::{self, BoxStream, StreamExt};
use tokio::sync::mpsc;

use super::document::{Object, Part, fault};
use super::kustomize::Patches;
use super::lost::Lost;
use super::templates::Templates;
use super::{Beyond, Manifests, files, yaml};
use crate::native::Native;
use crate::object::{Interner, Reader};
use crate::{PROVIDER, cluster, kubelet, native};

/// How many reports may wait to be taken before reading waits itself.
const WAITING: usize = 256;
/// Under which name coverage speaks of reading.
const CALL: &str = "manifests:read";
/// The same of documents of one object that differ: each is judged, since which of them a cluster will have is not known.
const MERGE: &str = "manifests:merge documents of one object";
/// The kind of a kubelet's own configuration file.
const KUBELET: &str = "KubeletConfiguration";

#[async_trait]
impl Collector for Manifests {
    fn name(&self) -> String {
        let paths: Vec<_> = self.paths.iter().map(|path| path.display().to_string()).collect();
        format!("manifests {}", paths.join(" "))
    }

    fn provider(&self) -> &str {
        PROVIDER
    }

    fn is_live(&self) -> bool {
        false
    }

    fn kinds(&self) -> Vec<Arc<Kind>> {
        self.kinds.clone()
    }

    async fn connect(&self) -> Result<Vec<Identity>> {
        if self.paths.is_empty() {
            return Err(Error::new(ErrorKind::Config, "read manifests").with_help("give a file, a folder, or -"));
        }
        for path in self.paths.iter().filter(|path| path.as_os_str() != files::STDIN) {
            path.metadata().map_err(|cause| {
                Error::new(ErrorKind::Io, format!("read {}", path.display()))
                    .with_source(cause)
                    .with_help("check that it exists and may be read")
            })?;
            let mut found = Vec::new();
            files::below(path, &mut found);
            if found.is_empty() {
                let error = Error::new(ErrorKind::Config, format!("find manifests in {}", path.display()));
                return Err(
                    error.with_help("files are read whose names end in .yaml, .yml or .json and begin with no dot")
                );
            }
        }
        if let Some(version) = self.version.as_deref().filter(|version| !cluster::is_version(version)) {
            let error = Error::new(ErrorKind::Config, format!("judge manifests as of Kubernetes {version:?}"));
            return Err(error.with_help("give the major and the minor number, such as 1.37"));
        }
        Ok(Vec::new())
    }

    fn withholds(&self) -> bool {
        true
    }

    fn accounts(&self) -> Vec<Account> {
        vec![self.account()]
    }

    fn collect(&self, wanted: Arc<Wanted>, cancel: CancellationToken) -> BoxStream<'_, Collected> {
        let (into, from) = mpsc::channel(WAITING);
        let manifests = self.clone();
        // Reading ends when nobody takes what is read: then nothing can be sent.
        tokio::task::spawn_blocking(move || match Reader::new(wanted.account_name(PROVIDER, &manifests.cluster)) {
            Ok(reader) => {
                let reading = Reading {
                    reader,
                    wanted: &wanted,
                    into: &into,
                    cancel: &cancel,
                    names: Interner::default(),
                    seen: HashMap::new(),
                    lost: Lost::default(),
                    templates: Templates::default(),
                    manifests: &manifests,
                };
                // Whether it went to its end is told by what it sent.
                let _ = reading.run();
            }
            Err(error) => drop(into.blocking_send(Collected::Failed(error))),
        });
        stream::unfold(from, async |mut from| Some((from.recv().await?, from))).boxed()
    }
}

/// Nobody waits for the rest.
struct Stopped;

/// The course of reading.
struct Reading<'a> {
    manifests: &'a Manifests,
    reader: Reader,
    wanted: &'a Wanted,
    into: &'a mpsc::Sender<Collected>,
    cancel: &'a CancellationToken,
    names: Interner,
    /// Where each object is written, and what is written there.
    seen: HashMap<Arc<str>, (Arc<Origin>, Data)>,
    lost: Lost,
    templates: Templates,
}

impl Reading<'_> {
    fn run(mut self) -> Result<(), Stopped> {
        if self.wanted.kind("kubernetes_cluster") {
            let version = match &self.manifests.version {
                Some(version) => Read::Known(version.clone()),
                None => Unread::new(Reason::NotGiven, "").with_detail("no version of Kubernetes was given").into(),
            };
            self.made(self.reader.cluster(version))?;
        }
        let mut files = Vec::new();
        self.manifests.paths.iter().for_each(|path| files::below(path, &mut files));
        self.send(Collected::Expect(files.len() as u64))?;
        let patches = Patches::beside(files.iter().flatten().map(PathBuf::as_path));
        let mut cancelled = None;
        for file in files {
            if self.cancel.is_cancelled() {
                cancelled = Some(Unread::new(Reason::Cancelled, CALL));
                break;
            }
            match file {
                Ok(path) if patches.contain(&path) => self.patch(&path)?,
                Ok(path) => self.file(&path)?,
                Err((path, error)) => self.unreadable(&path.display().to_string(), error)?,
            }
        }
        for hint in self.templates.hints() {
            self.send(Collected::Failed(hint))?;
        }
        let cancelled = cancelled.map(Arc::new);
        native::NATIVE.iter().filter(|native| self.wanted.kind(native.name)).try_for_each(|native| {
            let beyond = || self.beyond(native).map(Arc::new);
            let Some(unread) = cancelled.clone().or_else(beyond) else { return Ok(()) };
            let (kind, account) = (native.name.into(), self.reader.account().clone());
            let (provider, region) = (PROVIDER.into(), GLOBAL.into());
            self.send(Collected::Gap(Gap { kind, provider, account, region, unread }))
        })
    }

    /// Why there may be more of a kind than the files have.
    fn beyond(&self, native: &Native) -> Option<Unread> {
        let reason = match (self.manifests.beyond, self.lost.may_have(native)) {
            (Beyond::Absent, false) => Reason::NotWritten,
            (Beyond::Unknown, false) => Reason::NotSelected,
            (Beyond::Missing, false) => return None,
            // What would change a verdict, or another object refers to, may stand in what was not read.
            (beyond, true) => {
                let reason = if beyond == Beyond::Missing { Reason::Failed } else { Reason::NotSelected };
                return Some(Lost::unread(reason, CALL));
            }
        };
        let article = if native.object.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
        let detail = format!("the cluster may have {article} {} that is not among the files", native.object);
        Some(Unread::new(reason, CALL).with_detail(detail))
    }

    fn send(&self, collected: impl Into<Collected>) -> Result<(), Stopped> {
        self.into.blocking_send(collected.into()).map_err(|_| Stopped)
    }

    fn outcome(&self, call: &str, outcome: Outcome, detail: &str) -> Result<(), Stopped> {
        let (account, region) = (self.reader.account().clone(), GLOBAL.into());
        self.send(Collected::Call(CallOutcome { account, region, call: call.into(), outcome, detail: detail.into() }))
    }

    fn unreadable(&mut self, file: &str, error: io::Error) -> Result<(), Stopped> {
        self.not_read(file, None)?;
        self.send(Collected::Failed(Error::new(ErrorKind::Io, format!("read {file}")).with_source(error)))
    }

    /// A file or a part of one was not read, in which there may be objects of this kind, or of any.
    fn not_read(&mut self, place: &str, native: Option<&'static Native>) -> Result<(), Stopped> {
        self.lost.add(native);
        self.outcome(CALL, Outcome::Unread(Reason::Failed), place)
    }

    /// A document was not read, in which there may be objects with these names of kinds, or any.
    fn not_read_of(&mut self, place: &str, kinds: Option<&[String]>) -> Result<(), Stopped> {
        match kinds {
            None => self.lost.add(None),
            Some(kinds) => {
                let natives = native::NATIVE.iter().filter(|native| kinds.iter().any(|kind| *kind == *native.object));
                natives.for_each(|native| self.lost.add(Some(native)));
            }
        }
        self.outcome(CALL, Outcome::Unread(Reason::Failed), place)
    }

    fn file(&mut self, path: &Path) -> Result<(), Stopped> {
        let name = path.display().to_string();
        if path.as_os_str() == files::STDIN {
            return self.documents("standard input", None, io::stdin().lock());
        }
        match files::open(path) {
            Ok(file) => self.documents(&name, Some(path), BufReader::new(file)),
            Err(error) => self.unreadable(&name, error),
        }
    }

    fn patch(&self, path: &Path) -> Result<(), Stopped> {
        let detail = format!("{} is a patch: judge what `kustomize build` makes of it", path.display());
        self.outcome("manifests:read patches of Kustomize", Outcome::Unread(Reason::Skipped), &detail)
    }

    fn documents(&mut self, file: &str, path: Option<&Path>, reader: impl BufRead) -> Result<(), Stopped> {
        let mut parts = Vec::new();
        for document in yaml::documents(reader) {
            let document = match document {
                Ok(document) => document,
                Err(error) => return self.unreadable(file, error),
            };
            if document.braces && self.templates.is_one(path, document.content.is_ok()) {
                self.templates.add(path, file);
                self.not_read_of(file, document.kinds.as_deref())?;
                continue;
            }
            match document.content {
                Ok(node) => Object::all(node, &mut parts),
                Err(found) => {
                    self.not_read_of(file, document.kinds.as_deref())?;
                    self.send(Collected::Failed(fault(file, (found.line, Some(found.column)), &found.message)))?;
                }
            }
            for part in parts.drain(..) {
                self.part(file, part)?;
            }
        }
        Ok(())
    }

    fn part(&mut self, file: &str, part: Part) -> Result<(), Stopped> {
        match part {
            Part::Object(object) => self.object(file, object),
            Part::Other(line) => {
                let detail = format!("{file}:{line} has no apiVersion and kind");
                self.outcome("manifests:read other documents", Outcome::Unread(Reason::Skipped), &detail)
            }
            Part::Unclear(line, native, message) => self.faulty(file, (line, native), message),
        }
    }

    /// A part that would be an object if something were not wrong.
    fn faulty(
        &mut self,
        file: &str,
        (line, native): (u32, Option<&'static Native>),
        message: &str,
    ) -> Result<(), Stopped> {
        self.not_read(file, native)?;
        self.send(Collected::Failed(fault(file, (line, None), message)))
    }

    fn object(&mut self, file: &str, object: Object) -> Result<(), Stopped> {
        let origin = Arc::new(object.origin(file));
        if object.kind == KUBELET {
            self.outcome(CALL, Outcome::Done, "")?;
            return self.kubelet(Ok(object.data), origin);
        }
        let namespace = &self.manifests.namespace;
        let Some(native) = object.native() else {
            // What no rule looks up is passed over; what one does in another version may be what is looked up.
            let place = format!("{file}:{}", origin.line);
            let call = format!("manifests:judge {} {}", object.api_version, object.kind);
            let reason = match object.in_any_version() {
                Some(native) => {
                    self.lost.add(Some(native));
                    Reason::Failed
                }
                None => Reason::Skipped,
            };
            self.outcome(&call, Outcome::Unread(reason), &place)?;
            let outdated = self.reader.outdated(&object.kind, &object.data, origin, namespace);
            let outdated = outdated.filter(|_| self.wanted.kind("kubernetes_deprecated_api"));
            return outdated.map_or(Ok(()), |resource| self.made(resource));
        };
        if let Some(message) = object.fault() {
            return self.faulty(file, (origin.line, Some(native)), &message);
        }
        self.kubelet_in(&object, &origin)?;
        let wanted = (self.wanted, &mut self.names);
        match self.reader.resources(native, object.data, Some(origin), namespace, wanted) {
            Ok(resources) => {
                self.outcome(CALL, Outcome::Done, "")?;
                resources.into_iter().try_for_each(|resource| self.once(file, resource))
            }
            Err(error) => {
                self.not_read(file, Some(native))?;
                self.send(Collected::Failed(error))
            }
        }
    }

    /// A resource. One that is written twice in the same way is one; where the two differ, which of them a cluster will have is
    /// not said, so that both are judged, and said to be.
    fn once(&mut self, file: &str, mut resource: Resource) -> Result<(), Stopped> {
        let origin = resource.origin.clone().unwrap_or_default();
        // The server gives each object a name of its own where none is written.
        let generated =
            resource.data.at("metadata.name").is_none() && resource.data.at("metadata.generateName").is_some();
        let first = self.seen.get(&resource.uid).filter(|(_, data)| generated || *data != resource.data);
        if let Some((first, _)) = first {
            let other = format!("{}:{}", first.file, first.line);
            let detail = format!("{file}:{}: {} is written in {other} too, and differs", origin.line, resource.uid);
            let own: Arc<str> = format!("{}@{}:{}", resource.uid, origin.file, origin.line).into();
            resource.uid = own.clone();
            // A line can have several.
            let mut number = 2;
            while self.seen.contains_key(&resource.uid) {
                resource.uid = format!("{own}#{number}").into();
                number += 1;
            }
            if !generated {
                self.outcome(MERGE, Outcome::Unread(Reason::Skipped), &detail)?;
            }
        }
        self.seen.entry(resource.uid.clone()).or_insert_with(|| (origin, resource.data.clone()));
        self.send(resource)
    }

    /// The kubelets' configuration where kubeadm keeps it.
    fn kubelet_in(&mut self, object: &Object, origin: &Arc<Origin>) -> Result<(), Stopped> {
        let text = |path: &str| object.data.at(path).and_then(Data::as_str);
        let named = text("metadata.name") == Some(kubelet::Kubelet::NAME);
        if !named || object.kind != "ConfigMap" || text("metadata.namespace") != Some("kube-system") {
            return Ok(());
        }
        let Some(config) = text("data.kubelet") else { return Ok(()) };
        let config = yaml::one(config).map_err(|fault| {
            let detail = format!("line {} of its text: {}", fault.line, fault.message);
            Arc::new(Unread::new(Reason::Failed, kubelet::CONFIG_MAP.call()).with_detail(detail))
        });
        self.kubelet(config, origin.clone())
    }

    fn kubelet(&mut self, config: Result<Data, Arc<Unread>>, origin: Arc<Origin>) -> Result<(), Stopped> {
        if !self.wanted.kind("kubernetes_kubelet") {
            return Ok(());
        }
        let file = origin.file.clone();
        self.once(&file, self.reader.kubelet(config, Some(origin)))
    }

    fn made(&self, resource: Result<Resource>) -> Result<(), Stopped> {
        match resource {
            Ok(resource) => self.send(resource),
            Err(error) => self.send(Collected::Failed(error)),
        }
    }
}
