use proptest::prelude::{any, *};
use serde_json::{Value, json};

use super::*;
use crate::analysis::testing::{data, unread};

/// Objects as they were listed, each list whole unless it ends in `unread!`; looked through from end to end.
#[derive(Default)]
struct Lists {
    cluster_roles: Vec<Data>,
    roles: Vec<Data>,
    cluster_role_bindings: Vec<Data>,
    role_bindings: Vec<Data>,
}

fn all(list: &[Data]) -> impl Iterator<Item = Answer<&Data>> {
    list.iter().map(|item| match item {
        Data::Unread(unread) => Err(unread.into()),
        item => Ok(item),
    })
}

fn having<'a>(list: &'a [Data], field: &str, value: &str) -> Vec<Answer<&'a Data>> {
    let has = |item: &Answer<&Data>| match item {
        Ok(item) => item.at(&format!("metadata.{field}")).and_then(Data::as_str) == Some(value),
        Err(_) => true,
    };
    all(list).filter(has).collect()
}

impl<'a> RbacSource<'a> for &'a Lists {
    fn cluster_role_bindings(&self, _: &Identity) -> Vec<Answer<&'a Data>> {
        all(&self.cluster_role_bindings).collect()
    }
    fn role_bindings(&self, namespace: &str, _: &Identity) -> Vec<Answer<&'a Data>> {
        having(&self.role_bindings, "namespace", namespace)
    }
    fn cluster_role(&self, name: &str) -> Vec<Answer<&'a Data>> {
        having(&self.cluster_roles, "name", name)
    }
    fn role(&self, namespace: &str, name: &str) -> Vec<Answer<&'a Data>> {
        let mut roles = having(&self.roles, "namespace", namespace);
        let named = having(&self.roles, "name", name);
        roles.retain(|role| role.is_err() || named.contains(role));
        roles
    }
    fn cluster_roles(&self) -> Vec<Answer<&'a Data>> {
        all(&self.cluster_roles).collect()
    }
}

fn lists(cluster_roles: Value, roles: Value, cluster_role_bindings: Value, role_bindings: Value) -> Lists {
    let list = |value: Value| data(value).as_list().unwrap().to_vec();
    Lists {
        cluster_roles: list(cluster_roles),
        roles: list(roles),
        cluster_role_bindings: list(cluster_role_bindings),
        role_bindings: list(role_bindings),
    }
}

fn role(namespace: &str, name: &str, verb: &str) -> Value {
    json!({
        "metadata": {"name": name, "namespace": namespace, "labels": {"name": name}},
        "rules": [
            {"verbs": [verb], "apiGroups": [""], "resources": ["pods"]},
            {"verbs": [verb], "nonResourceURLs": ["/metrics"]},
        ],
    })
}

/// Gives a role to the service account `robot` of `ci`.
fn binding(namespace: &str, name: &str, kind: &str, role: &str) -> Value {
    json!({
        "metadata": {"name": name, "namespace": namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role},
        "subjects": [
            {"kind": "Group", "name": "nobody"},
            {"kind": "ServiceAccount", "name": "robot", "namespace": "ci"},
        ],
    })
}

fn grants<'a>(lists: &'a Lists, verb: &str, namespace: Option<&str>) -> Grants<'a> {
    let robot = Identity::service_account("ci", "robot");
    subject_allows(&lists, &robot, &Request::Resource { verb, group: "", resource: "pods" }, namespace)
}

#[test]
fn cluster_bindings_hold_everywhere_and_others_in_their_namespace() {
    let lists = lists(
        json!([role("", "lists", "list"), role("", "gets", "get")]),
        json!([role("ci", "creates", "create"), role("other", "creates", "delete")]),
        json!([binding("", "everywhere", "ClusterRole", "lists")]),
        json!([
            binding("ci", "here", "Role", "creates"),
            binding("ci", "here-too", "ClusterRole", "gets"),
            binding("other", "there", "Role", "creates"),
        ]),
    );
    for (verb, in_ci, in_other, cluster_wide) in [
        ("list", true, true, true),
        ("create", true, false, false),
        ("get", true, false, false),
        ("delete", false, true, false),
        ("watch", false, false, false),
    ] {
        assert_eq!(grants(&lists, verb, Some("ci")).allowed(), Ok(in_ci), "{verb}");
        assert_eq!(grants(&lists, verb, Some("other")).allowed(), Ok(in_other), "{verb}");
        assert_eq!(grants(&lists, verb, None).allowed(), Ok(cluster_wide), "{verb}");
    }
    let from = |verb| grants(&lists, verb, Some("ci")).known.iter().map(Grant::to_string).collect::<Vec<_>>();
    assert_eq!(from("list"), ["ClusterRoleBinding everywhere of ClusterRole lists"]);
    assert_eq!(from("get"), ["RoleBinding here-too of ClusterRole gets"]);

    let robot = Identity::service_account("ci", "robot");
    let url = |verb| subject_allows(&&lists, &robot, &Request::Url { verb, path: "/metrics" }, Some("ci")).allowed();
    assert_eq!(url("list"), Ok(true));
    assert_eq!(url("get"), Ok(false), "a RoleBinding gives no paths");
}

#[test]
fn aggregated_roles_give_what_they_gather() {
    let mut gathering = role("", "edit", "get");
    gathering["aggregationRule"] = json!({"clusterRoleSelectors": [{"matchLabels": {"name": "more"}}]});
    let lists = lists(
        json!([gathering, role("", "more", "create"), role("", "less", "delete")]),
        json!([]),
        json!([binding("", "b", "ClusterRole", "edit")]),
        json!([]),
    );
    for (verb, allowed) in [("get", true), ("create", true), ("delete", false)] {
        assert_eq!(grants(&lists, verb, None).allowed(), Ok(allowed), "{verb}");
    }
}

