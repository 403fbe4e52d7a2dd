//! Whom a binding names: <https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects>.

use cspm_core::Data;

use crate::analysis::Answer;
use crate::analysis::kleene::and;
use crate::analysis::kubernetes::fields::{field, name};
use crate::analysis::read::text;

const SUBJECT: &str = "a subject";
const SERVICE_ACCOUNT: &str = "system:serviceaccount:";

/// Who asks: a user name and groups, as the API server's authenticators give them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    user: String,
    groups: Vec<String>,
}

impl Identity {
    /// A user, with all their groups: `system:authenticated` is one that whoever is authenticated has.
    pub fn user<G: Into<String>>(name: impl Into<String>, groups: impl IntoIterator<Item = G>) -> Self {
        Self { user: name.into(), groups: groups.into_iter().map(Into::into).collect() }
    }

    /// Anybody who is in a group, and of whom nothing else is known.
    pub fn member(group: impl Into<String>) -> Self {
        Self { user: String::new(), groups: vec![group.into()] }
    }

    /// A service account, with the groups that every one of its namespace has.
    #[must_use]
    pub fn service_account(namespace: &str, name: &str) -> Self {
        Self::user(format!("{SERVICE_ACCOUNT}{namespace}:{name}"), groups_of_service_account(namespace))
    }

    /// The namespace and name, if it is a service account.
    fn account(&self) -> Option<(&str, &str)> {
        self.user.strip_prefix(SERVICE_ACCOUNT)?.split_once(':')
    }

    /// The names by which subjects can mean it: its user name, its groups, and the name of a service account.
    pub fn subject_names(&self) -> impl Iterator<Item = &str> {
        let user = Some(self.user.as_str()).filter(|user| !user.is_empty());
        let account = self.account().map(|(_, name)| name);
        user.into_iter().chain(account).chain(self.groups.iter().map(String::as_str))
    }
}

/// The groups of every service account of a namespace:
/// <https://kubernetes.io/docs/reference/access-authn-authz/authentication/#service-account-tokens>.
#[must_use]
pub fn groups_of_service_account(namespace: &str) -> [String; 3] {
    [
        "system:serviceaccounts".to_owned(),
        format!("system:serviceaccounts:{namespace}"),
        "system:authenticated".to_owned(),
    ]
}

