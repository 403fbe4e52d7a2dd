//! An API server that answers as a test says, and else as one of an empty cluster.

use std::path::Path;

use cspm::testkit::{Fault, Proxy, Request};
use cspm::{Kubernetes, KubernetesBuilder};
use serde_json::{Value, json};

pub(crate) struct Endpoint {
    pub(crate) proxy: Proxy,
    folder: tempfile::TempDir,
}

impl Endpoint {
    /// Starts one; `decide` is asked first.
    pub(crate) async fn start(decide: impl Fn(&Request) -> Option<Fault> + Send + Sync + 'static) -> Self {
        let nowhere = ([127, 0, 0, 1], 9).into();
        let proxy = Proxy::start(nowhere, move |request| decide(request).unwrap_or_else(|| usual(request)));
        Self { proxy: proxy.await.unwrap(), folder: tempfile::tempdir().unwrap() }
    }

    /// A kubeconfig for it.
    pub(crate) fn kubeconfig(&self) -> std::path::PathBuf {
        let path = self.folder.path().join("kubeconfig");
        std::fs::write(&path, kubeconfig(&self.proxy.url()).to_string()).unwrap();
        path
    }

    pub(crate) fn cluster(&self) -> KubernetesBuilder {
        Kubernetes::builder().kubeconfig(self.kubeconfig())
    }
}

/// A kubeconfig with the contexts `shop` and `staging`, of which the first is the current one.
pub(crate) fn kubeconfig(server: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Config", "current-context": "shop",
        "clusters": [{"name": "eu-1", "cluster": {"server": server}}],
        "users": [{"name": "anna", "user": {"token": "test"}}],
        "contexts": [{"name": "shop", "context": {"cluster": "eu-1", "user": "anna"}},
            {"name": "staging", "context": {"cluster": "eu-1", "user": "anna"}}]})
}

/// Writes a kubeconfig.
pub(crate) fn write(folder: &Path, config: &Value) -> std::path::PathBuf {
    let path = folder.join("config");
    std::fs::write(&path, config.to_string()).unwrap();
    path
}

/// An answer of any text.
pub(crate) fn says(status: u16, body: impl Into<Vec<u8>>) -> Option<Fault> {
    Some(Fault::Answer { status, headers: Vec::new(), body: body.into() })
}

/// An error as API servers give it.
pub(crate) fn status(status: u16, message: &str) -> Option<Fault> {
    says(status, json!({"kind": "Status", "status": "Failure", "message": message, "code": status}).to_string())
}

fn usual(request: &Request) -> Fault {
    let path = request.target.split('?').next().unwrap_or_default();
    let answer = match path {
        "/version" => json!({"gitVersion": "v1.37.2"}),
        "/apis" => json!({"kind": "APIGroupList", "groups": [{"name": "apps", "versions": [{"version": "v1"}]}]}),
        "/apis/authentication.k8s.io/v1/selfsubjectreviews" => json!({"status": {"userInfo": {"username": "anna"}}}),
        "/api/v1/configmaps" => {
            let map = json!({"metadata": {"name": "settings", "namespace": "shop"}});
            json!({"kind": "ConfigMapList", "metadata": {}, "items": [map]})
        }
        _ => json!({"kind": "List", "metadata": {}, "items": []}),
    };
    Fault::Answer { status: 200, headers: Vec::new(), body: answer.to_string().into_bytes() }
}
