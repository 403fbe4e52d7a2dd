//! Manifests as a source of resources: files, folders, and what Helm or Kustomize write.

mod collector;
mod document;
mod files;
mod kustomize;
mod lost;
mod templates;
#[cfg(test)]
mod two_sources;
pub(crate) mod yaml;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cspm_core::{Account, Kind, Result};

use crate::PROVIDER;

/// What the cluster is called that nobody named.
const UNNAMED: &str = "manifests";

/// Objects of Kubernetes that are written in YAML or JSON.
///
/// A folder is read with all that is in it (`.yaml`, `.yml`, `.json`), `-` is the standard input:
/// `kustomize build . | cspm scan manifests -`. A document that cannot be read does not hide the others: it is among the
/// failures of the coverage, with file, line and column.
///
/// ```
/// use cspm_k8s::Manifests;
///
/// let manifests = Manifests::new(["deploy/"])?.kubernetes_version("1.37");
/// # Ok::<(), cspm_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Manifests {
    paths: Vec<PathBuf>,
    version: Option<String>,
    cluster: String,
    /// Whether the caller gave that name.
    named: bool,
    namespace: String,
    beyond: Beyond,
    kinds: Vec<Arc<Kind>>,
}

impl Manifests {
    /// The manifests in these files and folders.
    ///
    /// # Errors
    /// [`cspm_core::ErrorKind::Model`] where a model contradicts itself, which the tests of this crate rule out.
    pub fn new<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Result<Self> {
        Ok(Self {
            paths: paths.into_iter().map(Into::into).collect(),
            version: None,
            cluster: UNNAMED.to_owned(),
            named: false,
            namespace: "default".to_owned(),
            beyond: Beyond::Absent,
            kinds: crate::shared_kinds()?,
        })
    }

    /// The version of Kubernetes that the objects are for, as `1.37`. Without it, what depends on the version is unknown.
    #[must_use]
    pub fn kubernetes_version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// What the cluster is called in findings; `manifests` unless given. Manifests of one name are of one cluster; those without
    /// a name, from other paths, are of another, which a scan of both calls `manifests:PATH`.
    #[must_use]
    pub fn cluster_name(mut self, name: impl Into<String>) -> Self {
        self.cluster = name.into();
        self.named = true;
        self
    }

    /// The namespace of objects that name none; `default` unless given.
    #[must_use]
    pub fn namespace(mut self, name: impl Into<String>) -> Self {
        self.namespace = name.into();
        self
    }

    /// Says that the manifests are all that the cluster will have: what they refer to and do not hold is missing, and fails.
    /// Otherwise it may be in the cluster, and whether it is stays unknown.
    #[must_use]
    pub fn complete(mut self) -> Self {
        self.beyond = Beyond::Missing;
        self
    }

    /// Says that the manifests are a part of what the cluster has, of which nothing is assumed: a verdict that a limit range,
    /// network policy or service account could change which is not among them stays unknown. Otherwise what is written is
    /// judged, as if there were no more, and the message says so.
    #[must_use]
    pub fn partial(mut self) -> Self {
        self.beyond = Beyond::Unknown;
        self
    }

    /// The cluster that the manifests are of: the one of that name, or else the one of these paths.
    fn account(&self) -> Account {
        if self.named {
            return Account::new(PROVIDER, &self.cluster, UNNAMED, &format!("manifests of {}", self.cluster));
        }
        // A folder is the same by whatever way it is named.
        let real = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
        let mut paths: Vec<_> = self.paths.iter().map(|path| real(path).display().to_string()).collect();
        paths.sort();
        paths.dedup();
        let first = self.paths.first().map_or(Path::new(""), PathBuf::as_path);
        let first = first.components().collect::<PathBuf>().display().to_string();
        let label = match self.paths.len() {
            0 | 1 => first,
            more => format!("{first}+{}", more - 1),
        };
        Account::new(PROVIDER, &self.cluster, &label, &format!("manifests in {}", paths.join("\n")))
    }
}

/// What the manifests do not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beyond {
    /// May be in the cluster. What would change a verdict is taken to be absent; what is named is not known.
    Absent,
    /// May be in the cluster, and nothing is taken for granted.
    Unknown,
    /// Is in no cluster.
    Missing,
}
