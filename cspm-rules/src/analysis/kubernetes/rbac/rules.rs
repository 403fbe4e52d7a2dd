//! What rules of roles allow. The matching is that of the API server:
//! <https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/rbac/v1/evaluation_helpers.go>.

use cspm_core::Data;

use crate::analysis::Answer;
use crate::analysis::kleene::{and, any};
use crate::analysis::kubernetes::fields::{any_text, list};
use crate::analysis::read::unexpected;

const RULE: &str = "a rule";

/// What somebody asks to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// `verb` on objects of a kind, whatever their names.
    Resource {
        /// `get`, `list`, `create`, `escalate`, …
        verb: &'a str,
        /// The API group; empty for the core group.
        group: &'a str,
        /// The resource, with its subresource if that is asked for: `pods`, `pods/exec`.
        resource: &'a str,
    },
    /// `verb` on a path of the API server that is no resource: `/metrics`.
    Url {
        /// `get`, `post`, …
        verb: &'a str,
        /// The path.
        path: &'a str,
    },
}

/// Whether a list of rules allows `verb` on a resource of an API group (empty: the core group), whatever the name of
/// the object.
///
/// `*` among the verbs, groups or resources of a rule is any; `*` among the resources is any subresource too, and
/// `*/scale` that subresource of any resource. `pods` is not `pods/exec`. A rule with `resourceNames` allows nothing in
/// general, only what concerns those names. To ask for `*` is to ask for a rule that says `*`, not for one that names
/// everything.
///
/// # Errors
/// [`Fault::Unread`](crate::analysis::Fault::Unread) where an unread part could make it true;
/// [`Fault::Invalid`](crate::analysis::Fault::Invalid) for a value of the wrong type.
pub fn rules_allow(rules: &Data, verb: &str, group: &str, resource: &str) -> Answer<bool> {
    each(rules, &Request::Resource { verb, group, resource })
}

/// Whether a list of rules allows `verb` on a path that is no resource. `*` is any path, and `/healthz/*` any that
/// begins so. Rules for paths only count in roles that a ClusterRoleBinding gives.
///
/// # Errors
/// As [`rules_allow`].
pub fn rules_allow_url(rules: &Data, verb: &str, path: &str) -> Answer<bool> {
    each(rules, &Request::Url { verb, path })
}

fn each(rules: &Data, request: &Request<'_>) -> Answer<bool> {
    match rules {
        Data::Null => Ok(false),
        Data::List(rules) => any(rules.iter().map(|rule| rule_allows(rule, request))),
        other => Err(unexpected(other, "rules", "list")),
    }
}

/// Whether one rule allows it.
pub(super) fn rule_allows(rule: &Data, request: &Request<'_>) -> Answer<bool> {
    let names = |key: &str, test: &dyn Fn(&str) -> bool| any_text(list(rule, key, RULE)?, key, test);
    match *request {
        Request::Resource { verb, group, resource } => {
            let subresource = resource.split_once('/').map(|(_, subresource)| subresource);
            let is_asked = |name: &str| {
                name == "*" || name == resource || subresource.is_some_and(|sub| name.strip_prefix("*/") == Some(sub))
            };
            let asked = and(names("resources", &is_asked), || names("verbs", &|name| name == "*" || name == verb));
            let asked = and(asked, || names("apiGroups", &|name| name == "*" || name == group));
            and(asked, || is_general(rule))
        }
        Request::Url { verb, path } => {
            let is_asked =
                |name: &str| name == path || name.ends_with('*') && path.starts_with(name.trim_end_matches('*'));
            let asked = names("nonResourceURLs", &is_asked);
            and(asked, || names("verbs", &|name| name == "*" || name == verb))
        }
    }
}

/// Whether the rule allows requests that name no object. The API server takes the empty name in `resourceNames` for
/// theirs.
fn is_general(rule: &Data) -> Answer<bool> {
    let names = list(rule, "resourceNames", RULE)?;
    if names.is_empty() {
        return Ok(true);
    }
    any_text(names, "resourceNames", str::is_empty)
}

#[cfg(test)]
mod tests;
