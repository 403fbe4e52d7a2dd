//! What somebody may do, over all bindings and roles.

use std::fmt;

use cspm_core::Data;

use super::aggregation::{effective_rules, is_aggregated};
use super::rules::{Request, rule_allows};
use super::subject::{Identity, subject_matches};
use crate::analysis::kleene::{and, any};
use crate::analysis::kubernetes::fields::{below, field, list, name};
use crate::analysis::{Answer, Fault};

/// Roles and bindings, looked up. Each answer is a list of objects as the API has them; where it is not known to be
/// complete, an item is the fault that says why.
pub trait RbacSource<'a> {
    /// The ClusterRoleBindings that can name `identity`: at least those with a subject that has one of its
    /// [names](Identity::subject_names).
    fn cluster_role_bindings(&self, identity: &Identity) -> Vec<Answer<&'a Data>>;
    /// The RoleBindings of a namespace that can name `identity`.
    fn role_bindings(&self, namespace: &str, identity: &Identity) -> Vec<Answer<&'a Data>>;
    /// The ClusterRole of this name.
    fn cluster_role(&self, name: &str) -> Vec<Answer<&'a Data>>;
    /// The Role of this name.
    fn role(&self, namespace: &str, name: &str) -> Vec<Answer<&'a Data>>;
    /// All ClusterRoles: asked for where one gathers the rules of others.
    fn cluster_roles(&self) -> Vec<Answer<&'a Data>>;
}

/// A binding that gives somebody what they asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grant<'a> {
    /// The RoleBinding or ClusterRoleBinding.
    pub binding: &'a Data,
    /// The namespace of a RoleBinding; `None` for a ClusterRoleBinding.
    pub cluster_wide: bool,
}

/// `ClusterRoleBinding a of ClusterRole b`
impl fmt::Display for Grant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |outer, inner| match below(self.binding, outer, inner) {
            Ok(Some(Data::Str(text))) => text.clone(),
            _ => "?".into(),
        };
        let kind = if self.cluster_wide { "ClusterRoleBinding" } else { "RoleBinding" };
        write!(f, "{kind} {} of {} {}", text("metadata", "name"), text("roleRef", "kind"), text("roleRef", "name"))
    }
}

/// Every binding that gives somebody what they asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grants<'a> {
    /// Those that surely do.
    pub known: Vec<Grant<'a>>,
    /// Why there may be more, where that is so.
    pub unread: Option<Fault>,
}

impl Grants<'_> {
    /// Whether it is allowed.
    ///
    /// # Errors
    /// The fault because of which there may be a binding that allows it, where none is known that does.
    pub fn allowed(&self) -> Answer<bool> {
        match (&*self.known, &self.unread) {
            ([_, ..], _) => Ok(true),
            ([], None) => Ok(false),
            ([], Some(fault)) => Err(fault.clone()),
        }
    }
}

/// Where somebody gets a permission from: in a namespace from ClusterRoleBindings and from the RoleBindings of that
/// namespace, in no namespace (all of the cluster, and objects that are in none) from ClusterRoleBindings alone. Paths
/// are in no namespace.
///
/// A binding to a role that is not there gives nothing. `cluster-admin` and the other roles that every API server makes
/// are there, though: of `cluster-admin` it is known what it allows, and the others count as not read.
/// <https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings>
pub fn subject_allows<'a>(
    source: &impl RbacSource<'a>,
    identity: &Identity,
    request: &Request<'_>,
    namespace: Option<&str>,
) -> Grants<'a> {
    let namespace = namespace.filter(|_| matches!(request, Request::Resource { .. }));
    let cluster = source.cluster_role_bindings(identity).into_iter().map(|binding| (binding, ""));
    let local = namespace.map(|namespace| {
        source.role_bindings(namespace, identity).into_iter().map(move |binding| (binding, namespace))
    });
    let mut grants = Grants::default();
    for (binding, namespace) in cluster.chain(local.into_iter().flatten()) {
        let gives = binding.clone().and_then(|binding| gives(source, binding, namespace, identity, request));
        match (gives, binding) {
            (Ok(true), Ok(binding)) => grants.known.push(Grant { binding, cluster_wide: namespace.is_empty() }),
            (Err(fault), _) => {
                grants.unread.get_or_insert(fault);
            }
            _ => {}
        }
    }
    grants
}

/// Whether the binding gives `identity` what is asked; `namespace` is that of the binding.
fn gives<'a>(
    source: &impl RbacSource<'a>,
    binding: &'a Data,
    namespace: &str,
    identity: &Identity,
    request: &Request<'_>,
) -> Answer<bool> {
    let named = list(binding, "subjects", "a binding")
        .and_then(|subjects| any(subjects.iter().map(|subject| subject_matches(subject, namespace, identity))));
    and(named, || {
        let role = field(binding, "roleRef", "a binding")?.ok_or_else(|| Fault::not_given("roleRef"))?;
        let named = name(role, "name", "roleRef")?;
        match name(role, "kind", "roleRef")? {
            "ClusterRole" => cluster_role_allows(source, named, request),
            "Role" if !namespace.is_empty() => {
                let roles = source.role(namespace, named);
                any(roles.into_iter().map(|role| own_rules_allow(role?, request)))
            }
            kind => Err(Fault::Invalid(format!("a binding cannot give a {kind}"))),
        }
    })
}

fn cluster_role_allows<'a>(source: &impl RbacSource<'a>, named: &str, request: &Request<'_>) -> Answer<bool> {
    let roles = source.cluster_role(named);
    if roles.is_empty() {
        return match named {
            "cluster-admin" => Ok(true),
            "admin" | "edit" | "view" => Err(Fault::not_given(named)),
            _ if named.starts_with("system:") => Err(Fault::not_given(named)),
            _ => Ok(false),
        };
    }
    any(roles.into_iter().map(|role| {
        let role = role?;
        let own = own_rules_allow(role, request);
        if own == Ok(true) || is_aggregated(role) == Ok(false) {
            return own;
        }
        effective_rules(role, &source.cluster_roles()).allow(request)
    }))
}

fn own_rules_allow(role: &Data, request: &Request<'_>) -> Answer<bool> {
    any(list(role, "rules", "a role")?.iter().map(|rule| rule_allows(rule, request)))
}

#[cfg(test)]
mod tests;
