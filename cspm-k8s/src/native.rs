//! The kinds whose data is the native object of the API: one row each.

use cspm_core::{Kind, Per, Reference, Relation, Result, Scope, Source};

use crate::schema::Types;

/// A kind of native objects.
#[derive(Debug)]
pub struct Native {
    /// The name, as Steampipe names its table where it has one.
    pub name: &'static str,
    /// The service, as rules are grouped by.
    pub service: &'static str,
    /// The group of the API; empty for the core group.
    pub group: &'static str,
    /// The versions that have the fields which rules read, the best one first.
    pub versions: &'static [&'static str],
    /// The `kind` of the objects.
    pub object: &'static str,
    /// The resource in paths and roles.
    pub plural: &'static str,
    /// Whether objects are in namespaces.
    pub namespaced: bool,
    /// The type in the schema.
    pub(crate) schema: &'static str,
    /// The path at which objects hold a pod template.
    pub template: Option<&'static str>,
    /// Paths whose values name other resources, and the kinds and fields of those.
    references: &'static [(&'static str, Relation, &'static str, &'static str)],
}

const NAME: &str = "metadata.name";
const CORE: &str = "";
const APPS: &str = "apps";
const RBAC: &str = "rbac.authorization.k8s.io";
const NETWORKING: &str = "networking.k8s.io";
const ADMISSION: &str = "admissionregistration.k8s.io";
/// The groups that are a part of Kubernetes itself.
#[cfg(feature = "live")]
const BUILT_IN: [&str; 10] = [
    CORE,
    APPS,
    RBAC,
    NETWORKING,
    ADMISSION,
    "apiregistration.k8s.io",
    "autoscaling",
    "batch",
    "policy",
    "storage.k8s.io",
];

/// What a pod refers to.
const OF_POD: &[(&str, Relation, &str, &str)] = &[
    ("spec.nodeName", Relation::Attachment, "kubernetes_node", NAME),
    ("spec.serviceAccountName", Relation::Reference, "kubernetes_service_account", NAME),
    ("spec.volumes[].configMap.name", Relation::Reference, "kubernetes_config_map", NAME),
    ("spec.volumes[].secret.secretName", Relation::Reference, "kubernetes_secret", NAME),
    (
        "spec.volumes[].persistentVolumeClaim.claimName",
        Relation::Attachment,
        "kubernetes_persistent_volume_claim",
        NAME,
    ),
];
/// What the pods of a workload will refer to.
const OF_WORKLOAD: &[(&str, Relation, &str, &str)] = &[
    ("spec.template.spec.serviceAccountName", Relation::Reference, "kubernetes_service_account", NAME),
    ("spec.template.spec.volumes[].configMap.name", Relation::Reference, "kubernetes_config_map", NAME),
    ("spec.template.spec.volumes[].secret.secretName", Relation::Reference, "kubernetes_secret", NAME),
];
const OF_INGRESS: &[(&str, Relation, &str, &str)] = &[
    ("spec.rules[].http.paths[].backend.service.name", Relation::Reference, "kubernetes_service", NAME),
    ("spec.tls[].secretName", Relation::Reference, "kubernetes_secret", NAME),
];
const OF_CLUSTER_ROLE_BINDING: &[(&str, Relation, &str, &str)] =
    &[("roleRef.name", Relation::Reference, "kubernetes_cluster_role", NAME)];
const OF_CLAIM: &[(&str, Relation, &str, &str)] =
    &[("spec.volumeName", Relation::Attachment, "kubernetes_persistent_volume", NAME)];

const TEMPLATE: &str = "spec.template";
/// The type of custom resources in the schema.
const CUSTOM: &str = "custom.Resource";