#[test]
fn a_role_that_is_not_there_gives_nothing_unless_every_cluster_has_it() {
    for (name, allowed) in [
        ("gone", Ok(false)),
        ("cluster-admin", Ok(true)),
        ("edit", Err(Fault::not_given("edit"))),
        ("system:node", Err(Fault::not_given("system:node"))),
    ] {
        let lists = lists(json!([]), json!([]), json!([binding("", "b", "ClusterRole", name)]), json!([]));
        assert_eq!(grants(&lists, "get", None).allowed(), allowed, "{name}");
    }
    let gone = lists(json!([]), json!([]), json!([]), json!([binding("ci", "b", "Role", "cluster-admin")]));
    assert_eq!(grants(&gone, "get", Some("ci")).allowed(), Ok(false));
    let wrong = lists(json!([]), json!([]), json!([binding("", "b", "Role", "r")]), json!([]));
    assert_eq!(grants(&wrong, "get", None).allowed(), Err(Fault::Invalid("a binding cannot give a Role".to_owned())));
}

#[test]
fn what_was_not_read_only_matters_where_nothing_else_decides() {
    let gets = || role("", "gets", "get");
    let bound = || binding("", "b", "ClusterRole", "gets");
    let with = |key: &str, value: Value| {
        let mut binding = bound();
        binding[key] = value;
        binding
    };
    let others = || json!({"kind": "ServiceAccount", "name": "other", "namespace": "ci"});
    for (roles, bindings, get, list) in [
        (json!([gets()]), json!([bound(), "unread!"]), Ok(true), unread()),
        (json!([gets()]), json!(["unread!"]), unread(), unread()),
        (json!(["unread!"]), json!([bound()]), unread(), unread()),
        (json!([gets(), "unread!"]), json!([bound()]), Ok(true), unread()),
        (json!(["unread!"]), json!([with("subjects", json!([others()]))]), Ok(false), Ok(false)),
        (json!([gets()]), json!([with("subjects", json!("unread!"))]), unread(), Ok(false)),
        (json!([gets()]), json!([with("subjects", json!([others(), "unread!"]))]), unread(), Ok(false)),
        (json!([gets()]), json!([with("roleRef", json!("unread!"))]), unread(), unread()),
        (json!([gets()]), json!([with("roleRef", json!("unread!")), bound()]), Ok(true), unread()),
    ] {
        let lists = lists(roles.clone(), json!([]), bindings.clone(), json!(["unread!"]));
        assert_eq!(grants(&lists, "get", None).allowed(), get, "{roles} {bindings}");
        assert_eq!(grants(&lists, "list", None).allowed(), list, "{roles} {bindings}");
        let in_ci = grants(&lists, "list", Some("ci")).allowed();
        assert_eq!(in_ci, unread(), "the bindings of the namespace were not listed");
    }
}

const VERBS: [&str; 3] = ["get", "create", "delete"];
const SPACES: [&str; 2] = ["ci", "other"];

proptest! {
    /// Permissions as a table: which verb a role gives, and who is bound to which role where.
    #[test]
    fn access_is_what_the_bindings_and_roles_say(
        cluster_roles in prop::collection::vec(0usize..3, 3),
        roles in prop::collection::vec((0usize..2, 0usize..3), 3),
        cluster_bindings in prop::collection::vec((0usize..4, any::<bool>()), 0..3),
        bindings in prop::collection::vec((0usize..2, any::<bool>(), 0usize..4, any::<bool>()), 0..4),
    ) {
        let named = |space: &str, at: usize, verb: usize| role(space, &format!("r{at}"), VERBS[verb]);
        let gives = |role: usize, verb: usize| cluster_roles.get(role) == Some(&verb);
        let bind = |space: &str, kind: &str, role: usize, applies: bool| {
            let mut binding = binding(space, "b", kind, &format!("r{role}"));
            if !applies {
                binding["subjects"] = json!([{"kind": "User", "name": "robot"}]);
            }
            binding
        };
        let lists = lists(
            cluster_roles.iter().enumerate().map(|(at, verb)| named("", at, *verb)).collect(),
            roles.iter().enumerate().map(|(at, (space, verb))| named(SPACES[*space], at, *verb)).collect(),
            cluster_bindings.iter().map(|(role, applies)| bind("", "ClusterRole", *role, *applies)).collect(),
            bindings.iter().map(|(space, cluster, role, applies)| {
                bind(SPACES[*space], if *cluster { "ClusterRole" } else { "Role" }, *role, *applies)
            }).collect(),
        );
        for (number, verb) in VERBS.iter().enumerate() {
            let everywhere = cluster_bindings.iter().any(|(role, applies)| *applies && gives(*role, number));
            prop_assert_eq!(grants(&lists, verb, None).allowed(), Ok(everywhere));
            for (at, space) in SPACES.iter().enumerate() {
                let here = bindings.iter().any(|(place, cluster, role, applies)| {
                    let gives = match cluster {
                        true => gives(*role, number),
                        false => roles.get(*role) == Some(&(at, number)),
                    };
                    *applies && *place == at && gives
                });
                prop_assert_eq!(grants(&lists, verb, Some(space)).allowed(), Ok(everywhere || here));
            }
        }
    }
}
