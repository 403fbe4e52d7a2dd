//! Custom resources that decide what rules ask of Kubernetes' own: network policies of a plugin, policies of an admission
//! controller, autoscalers, what makes secrets.
//!
//! They are read where what they say is simple. Where it is not, the answer is a [`Fault`] that names the object: a rule is
//! then unknown only where such an object is there.

pub(crate) mod admission;
pub(crate) mod network;
pub(crate) mod quota;
pub(crate) mod scale;
pub(crate) mod secret;

use std::sync::Arc;

use cspm_core::{Data, GLOBAL, Reason, Resource, Scope, Unread};

use super::fields::field;
use crate::analysis::{Answer, Fault, View};

const NAMESPACE: &str = "kubernetes_namespace";

/// A kind, and the field by which it is looked up: what a function reads.
pub(crate) type Lookup = (&'static str, &'static str);

/// The namespace that a resource is, or is in.
fn namespace_of(resource: &Resource) -> &str {
    if *resource.kind == *NAMESPACE { &resource.name } else { &resource.region }
}

/// The objects of a kind that may concern a namespace: those in it, and those in none. The last is a fault where there may
/// be more.
fn concerning<'a>(kind: &str, near: &'a Resource, view: View<'a>) -> Vec<Answer<&'a Resource>> {
    let inventory = view.inventory;
    let in_namespaces = inventory.kind(kind).is_some_and(|kind| kind.scope() == Scope::Region);
    let matches = match in_namespaces && *near.kind == *NAMESPACE {
        // A namespace is in none itself, and what others have does not matter to it.
        true => inventory.find(kind, "region", &Data::from(&*near.name), near),
        false => inventory.near(kind, near),
    };
    // Resources that a caller has come without lists: what is not among them has no say.
    let given = inventory.listed().len() == 0;
    let unread = view.unread(&matches).filter(|unread| !(given && unread.reason == Reason::NotGiven));
    matches.iter().map(Ok).chain(unread.map(|unread| Err(unread.into()))).collect()
}

/// The kinds that few clusters have.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    let lookups = [network::LOOKUPS, admission::LOOKUPS, quota::LOOKUPS, scale::LOOKUPS, secret::LOOKUPS];
    lookups.into_iter().flatten().map(|(kind, _)| *kind).filter(|kind| *kind != scale::AUTOSCALER)
}

/// Why an answer is not known: this object may decide it.
fn may_decide(object: &Resource) -> Fault {
    let kind = object.data.get("kind").and_then(Data::as_str).unwrap_or(&object.kind);
    let place = if *object.region == *GLOBAL { String::new() } else { format!("{}/", object.region) };
    let detail = format!("{kind} {place}{} may decide this, and what it says is not read", object.name);
    Fault::Unread(Arc::new(Unread::new(Reason::Failed, "").with_detail(detail)))
}

/// Whether a field of a spec is a list that has items.
fn has_items(spec: &Data, key: &str) -> Answer<bool> {
    Ok(matches!(field(spec, key, "a spec")?, Some(Data::List(items)) if !items.is_empty()))
}

#[cfg(test)]
mod tests;
