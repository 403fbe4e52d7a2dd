//! Scans of a cluster with the whole catalog.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use cspm::{Kubernetes, Manifests, Report, Rule, Rules, Scan};

/// The name of the cluster in the findings of all scans.
pub const NAME: &str = "test";

fn catalog() -> Vec<Arc<dyn Rule>> {
    static CATALOG: OnceLock<Vec<Arc<dyn Rule>>> = OnceLock::new();
    let load = || Rules::builtin().load(&cspm::kinds().unwrap()).unwrap().rules().to_vec();
    CATALOG.get_or_init(load).clone()
}

/// What is scanned and how, for a plan or a run.
pub async fn of_cluster(kubeconfig: &Path) -> Scan {
    let cluster = Kubernetes::builder().kubeconfig(kubeconfig).cluster_name(NAME).build().await.unwrap();
    Scan::new().collector(cluster).rules(catalog())
}

/// A scan with the credentials of a kubeconfig.
pub async fn cluster(kubeconfig: &Path) -> Report {
    of_cluster(kubeconfig).await.run().await.unwrap()
}

/// A scan of manifests that are all of a cluster of a version.
pub async fn manifests(folder: &Path, version: &str) -> Report {
    let manifests = Manifests::new([folder]).unwrap().cluster_name(NAME).kubernetes_version(version).complete();
    Scan::new().collector(manifests).rules(catalog()).run().await.unwrap()
}
