//! How a cluster is reached, and what of it is scanned.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use cspm_core::{Error, ErrorKind, Result, open_input};
use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig};

use super::client::LazyClient;
use super::{Inner, Kubernetes, Limits, login};

/// The longest time to connect.
const CONNECT: Duration = Duration::from_secs(10);

/// Options of a [`Kubernetes`]. Without any, the current context of the kubeconfig is used, or, in a pod, the cluster that
/// the pod is in.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct KubernetesBuilder {
    kubeconfig: Option<PathBuf>,
    context: Option<String>,
    in_cluster: bool,
    cluster: Option<String>,
    namespaces: Vec<String>,
    limits: Limits,
}

impl Default for KubernetesBuilder {
    fn default() -> Self {
        let attempt = Duration::from_secs(60);
        Self {
            kubeconfig: None,
            context: None,
            in_cluster: false,
            cluster: None,
            namespaces: Vec::new(),
            limits: Limits { page: 500, lists: 4, attempts: 5, attempt, answer: 64 << 20 },
        }
    }
}

impl KubernetesBuilder {
    /// The kubeconfig to read, instead of `KUBECONFIG` or `~/.kube/config`.
    pub fn kubeconfig(mut self, path: impl Into<PathBuf>) -> Self {
        self.kubeconfig = Some(path.into());
        self
    }

    /// The context, instead of the current one.
    pub fn context(mut self, name: impl Into<String>) -> Self {
        self.context = Some(name.into());
        self
    }

    /// The cluster that this program's pod is in, with the pod's service account.
    pub fn in_cluster(mut self) -> Self {
        self.in_cluster = true;
        self
    }

    /// What the cluster is called in findings, instead of its name in the kubeconfig.
    pub fn cluster_name(mut self, name: impl Into<String>) -> Self {
        self.cluster = Some(name.into());
        self
    }

    /// The namespaces to scan, instead of all. What belongs to no namespace is scanned in any case.
    pub fn namespaces<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.namespaces = names.into_iter().map(Into::into).collect();
        self
    }

    /// How many objects are asked for at a time; 500 unless given.
    pub fn page_size(mut self, objects: u32) -> Self {
        self.limits.page = objects.max(1);
        self
    }

    /// How many lists are made at a time; 4 unless given.
    pub fn concurrency(mut self, lists: usize) -> Self {
        self.limits.lists = lists.max(1);
        self
    }

    /// The longest time that one attempt of a call may take; 60 seconds unless given. There are five attempts,
    /// but only two of a server that is silent for so long.
    pub fn timeout(mut self, attempt: Duration) -> Self {
        self.limits.attempt = attempt;
        self
    }

    /// The cluster. Nothing is asked of it yet, and no exec plugin of the kubeconfig is run: that is for the scan, so that a
    /// plan needs neither.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where the kubeconfig, the context or a namespace is not usable.
    pub async fn build(self) -> Result<Kubernetes> {
        if let Some(name) = self.namespaces.iter().find(|name| !is_name(name)) {
            let error = Error::new(ErrorKind::Config, format!("scan the namespace {name:?}"));
            return Err(error.with_help("a name has small letters, digits and `-`, 63 at most"));
        }
        let (mut config, name) = self.config().await?;
        config.connect_timeout = Some(CONNECT);
        // An attempt has a limit as a whole, which tells a silent server from a broken connection.
        config.read_timeout = None;
        // Calls are retried here, where waits are told of and a server's wish for them is heard.
        config.default_retry = false;
        let url = config.cluster_url.to_string();
        let address = format!("{url} {:?}", config.root_cert);
        let client = LazyClient::new(config);
        let cluster = self.cluster.unwrap_or(name);
        let kinds = crate::shared_kinds()?;
        Ok(Kubernetes {
            inner: Arc::new(Inner {
                client,
                cluster,
                url,
                identity: OnceLock::new(),
                address,
                namespaces: self.namespaces,
                limits: self.limits,
                kinds,
            }),
        })
    }

    /// How to reach the cluster, and its name.
    async fn config(&self) -> Result<(Config, String)> {
        let in_cluster = || {
            let config = Config::incluster().map_err(|cause| {
                Error::new(ErrorKind::Config, "use the service account of this pod")
                    .with_source(cause)
                    .with_help("outside of a cluster give a kubeconfig")
            })?;
            Ok((config, "in-cluster".to_owned()))
        };
        if self.in_cluster {
            return in_cluster();
        }
        if let Some(path) = self.kubeconfig.as_ref().filter(|path| path.exists()) {
            // A pipe that nobody writes to would keep the scan waiting.
            open_input("read", path)
                .map_err(|e| Error::new(ErrorKind::Config, "read the kubeconfig").with_source(e))?;
        }
        let (kubeconfig, from) = match &self.kubeconfig {
            Some(path) => (Kubeconfig::read_from(path), path.display().to_string()),
            None => (Kubeconfig::read(), "the kubeconfig".to_owned()),
        };
        let kubeconfig = match kubeconfig {
            Ok(kubeconfig) => kubeconfig,
            Err(_) if self.kubeconfig.is_none() && self.context.is_none() && Config::incluster().is_ok() => {
                return in_cluster();
            }
            Err(cause) => {
                let error =
                    Error::new(ErrorKind::Config, format!("read {from}")).with_source(login::of_kubeconfig(&cause));
                return Err(error.with_help("give a kubeconfig, or set KUBECONFIG"));
            }
        };
        let wanted = self.context.clone().or_else(|| kubeconfig.current_context.clone()).unwrap_or_default();
        let found = kubeconfig.contexts.iter().find(|context| context.name == wanted);
        let Some(context) = found.and_then(|named| named.context.as_ref()) else {
            let names: Vec<&str> = kubeconfig.contexts.iter().map(|context| context.name.as_str()).collect();
            let error = Error::new(ErrorKind::Config, format!("use the context {wanted:?} of {from}"));
            return Err(error
                .with_help(format!("it has {}", if names.is_empty() { "none".to_owned() } else { names.join(", ") })));
        };
        let name = context.cluster.clone();
        let mut users = kubeconfig.auth_infos.iter().filter(|user| Some(&user.name) == context.user.as_ref());
        if users.any(|user| user.auth_info.as_ref().is_some_and(|user| !is_token(user.token.as_ref()))) {
            let error = Error::new(ErrorKind::Config, format!("use the context {wanted:?} of {from}"));
            return Err(
                error.with_help("the token of its user has a line break or another character that no token has")
            );
        }
        let options = KubeConfigOptions { context: Some(wanted.clone()), ..KubeConfigOptions::default() };
        let config = Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(|cause| {
            let error = Error::new(ErrorKind::Config, format!("use the context {wanted:?} of {from}"))
                .with_source(login::of_kubeconfig(&cause));
            error.with_help("mend the cluster or the user that the context names")
        })?;
        Ok((config, name))
    }
}

/// Whether a token, if there is one, can be sent: visible characters of ASCII, as all tokens are.
/// <https://datatracker.ietf.org/doc/html/rfc6750#section-2.1>
fn is_token(token: Option<&secrecy::SecretString>) -> bool {
    token.is_none_or(|token| secrecy::ExposeSecret::expose_secret(token).bytes().all(|byte| byte.is_ascii_graphic()))
}

/// Whether a text is a DNS label, as the names of namespaces are.
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names>
fn is_name(text: &str) -> bool {
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= 63 && text.chars().all(inside) && !text.starts_with('-') && !text.ends_with('-')
}
