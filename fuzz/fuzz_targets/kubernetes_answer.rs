//! An answer of an API server from anybody, to one of its paths, while others answer well: a scan ends, and is honest.
//!
//! The first byte says to which path.
#![no_main]

#[path = "server.rs"]
mod server;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use cspm::{Kubernetes, Rule, Rules, Scan, Status};
use libfuzzer_sys::fuzz_target;
use server::Server;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime"));
static RULES: LazyLock<Vec<Arc<dyn Rule>>> = LazyLock::new(|| {
    let rules = Rules::builtin().load(&cspm::kinds().expect("the kinds are sound")).expect("the catalog is sound");
    let of = |rule: &&Arc<dyn Rule>| ["workloads", "rbac", "networking"].contains(&&*rule.meta().service);
    rules.rules().iter().filter(|rule| &*rule.meta().provider == "kubernetes").filter(of).cloned().collect()
});
static SERVER: LazyLock<Server> = LazyLock::new(Server::start);

const PATHS: [&str; 6] =
    ["/version", "/apis", "/apis/apps/v1", "/api/v1/pods", "/apis/rbac.authorization.k8s.io/v1/clusterroles", "/"];

/// What a server without any object answers.
fn empty(path: &str) -> &'static [u8] {
    match path.split('?').next().unwrap_or_default() {
        "/version" => br#"{"major": "1", "minor": "37", "gitVersion": "v1.37.2"}"#,
        "/api" => br#"{"kind": "APIVersions", "versions": ["v1"]}"#,
        "/apis" => {
            br#"{"kind": "APIGroupList", "groups": [{"name": "apps", "versions": [{"groupVersion": "apps/v1",
                "version": "v1"}], "preferredVersion": {"groupVersion": "apps/v1", "version": "v1"}}]}"#
        }
        "/api/v1" => {
            br#"{"kind": "APIResourceList", "groupVersion": "v1", "resources": [{"name": "pods", "singularName": "",
                "namespaced": true, "kind": "Pod", "verbs": ["list"]}]}"#
        }
        _ => br#"{"kind": "List", "apiVersion": "v1", "metadata": {}, "items": []}"#,
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((which, body)) = bytes.split_first() else { return };
    let (wanted, body) = (PATHS[usize::from(*which) % PATHS.len()], body.to_vec());
    SERVER.answers(move |path, _| if path.starts_with(wanted) { body.clone() } else { empty(path).to_vec() });
    let file = std::env::temp_dir().join(format!("cspm-fuzz-cluster-{}.yaml", std::process::id()));
    let config = format!(
        "{{clusters: [{{name: c, cluster: {{server: '{}'}}}}], users: [{{name: u, user: {{}}}}],\n\
         contexts: [{{name: x, context: {{cluster: c, user: u}}}}], current-context: x}}",
        SERVER.url
    );
    std::fs::write(&file, config).expect("the folder for temporary files can be written");
    RUNTIME.block_on(async {
        let cluster = Kubernetes::builder().kubeconfig(&file).timeout(Duration::from_secs(2)).build().await;
        let Ok(report) =
            Scan::new().collector(cluster.expect("the kubeconfig is ours")).rules(RULES.clone()).run().await
        else {
            return;
        };
        for (status, _, resource) in report.statuses() {
            assert!(status == Status::Unknown || !resource.uid.starts_with("unlisted://"), "{}", resource.uid);
        }
    });
});
