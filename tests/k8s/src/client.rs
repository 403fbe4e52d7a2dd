//! Calls of an API server, with the token of whoever calls.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Mutex;

use http::{Method, Request, header};
use kube::client::Body;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// A client for each token, so that connections are used again.
pub struct Clients {
    url: String,
    ca: PathBuf,
    clients: Mutex<HashMap<String, Client>>,
    /// The clients' connections live here, so that tests with runtimes of their own can share a cluster.
    runtime: Option<Runtime>,
}

impl Clients {
    pub fn new(url: String, ca: PathBuf) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        Self { url, ca, clients: Mutex::default(), runtime: Some(runtime) }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The text of a kubeconfig with one user.
    pub fn kubeconfig(&self, user: &str, token: &str) -> String {
        let config = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test", "cluster": {"server": self.url, "certificate-authority": self.ca}}],
            "users": [{"name": user, "user": {"token": token}}],
            "contexts": [{"name": user, "context": {"cluster": "test", "user": user}}],
            "current-context": user,
        });
        format!("{config:#}\n")
    }

    /// Makes a call; the status and the body, as a text where it is not JSON.
    pub async fn request(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(u16, Value), kube::Error> {
        let method: Method = method.parse().unwrap();
        let of = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
        let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, of);
        let request = request.body(Body::from(body.map(Value::to_string).unwrap_or_default().into_bytes())).unwrap();
        let client = self.client(token).await;
        let call = async move {
            let (head, body) = client.send(request).await?.into_parts();
            let body = body.collect_bytes().await?;
            let text = || String::from_utf8_lossy(&body).into_owned().into();
            Ok((head.status.as_u16(), serde_json::from_slice(&body).unwrap_or_else(|_| text())))
        };
        self.runtime.as_ref().unwrap().spawn(call).await.unwrap()
    }

    async fn client(&self, token: &str) -> Client {
        if let Some(client) = self.clients.lock().unwrap().get(token) {
            return client.clone();
        }
        let kubeconfig = Kubeconfig::from_yaml(&self.kubeconfig("test", token)).unwrap();
        let mut config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
        // Tests see what the server says.
        config.default_retry = false;
        let _inside = self.runtime.as_ref().unwrap().enter();
        let client = Client::try_from(config).unwrap();
        self.clients.lock().unwrap().entry(token.to_owned()).or_insert(client).clone()
    }
}

impl Drop for Clients {
    fn drop(&mut self) {
        // Waiting for its end is not allowed in a test's own runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
