//! Pods, and the templates of pods that workloads have: who selects them, and what they run as.

use cspm_core::{Data, Inventory, Resource};

use super::fields::{below, field};
use super::label_index::{ByNamespace, Labelled, Selecting};
use super::selector::{Numbered, selects, selects_object};
use crate::analysis::kleene::any;
use crate::analysis::read::{int, unexpected};
use crate::analysis::{Answer, Fault, View, unread_by_name};

pub(crate) const POD: &str = "kubernetes_pod";
pub(crate) const DISRUPTION_BUDGET: &str = "kubernetes_pod_disruption_budget";
pub(crate) const SERVICE_ACCOUNT: &str = "kubernetes_service_account";
pub(crate) const NAME: &str = "metadata.name";
const STATEFUL_SET: &str = "kubernetes_stateful_set";

/// The kinds that are pods or have a template of one.
const HOLDERS: [&str; 8] = [
    POD,
    "kubernetes_deployment",
    "kubernetes_stateful_set",
    "kubernetes_daemonset",
    "kubernetes_replicaset",
    "kubernetes_replication_controller",
    "kubernetes_job",
    "kubernetes_cronjob",
];

/// What [`selects_some`] looks up.
pub(crate) const PODS: &[(&str, &str)] = &{
    let mut lookups = [("", ""); HOLDERS.len()];
    let mut at = 0;
    while at < HOLDERS.len() {
        lookups[at] = (HOLDERS[at], "");
        at += 1;
    }
    lookups
};

/// The pod that a resource is, or whose template it has.
///
/// # Errors
/// [`Fault::Unread`] where the template was not read; [`Fault::Invalid`] for a resource that is no pod and has none in itself.
pub fn pod_of<'a>(resource: &'a Resource, inventory: &Inventory) -> Answer<&'a Data> {
    match inventory.kind(&resource.kind).and_then(|kind| kind.embedded(POD)) {
        Some(path) => path.split('.').try_fold(&resource.data, |object, key| {
            field(object, key, &resource.kind).map(|found| found.unwrap_or(&Data::Null))
        }),
        None if *resource.kind == *POD => Ok(&resource.data),
        None => Err(Fault::Invalid(format!("a {} is not a {POD}", resource.kind))),
    }
}

/// The labels of an object; null where it has none.
pub(super) fn labels(object: &Data) -> Answer<&Data> {
    below(object, "metadata", "labels").map(|labels| labels.unwrap_or(&Data::Null))
}

/// Whether a label selector selects a pod, or the pods of a workload, in the namespace of a resource.
///
/// # Errors
/// [`Fault::Unread`] where an unread part could change the answer, or where there may be pods that are not in the inventory;
/// [`Fault::Invalid`] for what is no selector.
pub fn selects_some(selector: &Data, near: &Resource, inventory: &Inventory) -> Answer<bool> {
    if selector.is_null() {
        return Ok(false);
    }
    let index = inventory.derived(PodIndex::new);
    let candidates = index.0.of(near).into_iter().flat_map(|pods| pods.candidates(selector));
    let candidates = candidates.filter_map(|position| inventory.resources().get(position as usize));
    let known = candidates.map(|resource| {
        let labels = pod_of(resource, inventory).and_then(labels)?;
        match Numbered::name_asked_for(selector).filter(|_| *resource.kind == *STATEFUL_SET) {
            None => selects(selector, labels),
            Some(name) => match Numbered::of_set(name, &resource.name, &numbers(resource)?)? {
                Some(pod) => pod.is_selected(selector, labels),
                None => Ok(false),
            },
        }
    });
    // A selector names the pods that it is for: there must be some, though it may not be known where.
    let unread = HOLDERS.iter().filter_map(|kind| inventory.near(kind, near).unread);
    any(known.chain(unread.map(|unread| Err(Fault::from(&unread)))))
}

/// The numbers of the pods of a StatefulSet.
fn numbers(resource: &Resource) -> Answer<std::ops::Range<i64>> {
    let replicas = int(below(&resource.data, "spec", "replicas")?, "replicas")?.unwrap_or(1);
    let ordinals = below(&resource.data, "spec", "ordinals")?.unwrap_or(&Data::Null);
    let first = int(field(ordinals, "start", "ordinals")?, "start")?.unwrap_or(0);
    Ok(first..first.saturating_add(replicas))
}

/// Whether a disruption budget of its namespace selects the pods of a resource.
///
/// # Errors
/// As [`pod_of`], and [`Fault::Unread`] where an unread part could change the answer.
pub fn is_budgeted<'a>(resource: &'a Resource, inventory: impl Into<View<'a>>) -> Answer<bool> {
    let view = inventory.into();
    let inventory = view.inventory;
    let pod = pod_of(resource, inventory)?;
    let index = inventory.derived(BudgetIndex::new);
    let candidates = index.0.of(resource).into_iter().flat_map(|budgets| budgets.candidates(labels(pod)));
    let candidates = candidates.filter_map(|position| inventory.resources().get(position as usize));
    let known = candidates.map(|budget| match below(&budget.data, "spec", "selector")? {
        Some(selector) => selects_object(selector, pod),
        None => Ok(false),
    });
    any(known.chain(view.fault(&inventory.near(DISRUPTION_BUDGET, resource)).map(Err)))
}

/// Whether the service account of this name, in the namespace of a resource, has its token mounted in pods that do not say
/// whether they want it. It has unless it says otherwise: <https://kubernetes.io/docs/concepts/security/service-accounts/>.
///
/// # Errors
/// [`Fault::Unread`] where the account was not read; [`Fault::Invalid`] for a value of the wrong type.
pub fn mounts_token<'a>(name: &str, near: &'a Resource, inventory: impl Into<View<'a>>) -> Answer<bool> {
    let view = inventory.into();
    let name = if name.is_empty() { "default" } else { name };
    let matches = view.inventory.find(SERVICE_ACCOUNT, NAME, &Data::from(name), near);
    let mut found = matches.iter().filter(|account| account.region == near.region).peekable();
    if found.peek().is_none() {
        return view.fault(&matches).map_or(Ok(true), Err);
    }
    let known = found.map(|account| match field(&account.data, "automountServiceAccountToken", SERVICE_ACCOUNT)? {
        None => Ok(true),
        Some(Data::Bool(mounts)) => Ok(*mounts),
        Some(other) => Err(unexpected(other, "automountServiceAccountToken", "bool")),
    });
    any(known.chain(unread_by_name(&matches).map(|unread| Err(Fault::from(unread)))))
}

/// Pods and templates by their labels.
struct PodIndex(ByNamespace<Labelled>);

impl PodIndex {
    fn new(inventory: &Inventory) -> Self {
        Self(ByNamespace::of_labels(inventory, &HOLDERS, |resource| pod_of(resource, inventory).and_then(labels)))
    }
}

/// Disruption budgets by the pods that they select.
struct BudgetIndex(ByNamespace<Selecting>);

impl BudgetIndex {
    fn new(inventory: &Inventory) -> Self {
        Self(ByNamespace::of_selectors(inventory, DISRUPTION_BUDGET, |budget| {
            below(budget, "spec", "selector").transpose()
        }))
    }
}
