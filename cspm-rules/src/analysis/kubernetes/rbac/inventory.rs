//! Roles and bindings from an inventory.

use std::collections::HashSet;
use std::sync::Arc;

use cspm_core::{Data, Matches, Resource, Unread};

use super::{Identity, RbacSource};
use crate::analysis::{Answer, Fault, View, unread_by_name};

const ROLE: &str = "kubernetes_role";
const CLUSTER_ROLE: &str = "kubernetes_cluster_role";
const ROLE_BINDING: &str = "kubernetes_role_binding";
const CLUSTER_ROLE_BINDING: &str = "kubernetes_cluster_role_binding";

/// The kinds and fields by which roles and bindings are looked up; an empty field stands for all of the kind.
pub(crate) const LOOKUPS: &[(&str, &str)] =
    &[(CLUSTER_ROLE_BINDING, SUBJECT), (ROLE_BINDING, SUBJECT), (CLUSTER_ROLE, NAME), (ROLE, NAME), (CLUSTER_ROLE, "")];

const SUBJECT: &str = "subjects.name";
const NAME: &str = "name";

/// The roles and bindings of the cluster that a resource is of. The look-ups are fast where the inventory was told of
/// them; see [`InventoryBuilder::index`](cspm_core::InventoryBuilder::index).
#[derive(Clone, Copy, Debug)]
pub struct InventoryRbac<'a> {
    view: View<'a>,
    near: &'a Resource,
}

impl<'a> InventoryRbac<'a> {
    /// Those of the cluster of `near`.
    #[must_use]
    pub fn new(inventory: impl Into<View<'a>>, near: &'a Resource) -> Self {
        Self { view: inventory.into(), near }
    }

    /// Those with a value in a field. A namespace that is that of the resource itself is looked up alone: a list that
    /// could not be made elsewhere is no matter.
    fn find(&self, kind: &str, field: &str, value: &str, namespace: Option<&str>) -> Matches<'a> {
        let value = Data::from(value);
        match namespace {
            Some(namespace) if *self.near.region == *namespace => {
                self.view.inventory.find(kind, field, &value, self.near)
            }
            _ => self.view.inventory.find_all(kind, field, &value, self.near),
        }
    }

    fn named(&self, kind: &str, name: &str, namespace: Option<&str>) -> Vec<Answer<&'a Data>> {
        let matches = self.find(kind, NAME, name, namespace);
        listed(&matches, namespace, unread_by_name(&matches)).collect()
    }

    /// Those that name `identity`, each once.
    fn bindings(&self, kind: &str, identity: &Identity, namespace: Option<&str>) -> Vec<Answer<&'a Data>> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        for name in identity.subject_names() {
            let matches = self.find(kind, SUBJECT, name, namespace);
            found.extend(listed(&matches, namespace, self.view.unread(&matches)).filter(|binding| match binding {
                Ok(binding) => seen.insert(std::ptr::from_ref(*binding)),
                Err(_) => true,
            }));
        }
        found
    }
}

/// The objects found; the last is a fault where they are not known to be all.
fn listed<'a, 'm>(
    matches: &'m Matches<'a>,
    namespace: Option<&'m str>,
    unread: Option<&'m Arc<Unread>>,
) -> impl Iterator<Item = Answer<&'a Data>> + use<'a, 'm> {
    let within = move |resource: &&Resource| namespace.is_none_or(|namespace| *resource.region == *namespace);
    let found = matches.iter().filter(within).map(|resource| Ok(&resource.data));
    found.chain(unread.map(|unread| Err(Fault::from(unread))))
}

impl<'a> RbacSource<'a> for InventoryRbac<'a> {
    fn cluster_role_bindings(&self, identity: &Identity) -> Vec<Answer<&'a Data>> {
        self.bindings(CLUSTER_ROLE_BINDING, identity, None)
    }

    fn role_bindings(&self, namespace: &str, identity: &Identity) -> Vec<Answer<&'a Data>> {
        self.bindings(ROLE_BINDING, identity, Some(namespace))
    }

    fn cluster_role(&self, name: &str) -> Vec<Answer<&'a Data>> {
        self.named(CLUSTER_ROLE, name, None)
    }

    fn role(&self, namespace: &str, name: &str) -> Vec<Answer<&'a Data>> {
        self.named(ROLE, name, Some(namespace))
    }

    fn cluster_roles(&self) -> Vec<Answer<&'a Data>> {
        let matches = self.view.inventory.all(CLUSTER_ROLE, self.near);
        listed(&matches, None, self.view.unread(&matches)).collect()
    }
}

#[cfg(test)]
mod tests;
