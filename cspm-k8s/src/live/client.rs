//! What speaks with the server.

use std::time::Duration;

use cspm_core::{Error, ErrorKind, Result};
use kube::{Client, Config};
use tokio::sync::OnceCell;

use super::login;

/// The longest time to get credentials: an exec plugin may ask a person.
const LOGIN: Duration = Duration::from_secs(60);

/// A client that is made when it is first needed, since an exec plugin of the kubeconfig is run to make it.
pub(super) struct LazyClient {
    config: Config,
    client: OnceCell<Client>,
}

impl LazyClient {
    pub(super) fn new(config: Config) -> Self {
        Self { config, client: OnceCell::new() }
    }

    /// The client. One that could not be made is tried again by the next who asks.
    pub(super) async fn get(&self) -> Result<&Client> {
        self.client.get_or_try_init(|| made(self.config.clone())).await
    }
}

async fn made(config: Config) -> Result<Client> {
    let attempted = format!("prepare the credentials for {}", config.cluster_url);
    let error = |kind| Error::new(kind, attempted.clone());
    // An exec plugin is waited for without `await`.
    let client = tokio::task::spawn_blocking(move || {
        let _runtime = tokio::runtime::Handle::current().enter();
        Client::try_from(config)
    });
    match tokio::time::timeout(LOGIN, client).await {
        Ok(Ok(Ok(client))) => Ok(client),
        Ok(Ok(Err(cause @ kube::Error::Auth(_)))) => {
            Err(error(ErrorKind::Credentials).with_source(login::of_client(&cause)))
        }
        Ok(Ok(Err(cause))) => Err(error(ErrorKind::Config).with_source(login::of_client(&cause))),
        Ok(Err(cause)) => Err(error(ErrorKind::Credentials).with_source(cause)),
        Err(_) => {
            let help = format!("the exec plugin of the kubeconfig gave none within {} s", LOGIN.as_secs());
            Err(error(ErrorKind::Credentials).with_help(help))
        }
    }
}

#[cfg(test)]
mod tests {
    use kube::config::Kubeconfig;

    use super::super::Kubernetes;
    use super::*;
    use cspm_core::{Collector as _, Plan};

    /// A kubeconfig whose exec plugin leaves a mark, in a folder of its own.
    fn with_plugin(folder: &std::path::Path) -> std::path::PathBuf {
        let mark = folder.join("was-run");
        let config = serde_json::json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "here",
            "clusters": [{"name": "here", "cluster": {"server": "https://127.0.0.1:9"}}],
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me"}}],
            "users": [{"name": "me", "user": {"exec": {"apiVersion": "client.authentication.k8s.io/v1",
                "command": "sh", "args": ["-c", format!("touch {}; exit 1", mark.display())],
                "interactiveMode": "Never"}}}],
        });
        let path = folder.join("kubeconfig");
        std::fs::write(&path, config.to_string()).unwrap();
        assert!(Kubeconfig::read_from(&path).is_ok());
        path
    }

    #[tokio::test]
    async fn an_exec_plugin_is_run_for_a_scan_and_not_for_a_plan() {
        let folder = tempfile::tempdir().unwrap();
        let kubeconfig = with_plugin(folder.path());
        let cluster = Kubernetes::builder().kubeconfig(&kubeconfig).build().await.unwrap();
        let of: std::sync::Arc<dyn cspm_core::Collector> = std::sync::Arc::new(cluster.clone());
        let _ = Plan::of(&[of], &[]);
        assert!(!folder.path().join("was-run").exists(), "a plan runs nothing");
        let error = cluster.connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(folder.path().join("was-run").exists());
    }
}
