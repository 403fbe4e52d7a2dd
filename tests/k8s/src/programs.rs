//! The programs that `scripts/cluster.sh` builds.

use std::path::{Path, PathBuf};

/// A version of Kubernetes that the tests run against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// The newest.
    Current,
    /// The oldest that managed services still run.
    Older,
}

impl Version {
    pub const ALL: [Self; 2] = [Self::Current, Self::Older];

    /// The release, such as `v1.37.2`.
    pub fn release(self) -> String {
        required(self.folder(), "k8s.io/kubernetes")
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Current => "v1.37",
            Self::Older => "v1.34",
        }
    }
}

/// What a cluster is run with.
pub struct Programs {
    pub etcd: PathBuf,
    pub kube_apiserver: PathBuf,
}

impl Programs {
    /// Those of the cache. Without them a test says so and checks nothing; in CI it fails.
    pub fn find(version: Version) -> Option<Self> {
        let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let cache = cache.or_else(|| std::env::home_dir().map(|home| home.join(".cache"))).expect("there is a cache");
        let built = |name: &str, release: String| {
            cache.join("cspm/tools/kubernetes").join(format!("{name}-{release}")).join(name)
        };
        let programs = Self {
            etcd: built("etcd", required("etcd", "go.etcd.io/etcd/server/v3")),
            kube_apiserver: built("kube-apiserver", version.release()),
        };
        for path in [&programs.etcd, &programs.kube_apiserver] {
            if !path.exists() {
                let text = format!("no {}: run scripts/cluster.sh, which builds it with Go", path.display());
                assert!(std::env::var_os("CI").is_none(), "{text}");
                eprintln!("SKIPPED: {text}");
                return None;
            }
        }
        Some(programs)
    }
}

/// The version of a Go module that a folder's `go.mod` requires.
fn required(folder: &str, module: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("servers").join(folder).join("go.mod");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let version = text.lines().find_map(|line| {
        let mut words = line.trim().trim_start_matches("require ").split_whitespace();
        (words.next() == Some(module)).then(|| words.next())?
    });
    version.unwrap_or_else(|| panic!("{} does not require {module}", path.display())).to_owned()
}
