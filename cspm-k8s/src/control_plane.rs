//! The kinds of the control plane, as its static pods show them: `kubernetes_api_server`, `kubernetes_controller_manager`,
//! `kubernetes_scheduler` and `kubernetes_etcd`.

use std::collections::BTreeMap;

use cspm_core::{Kind, Model, Per, Result, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

/// The static pods of the control plane are among the pods of the cluster.
const LIST_PODS: Source = Source::new("core", "list pods", "list pods", Per::Account);

macro_rules! component {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $service:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, JsonSchema)]
        pub struct $name {
            /// The name of the pod.
            pub name: String,
            /// The image that it runs.
            pub image: Option<String>,
            /// The flags that it was started with, by name without dashes; one without a value is `true`. A flag that a
            /// configuration file may overrule is not read where such a file is given.
            pub flags: BTreeMap<String, String>,
        }

        impl Model for $name {
            const KIND: &'static str = $kind;
            const PROVIDER: &'static str = crate::PROVIDER;
            const SERVICE: &'static str = $service;
            const SCOPE: Scope = Scope::Account;
            const LIST: Source = LIST_PODS;
        }
    };
}

component!(
    /// An API server that runs as a static pod. <https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/>
    ApiServer,
    "kubernetes_api_server",
    "apiserver"
);
component!(
    /// A controller manager that runs as a static pod.
    /// <https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/>
    ControllerManager,
    "kubernetes_controller_manager",
    "controllermanager"
);
component!(
    /// A scheduler that runs as a static pod. <https://kubernetes.io/docs/reference/command-line-tools-reference/kube-scheduler/>
    Scheduler,
    "kubernetes_scheduler",
    "scheduler"
);
component!(
    /// A member of etcd that runs as a static pod. <https://etcd.io/docs/latest/op-guide/configuration/>
    Etcd,
    "kubernetes_etcd",
    "etcd"
);

/// The kinds of the control plane.
pub(crate) fn kinds() -> Result<[Kind; 4]> {
    Ok([Kind::of::<ApiServer>()?, Kind::of::<ControllerManager>()?, Kind::of::<Scheduler>()?, Kind::of::<Etcd>()?])
}

/// A part of the control plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Component {
    /// `kube-apiserver`
    ApiServer,
    /// `kube-controller-manager`
    ControllerManager,
    /// `kube-scheduler`
    Scheduler,
    /// `etcd`
    Etcd,
}

impl Component {
    /// Every part.
    pub const ALL: [Self; 4] = [Self::ApiServer, Self::ControllerManager, Self::Scheduler, Self::Etcd];

    /// The name of the program, which kubeadm gives to the container and to the label `component` of the static pod too.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ApiServer => "kube-apiserver",
            Self::ControllerManager => "kube-controller-manager",
            Self::Scheduler => "kube-scheduler",
            Self::Etcd => "etcd",
        }
    }

    /// The name of the kind.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::ApiServer => ApiServer::KIND,
            Self::ControllerManager => ControllerManager::KIND,
            Self::Scheduler => Scheduler::KIND,
            Self::Etcd => Etcd::KIND,
        }
    }

    /// The call that shows it.
    #[must_use]
    pub fn source(self) -> Source {
        LIST_PODS
    }
}
