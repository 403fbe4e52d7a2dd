//! What decides whether an object comes in: policies of Gatekeeper, Kyverno, Kubewarden and Sigstore, validating admission
//! policies, and the configuration of the PodSecurity plugin.

use cspm_core::{Data, Resource};

use super::{Lookup, NAMESPACE, concerning, may_decide};
use crate::analysis::kleene::any;
use crate::analysis::{Answer, View};

/// The template says in a language of its own what a constraint checks.
const TEMPLATE: &str = "kubernetes_gatekeeper_constraint_template";
/// What a file of the API server says is not shown. An API server that is not shown itself is that of a managed cluster,
/// where nobody can give it one: <https://docs.aws.amazon.com/eks/latest/best-practices/pod-security.html>.
const API_SERVER: &str = "kubernetes_api_server";
const CONFIGURED: &str = "admission-control-config-file";

/// Which they are.
const KINDS: [&str; 10] = [
    TEMPLATE,
    "kubernetes_kyverno_cluster_policy",
    "kubernetes_kyverno_policy",
    "kubernetes_kyverno_validating_policy",
    "kubernetes_kyverno_mutating_policy",
    "kubernetes_kyverno_image_validating_policy",
    "kubernetes_kubewarden_cluster_admission_policy",
    "kubernetes_kubewarden_admission_policy",
    "kubernetes_sigstore_cluster_image_policy",
    "kubernetes_validating_admission_policy",
];

/// The look-ups of what is asked here.
pub(crate) const LOOKUPS: &[Lookup] = &{
    let mut all = [(API_SERVER, ""); KINDS.len() + 1];
    let mut at = 0;
    while at < KINDS.len() {
        all[at] = (KINDS[at], "region");
        at += 1;
    }
    all
};

/// Whether something decides which objects of a resource of the API, such as `pods`, come in: never surely, as what such
/// policies say is not read.
///
/// # Errors
/// [`Fault::Unread`](crate::analysis::Fault::Unread) where there is a policy about them, and where they were not listed.
pub(crate) fn checked<'a>(near: &'a Resource, inventory: impl Into<View<'a>>, plural: &str) -> Answer<bool> {
    let view = inventory.into();
    let policies = KINDS.iter().flat_map(|kind| concerning(kind, near, view)).map(|policy| {
        let policy = policy?;
        let opaque = [TEMPLATE, "kubernetes_sigstore_cluster_image_policy"].contains(&&*policy.kind);
        if opaque || mentions(&policy.data, plural) { Err(may_decide(policy)) } else { Ok(false) }
    });
    let servers = view.inventory.all(API_SERVER, near);
    let configured = servers.iter().filter(|server| {
        let file = server.data.get("flags").and_then(|flags| flags.get(CONFIGURED)).and_then(Data::as_str);
        *near.kind == *NAMESPACE && file.is_some_and(|file| !file.is_empty())
    });
    any(policies.chain(configured.map(|server| Err(may_decide(server)))))
}

/// The fields in which `*` is not about a resource. An API server writes `scope: "*"` where nothing is written:
/// <https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules>.
const NOT_RESOURCES: [&str; 5] = ["metadata", "scope", "operations", "apiGroups", "apiVersions"];

/// Whether a policy names a resource of the API, or all: as `pods`, `Pod`, `v1/Pod`, `*` or `*/*`, in whichever field that
/// may name one.
fn mentions(data: &Data, plural: &str) -> bool {
    match data {
        Data::Str(text) => {
            let last = text.rsplit('/').next().unwrap_or(text);
            last == "*"
                || last.eq_ignore_ascii_case(plural)
                || plural.strip_suffix('s').is_some_and(|one| last.eq_ignore_ascii_case(one))
        }
        Data::List(items) => items.iter().any(|item| mentions(item, plural)),
        Data::Object(object) => {
            object.iter().any(|(key, value)| !NOT_RESOURCES.contains(&key) && mentions(value, plural))
        }
        // It may stand in what was not read.
        Data::Unread(_) => true,
        _ => false,
    }
}
