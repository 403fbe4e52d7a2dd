//! The kind `kubernetes_kubelet`: how the kubelets of a cluster are configured, as far as the API tells.

use cspm_core::{Model, Per, Read, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

/// The ConfigMap that kubeadm keeps the configuration of all kubelets in.
/// <https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/>
pub const CONFIG_MAP: Source = Source::new(
    "core",
    "get configmaps kube-system/kubelet-config",
    "get configmaps kube-system/kubelet-config",
    Per::Account,
);

/// The configuration that kubeadm gives to the kubelets of a cluster. A node can overrule it by flags, which no API shows.
/// Managed clusters keep it to themselves: there nothing of it is read.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Kubelet {
    /// `kubelet-config`.
    pub name: String,
    /// The KubeletConfiguration as it is written; fields that are not there have the defaults of
    /// <https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/>.
    pub config: serde_json::Map<String, serde_json::Value>,
    /// The files of the kubelet on its node. No API shows them; a program that reads them on the node can give them.
    pub files: Read<Vec<NodeFile>>,
}

/// A file on a node.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NodeFile {
    /// What the file is for.
    pub role: NodeFileRole,
    /// Where it is, as `/etc/kubernetes/kubelet.conf`.
    pub path: String,
    /// The permissions as a number: 384 for `0600`.
    pub mode: u32,
    /// The name of the user that owns it.
    pub owner: String,
    /// The name of the group that owns it.
    pub group: String,
}

/// What a file of a kubelet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeFileRole {
    /// The unit by which systemd starts it.
    Service,
    /// The kubeconfig by which it reaches the API server.
    Kubeconfig,
    /// Its configuration.
    Config,
}

impl Kubelet {
    /// The name of the ConfigMap, and of the resource.
    pub const NAME: &str = "kubelet-config";
}

impl Model for Kubelet {
    const KIND: &'static str = "kubernetes_kubelet";
    const PROVIDER: &'static str = crate::PROVIDER;
    const SERVICE: &'static str = "kubelet";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = CONFIG_MAP;
}