/// Whether a subject of a binding means `identity`: by its user name, one of its groups, or as a service account. A
/// service account without a namespace is one of `binding_namespace`, which is empty for ClusterRoleBindings. A subject
/// of an unknown kind means nobody.
///
/// # Errors
/// [`Fault::Unread`](crate::analysis::Fault::Unread) where an unread part could make it true;
/// [`Fault::Invalid`](crate::analysis::Fault::Invalid) for a value of the wrong type.
pub fn subject_matches(subject: &Data, binding_namespace: &str, identity: &Identity) -> Answer<bool> {
    let named = name(subject, "name", SUBJECT);
    if let Ok(name) = named
        && !identity.subject_names().any(|known| known == name)
    {
        return Ok(false);
    }
    match name(subject, "kind", SUBJECT)? {
        "User" => Ok(named? == identity.user),
        "Group" => named.map(|name| identity.groups.iter().any(|group| group == name)),
        "ServiceAccount" => {
            let Some((own_namespace, own_name)) = identity.account() else { return Ok(false) };
            let namespace = field(subject, "namespace", SUBJECT).and_then(|namespace| match namespace {
                Some(namespace) => text(namespace, "namespace"),
                None => Ok(""),
            });
            let near = namespace.map(|namespace| match namespace {
                "" => binding_namespace == own_namespace,
                namespace => namespace == own_namespace,
            });
            and(near, || Ok(named? == own_name))
        }
        _ => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::analysis::testing::{data, unread};

    fn matches(subject: Value, binding_namespace: &str, identity: &Identity) -> Answer<bool> {
        subject_matches(&data(subject), binding_namespace, identity)
    }

    #[test]
    fn a_service_account_is_meant_by_name_user_name_or_group() {
        let robot = Identity::service_account("ci", "robot");
        for (subject, binding_namespace, meant) in [
            (json!({"kind": "ServiceAccount", "name": "robot", "namespace": "ci"}), "", true),
            (json!({"kind": "ServiceAccount", "name": "robot", "namespace": "ci"}), "other", true),
            (json!({"kind": "ServiceAccount", "name": "robot", "namespace": "other"}), "ci", false),
            (json!({"kind": "ServiceAccount", "name": "robot"}), "ci", true),
            (json!({"kind": "ServiceAccount", "name": "robot", "namespace": ""}), "ci", true),
            (json!({"kind": "ServiceAccount", "name": "robot"}), "other", false),
            (json!({"kind": "ServiceAccount", "name": "robot"}), "", false),
            (json!({"kind": "ServiceAccount", "name": "default", "namespace": "ci"}), "ci", false),
            (json!({"kind": "User", "name": "system:serviceaccount:ci:robot"}), "", true),
            (json!({"kind": "User", "name": "robot"}), "ci", false),
            (json!({"kind": "Group", "name": "system:serviceaccounts"}), "", true),
            (json!({"kind": "Group", "name": "system:serviceaccounts:ci"}), "", true),
            (json!({"kind": "Group", "name": "system:serviceaccounts:other"}), "", false),
            (json!({"kind": "Group", "name": "system:authenticated"}), "", true),
            (json!({"kind": "Group", "name": "system:unauthenticated"}), "", false),
            (json!({"kind": "Group", "name": "robot"}), "ci", false),
            (json!({"kind": "Robot", "name": "robot"}), "ci", false),
        ] {
            assert_eq!(matches(subject.clone(), binding_namespace, &robot), Ok(meant), "{subject} {binding_namespace}");
        }
    }

    #[test]
    fn users_and_members_of_groups_are_no_service_accounts() {
        let ann = Identity::user("ann", ["dev", "system:authenticated"]);
        let anonymous = Identity::member("system:unauthenticated");
        for (subject, is_ann, is_anonymous) in [
            (json!({"kind": "User", "name": "ann"}), true, false),
            (json!({"kind": "Group", "name": "dev"}), true, false),
            (json!({"kind": "Group", "name": "system:unauthenticated"}), false, true),
            (json!({"kind": "ServiceAccount", "name": "ann", "namespace": "ci"}), false, false),
            (json!({"kind": "User", "name": ""}), false, false),
        ] {
            assert_eq!(matches(subject.clone(), "ci", &ann), Ok(is_ann), "{subject}");
            assert_eq!(matches(subject.clone(), "ci", &anonymous), Ok(is_anonymous), "{subject}");
        }
        assert_eq!(ann.subject_names().collect::<Vec<_>>(), ["ann", "dev", "system:authenticated"]);
    }

    #[test]
    fn what_was_not_read_only_matters_where_nothing_else_decides() {
        let robot = Identity::service_account("ci", "robot");
        for (subject, meant) in [
            (json!("unread!"), unread()),
            (json!({"kind": "ServiceAccount", "name": "unread!", "namespace": "ci"}), unread()),
            (json!({"kind": "ServiceAccount", "name": "unread!", "namespace": "other"}), Ok(false)),
            (json!({"kind": "ServiceAccount", "name": "robot", "namespace": "unread!"}), unread()),
            (json!({"kind": "ServiceAccount", "name": "other", "namespace": "unread!"}), Ok(false)),
            (json!({"kind": "unread!", "name": "robot", "namespace": "ci"}), unread()),
            (json!({"kind": "unread!", "name": "other"}), Ok(false)),
            (json!({"kind": "Group", "name": "unread!"}), unread()),
            (json!({"kind": "Robot", "name": "unread!"}), Ok(false)),
        ] {
            assert_eq!(matches(subject.clone(), "", &robot), meant, "{subject}");
        }
    }
}