/// A row whose objects are in namespaces.
const fn namespaced(
    name: &'static str,
    service: &'static str,
    (group, versions): (&'static str, &'static [&'static str]),
    (object, plural): (&'static str, &'static str),
    schema: &'static str,
) -> Native {
    let references: &[(&str, Relation, &str, &str)] = &[];
    Native { name, service, group, versions, object, plural, namespaced: true, schema, template: None, references }
}

/// A row of a custom resource, of which rules ask whether one decides what they ask.
const fn custom(
    name: &'static str,
    service: &'static str,
    api: (&'static str, &'static [&'static str]),
    names: (&'static str, &'static str),
) -> Native {
    namespaced(name, service, api, names, CUSTOM)
}

impl Native {
    /// Whether the kind is one that a cluster has only where something added it.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        self.schema == CUSTOM
    }

    const fn of_cluster(self) -> Self {
        Self { namespaced: false, ..self }
    }

    const fn holding(self, template: &'static str) -> Self {
        Self { template: Some(template), references: OF_WORKLOAD, ..self }
    }

    const fn referring(self, references: &'static [(&'static str, Relation, &'static str, &'static str)]) -> Self {
        Self { references, ..self }
    }

    /// The call that lists the objects; its permission is `list PLURAL[.GROUP]`.
    #[must_use]
    pub fn list(&self) -> Source {
        let dot = if self.group.is_empty() { "" } else { "." };
        let call = format!("list {}", self.plural);
        let service = if self.group.is_empty() { "core" } else { self.group };
        Source::named(service, call.clone(), format!("{call}{dot}{}", self.group), Per::Account)
    }

    /// Whether the kind is a part of Kubernetes itself, which every server has in some version.
    #[cfg(feature = "live")]
    pub(crate) fn is_built_in(&self) -> bool {
        BUILT_IN.contains(&self.group)
    }

    /// Whether an `apiVersion` is one that it is read in.
    pub(crate) fn serves(&self, api_version: &str) -> bool {
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        self.group == group && self.versions.contains(&version)
    }

    fn kind(&self, types: &Types) -> Result<Kind> {
        let scope = if self.namespaced { Scope::Region } else { Scope::Account };
        let schema = types.of(self.schema)?;
        let mut kind =
            Kind::from_schema(self.name, crate::PROVIDER, self.service, scope, self.list(), schema)?.native();
        kind = kind.placed(NAME, "metadata.namespace");
        if let Some(template) = self.template {
            kind = kind.embedding("kubernetes_pod", template);
        }
        let namespace = ("metadata.namespace", Relation::Containment, "kubernetes_namespace", NAME);
        let references = self.references.iter().chain(self.namespaced.then_some(&namespace));
        Ok(kind.referring(
            references
                .map(|(path, relation, kind, field)| ((*path).to_owned(), Reference::new(*relation, kind, field))),
        ))
    }
}

/// Every kind of native objects.
#[rustfmt::skip]
pub const NATIVE: &[Native] = &[
    namespaced("kubernetes_config_map", "core", (CORE, &["v1"]), ("ConfigMap", "configmaps"), "core.v1.ConfigMap"),
    namespaced("kubernetes_limit_range", "core", (CORE, &["v1"]), ("LimitRange", "limitranges"), "core.v1.LimitRange"),
    namespaced("kubernetes_namespace", "core", (CORE, &["v1"]), ("Namespace", "namespaces"), "core.v1.Namespace").of_cluster(),
    namespaced("kubernetes_node", "core", (CORE, &["v1"]), ("Node", "nodes"), "core.v1.Node").of_cluster(),
    namespaced("kubernetes_persistent_volume", "storage", (CORE, &["v1"]), ("PersistentVolume", "persistentvolumes"), "core.v1.PersistentVolume").of_cluster(),
    namespaced("kubernetes_persistent_volume_claim", "storage", (CORE, &["v1"]), ("PersistentVolumeClaim", "persistentvolumeclaims"), "core.v1.PersistentVolumeClaim").referring(OF_CLAIM),
    namespaced("kubernetes_pod", "core", (CORE, &["v1"]), ("Pod", "pods"), "core.v1.Pod").referring(OF_POD),
    namespaced("kubernetes_replication_controller", "core", (CORE, &["v1"]), ("ReplicationController", "replicationcontrollers"), "core.v1.ReplicationController").holding(TEMPLATE),
    namespaced("kubernetes_resource_quota", "core", (CORE, &["v1"]), ("ResourceQuota", "resourcequotas"), "core.v1.ResourceQuota"),
    namespaced("kubernetes_secret", "core", (CORE, &["v1"]), ("Secret", "secrets"), "core.v1.Secret"),
    namespaced("kubernetes_service", "networking", (CORE, &["v1"]), ("Service", "services"), "core.v1.Service"),
    namespaced("kubernetes_service_account", "rbac", (CORE, &["v1"]), ("ServiceAccount", "serviceaccounts"), "core.v1.ServiceAccount"),
    namespaced("kubernetes_daemonset", "core", (APPS, &["v1", "v1beta2"]), ("DaemonSet", "daemonsets"), "apps.v1.DaemonSet").holding(TEMPLATE),
    namespaced("kubernetes_deployment", "core", (APPS, &["v1", "v1beta2", "v1beta1"]), ("Deployment", "deployments"), "apps.v1.Deployment").holding(TEMPLATE),
    namespaced("kubernetes_replicaset", "core", (APPS, &["v1", "v1beta2"]), ("ReplicaSet", "replicasets"), "apps.v1.ReplicaSet").holding(TEMPLATE),
    namespaced("kubernetes_stateful_set", "core", (APPS, &["v1", "v1beta2", "v1beta1"]), ("StatefulSet", "statefulsets"), "apps.v1.StatefulSet").holding(TEMPLATE),
    namespaced("kubernetes_cronjob", "core", ("batch", &["v1", "v1beta1"]), ("CronJob", "cronjobs"), "batch.v1.CronJob").holding("spec.jobTemplate.spec.template"),
    namespaced("kubernetes_job", "core", ("batch", &["v1"]), ("Job", "jobs"), "batch.v1.Job").holding(TEMPLATE),
    namespaced("kubernetes_cluster_role", "rbac", (RBAC, &["v1", "v1beta1"]), ("ClusterRole", "clusterroles"), "rbac.v1.ClusterRole").of_cluster(),
    namespaced("kubernetes_cluster_role_binding", "rbac", (RBAC, &["v1", "v1beta1"]), ("ClusterRoleBinding", "clusterrolebindings"), "rbac.v1.ClusterRoleBinding").of_cluster().referring(OF_CLUSTER_ROLE_BINDING),
    namespaced("kubernetes_role", "rbac", (RBAC, &["v1", "v1beta1"]), ("Role", "roles"), "rbac.v1.Role"),
    namespaced("kubernetes_role_binding", "rbac", (RBAC, &["v1", "v1beta1"]), ("RoleBinding", "rolebindings"), "rbac.v1.RoleBinding"),
    namespaced("kubernetes_ingress", "networking", (NETWORKING, &["v1"]), ("Ingress", "ingresses"), "networking.v1.Ingress").referring(OF_INGRESS),
    namespaced("kubernetes_ingress_class", "networking", (NETWORKING, &["v1", "v1beta1"]), ("IngressClass", "ingressclasses"), "networking.v1.IngressClass").of_cluster(),
    namespaced("kubernetes_network_policy", "networking", (NETWORKING, &["v1"]), ("NetworkPolicy", "networkpolicies"), "networking.v1.NetworkPolicy"),
    namespaced("kubernetes_gateway", "networking", ("gateway.networking.k8s.io", &["v1", "v1beta1"]), ("Gateway", "gateways"), "gateway.v1.Gateway"),
    namespaced("kubernetes_pod_disruption_budget", "core", ("policy", &["v1", "v1beta1"]), ("PodDisruptionBudget", "poddisruptionbudgets"), "policy.v1.PodDisruptionBudget"),
    namespaced("kubernetes_horizontal_pod_autoscaler", "core", ("autoscaling", &["v2", "v2beta2", "v1", "v2beta1"]), ("HorizontalPodAutoscaler", "horizontalpodautoscalers"), "autoscaling.v2.HorizontalPodAutoscaler"),
    namespaced("kubernetes_storage_class", "storage", ("storage.k8s.io", &["v1", "v1beta1"]), ("StorageClass", "storageclasses"), "storage.v1.StorageClass").of_cluster(),
    namespaced("kubernetes_mutating_webhook_configuration", "admission", (ADMISSION, &["v1"]), ("MutatingWebhookConfiguration", "mutatingwebhookconfigurations"), "admissionregistration.v1.MutatingWebhookConfiguration").of_cluster(),
    namespaced("kubernetes_validating_webhook_configuration", "admission", (ADMISSION, &["v1"]), ("ValidatingWebhookConfiguration", "validatingwebhookconfigurations"), "admissionregistration.v1.ValidatingWebhookConfiguration").of_cluster(),
    namespaced("kubernetes_validating_admission_policy", "admission", (ADMISSION, &["v1", "v1beta1"]), ("ValidatingAdmissionPolicy", "validatingadmissionpolicies"), "admissionregistration.v1.ValidatingAdmissionPolicy").of_cluster(),
    namespaced("kubernetes_validating_admission_policy_binding", "admission", (ADMISSION, &["v1", "v1beta1"]), ("ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings"), "admissionregistration.v1.ValidatingAdmissionPolicyBinding").of_cluster(),
    namespaced("kubernetes_api_service", "admission", ("apiregistration.k8s.io", &["v1", "v1beta1"]), ("APIService", "apiservices"), "apiregistration.v1.APIService").of_cluster(),
    // Which custom resources decide what a rule asks is told by `cspm-rules/src/analysis/kubernetes/others`.
    custom("kubernetes_cilium_network_policy", "networking", ("cilium.io", &["v2"]), ("CiliumNetworkPolicy", "ciliumnetworkpolicies")),
    custom("kubernetes_cilium_clusterwide_network_policy", "networking", ("cilium.io", &["v2"]), ("CiliumClusterwideNetworkPolicy", "ciliumclusterwidenetworkpolicies")).of_cluster(),
    custom("kubernetes_calico_network_policy", "networking", ("projectcalico.org", &["v3"]), ("NetworkPolicy", "networkpolicies")),
    custom("kubernetes_calico_global_network_policy", "networking", ("projectcalico.org", &["v3"]), ("GlobalNetworkPolicy", "globalnetworkpolicies")).of_cluster(),
    custom("kubernetes_calico_stored_network_policy", "networking", ("crd.projectcalico.org", &["v1"]), ("NetworkPolicy", "networkpolicies")),
    custom("kubernetes_calico_stored_global_network_policy", "networking", ("crd.projectcalico.org", &["v1"]), ("GlobalNetworkPolicy", "globalnetworkpolicies")).of_cluster(),
    custom("kubernetes_admin_network_policy", "networking", ("policy.networking.k8s.io", &["v1alpha1"]), ("AdminNetworkPolicy", "adminnetworkpolicies")).of_cluster(),
    custom("kubernetes_baseline_admin_network_policy", "networking", ("policy.networking.k8s.io", &["v1alpha1"]), ("BaselineAdminNetworkPolicy", "baselineadminnetworkpolicies")).of_cluster(),
    custom("kubernetes_cluster_network_policy", "networking", ("policy.networking.k8s.io", &["v1alpha2"]), ("ClusterNetworkPolicy", "clusternetworkpolicies")).of_cluster(),
    custom("kubernetes_antrea_network_policy", "networking", ("crd.antrea.io", &["v1beta1", "v1alpha1"]), ("NetworkPolicy", "networkpolicies")),
    custom("kubernetes_antrea_cluster_network_policy", "networking", ("crd.antrea.io", &["v1beta1", "v1alpha1"]), ("ClusterNetworkPolicy", "clusternetworkpolicies")).of_cluster(),
    custom("kubernetes_eks_cluster_network_policy", "networking", ("networking.k8s.aws", &["v1alpha1"]), ("ClusterNetworkPolicy", "clusternetworkpolicies")).of_cluster(),
    custom("kubernetes_eks_application_network_policy", "networking", ("networking.k8s.aws", &["v1alpha1"]), ("ApplicationNetworkPolicy", "applicationnetworkpolicies")),
    custom("kubernetes_ovn_egress_firewall", "networking", ("k8s.ovn.org", &["v1"]), ("EgressFirewall", "egressfirewalls")),
    custom("kubernetes_istio_peer_authentication", "networking", ("security.istio.io", &["v1", "v1beta1"]), ("PeerAuthentication", "peerauthentications")),
    custom("kubernetes_istio_authorization_policy", "networking", ("security.istio.io", &["v1", "v1beta1"]), ("AuthorizationPolicy", "authorizationpolicies")),
    custom("kubernetes_linkerd_server", "networking", ("policy.linkerd.io", &["v1beta3", "v1beta2", "v1beta1"]), ("Server", "servers")),
    custom("kubernetes_gatekeeper_constraint_template", "admission", ("templates.gatekeeper.sh", &["v1", "v1beta1"]), ("ConstraintTemplate", "constrainttemplates")).of_cluster(),
    custom("kubernetes_kyverno_cluster_policy", "admission", ("kyverno.io", &["v1", "v2beta1"]), ("ClusterPolicy", "clusterpolicies")).of_cluster(),
    custom("kubernetes_kyverno_policy", "admission", ("kyverno.io", &["v1", "v2beta1"]), ("Policy", "policies")),
    custom("kubernetes_kyverno_validating_policy", "admission", ("policies.kyverno.io", &["v1", "v1beta1", "v1alpha1"]), ("ValidatingPolicy", "validatingpolicies")).of_cluster(),
    custom("kubernetes_kyverno_mutating_policy", "admission", ("policies.kyverno.io", &["v1", "v1beta1", "v1alpha1"]), ("MutatingPolicy", "mutatingpolicies")).of_cluster(),
    custom("kubernetes_kyverno_image_validating_policy", "admission", ("policies.kyverno.io", &["v1", "v1beta1", "v1alpha1"]), ("ImageValidatingPolicy", "imagevalidatingpolicies")).of_cluster(),
    custom("kubernetes_kubewarden_cluster_admission_policy", "admission", ("policies.kubewarden.io", &["v1"]), ("ClusterAdmissionPolicy", "clusteradmissionpolicies")).of_cluster(),
    custom("kubernetes_kubewarden_admission_policy", "admission", ("policies.kubewarden.io", &["v1"]), ("AdmissionPolicy", "admissionpolicies")),
    custom("kubernetes_sigstore_cluster_image_policy", "admission", ("policy.sigstore.dev", &["v1beta1", "v1alpha1"]), ("ClusterImagePolicy", "clusterimagepolicies")).of_cluster(),
    custom("kubernetes_keda_scaled_object", "core", ("keda.sh", &["v1alpha1"]), ("ScaledObject", "scaledobjects")),
    custom("kubernetes_openshift_cluster_resource_quota", "core", ("quota.openshift.io", &["v1"]), ("ClusterResourceQuota", "clusterresourcequotas")).of_cluster(),
    custom("kubernetes_external_secret", "core", ("external-secrets.io", &["v1", "v1beta1", "v1alpha1"]), ("ExternalSecret", "externalsecrets")),
    custom("kubernetes_sealed_secret", "core", ("bitnami.com", &["v1alpha1"]), ("SealedSecret", "sealedsecrets")),
    custom("kubernetes_cert_manager_certificate", "core", ("cert-manager.io", &["v1", "v1beta1", "v1alpha3", "v1alpha2"]), ("Certificate", "certificates")),
];

/// The row of a kind.
#[must_use]
pub fn named(name: &str) -> Option<&'static Native> {
    NATIVE.iter().find(|native| native.name == name)
}

/// The kinds.
pub(crate) fn kinds() -> Result<Vec<Kind>> {
    let types = Types::read()?;
    NATIVE.iter().map(|native| native.kind(&types)).collect()
}
