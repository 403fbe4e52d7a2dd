//! Which types a server has.

use std::collections::{BTreeMap, BTreeSet};

use cspm_core::{Per, Reason, Source};
use serde::Deserialize;

use super::answer::Failure;
use crate::native::Native;

/// `GET /apis`: the groups, and in one answer what is in them.
/// <https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery>
pub(super) const GROUPS: Source = Source::new("core", "get /apis", "get /apis", Per::Account);
/// What to accept, so that a server which can gives everything at once.
pub(super) const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// The answer: of either form.
#[derive(Deserialize)]
#[serde(tag = "kind")]
pub(super) enum Groups {
    /// With the resources.
    #[serde(rename = "APIGroupDiscoveryList")]
    Aggregated {
        /// A group each.
        items: Vec<Aggregated>,
    },
    /// Without; of servers before 1.26.
    #[serde(rename = "APIGroupList")]
    Named {
        /// A group each.
        groups: Vec<Named>,
    },
}

#[derive(Deserialize)]
pub(super) struct Aggregated {
    metadata: Metadata,
    versions: Vec<Resources>,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
}

#[derive(Deserialize)]
struct Resources {
    version: String,
    #[serde(default)]
    freshness: String,
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    resource: String,
}

#[derive(Deserialize)]
pub(super) struct Named {
    name: String,
    versions: Vec<Version>,
}

#[derive(Deserialize)]
struct Version {
    version: String,
}

impl Groups {
    /// Whether it names no group: every server has some.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Aggregated { items } => items.is_empty(),
            Self::Named { groups } => groups.is_empty(),
        }
    }
}

/// What is in a version of a group, where the groups are only named.
/// <https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#apiresourcelist-v1-meta>
#[derive(Deserialize)]
pub(super) struct InVersion {
    resources: Vec<NamedResource>,
}

#[derive(Deserialize)]
struct NamedResource {
    name: String,
}

impl InVersion {
    pub(super) fn has(&self, plural: &str) -> bool {
        self.resources.iter().any(|resource| resource.name == plural)
    }
}

/// What a server says that it has.
#[derive(Debug, Default)]
pub(super) struct Served {
    /// The resources of each version of each group; `None` where they are not told.
    groups: BTreeMap<String, BTreeMap<String, Option<BTreeSet<String>>>>,
    known: bool,
    /// Why the server did not say it, where asking for a part will not be answered either.
    refused: Option<Failure>,
}

/// How to ask for a kind.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// The versions in which to ask, one after the other until the server has it; none where the server says that it does
    /// not have it.
    pub(super) versions: Vec<&'static str>,
    /// Whether the server says that it has it in one of them.
    pub(super) named: bool,
    /// A version that is not read, in which the server says that it has it.
    pub(super) elsewhere: Option<String>,
    /// The versions in which it may be, of which the server did not say what is in them.
    pub(super) untold: Vec<String>,
}

impl From<Groups> for Served {
    fn from(answer: Groups) -> Self {
        let mut groups: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        match answer {
            Groups::Aggregated { items } => {
                for group in items {
                    let versions = groups.entry(group.metadata.name).or_default();
                    for Resources { version, freshness, resources } in group.versions {
                        // Of a server behind the server that does not answer, only the last state is told. A version
                        // without any resource is none.
                        let told = freshness != "Stale" && !resources.is_empty();
                        versions.insert(version, told.then(|| resources.into_iter().map(|r| r.resource).collect()));
                    }
                }
            }
            Groups::Named { groups: named } => {
                for group in named {
                    let versions = group.versions.into_iter().map(|Version { version }| (version, None));
                    groups.insert(group.name, versions.collect());
                }
            }
        }
        Self { groups, known: true, refused: None }
    }
}

impl From<Failure> for Served {
    fn from(failure: Failure) -> Self {
        let refused = (failure.reason == Reason::AccessDenied).then_some(failure);
        Self { refused, ..Self::default() }
    }
}

impl Served {
    /// How to ask for a kind. Where nothing is known of it, it may be in any version.
    pub(super) fn of(&self, native: &Native) -> Asked {
        // Every server has the core group.
        if native.group.is_empty() {
            return Asked { versions: native.versions.to_vec(), named: true, ..Asked::default() };
        }
        let Some(group) = self.groups.get(native.group) else {
            // A server without a group that belongs to Kubernetes is rare enough to be asked once more.
            return match !self.known || native.is_built_in() {
                true => Asked {
                    versions: native.versions.to_vec(),
                    untold: native.versions.iter().map(|version| (*version).to_owned()).collect(),
                    ..Asked::default()
                },
                false => Asked::default(),
            };
        };
        let has = |names: &Option<BTreeSet<String>>| names.as_ref().is_none_or(|names| names.contains(native.plural));
        let versions = native.versions.iter().copied().filter(|version| group.get(*version).is_some_and(has));
        let versions: Vec<_> = versions.collect();
        let mut asked = Asked { named: versions.iter().any(|version| group[*version].is_some()), ..Asked::default() };
        for (version, names) in group {
            if names.is_none() {
                asked.untold.push(version.clone());
            } else if has(names) && !versions.contains(&version.as_str()) {
                asked.elsewhere = Some(version.clone());
            }
        }
        Asked { versions, ..asked }
    }

    /// Whether the server said what it has.
    pub(super) fn is_known(&self) -> bool {
        self.known
    }

    /// Why the server does not say what it has, whatever is asked.
    pub(super) fn refused(&self) -> Option<&Failure> {
        self.refused.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::native;

    fn served(answer: serde_json::Value) -> Served {
        serde_json::from_value::<Groups>(answer).unwrap().into()
    }

    #[test]
    fn a_type_is_asked_for_in_a_version_that_is_served() {
        let answer = json!({"kind": "APIGroupDiscoveryList", "items": [{"metadata": {"name": "batch"}, "versions": [
            {"version": "v1", "resources": [{"resource": "jobs"}]},
            {"version": "v1beta1", "resources": [{"resource": "cronjobs"}]},
        ]}, {"metadata": {"name": "policy"}, "versions": [{"version": "v1", "freshness": "Stale"}]}]});
        let served = served(answer);
        let asked = |kind: &str| {
            let asked = served.of(native::named(kind).unwrap());
            (asked.versions, asked.named)
        };
        assert_eq!(asked("kubernetes_cronjob"), (vec!["v1beta1"], true));
        assert_eq!(asked("kubernetes_job"), (vec!["v1"], true));
        assert_eq!(asked("kubernetes_pod"), (vec!["v1"], true));
        assert_eq!(asked("kubernetes_gateway"), (vec![], false), "the server does not have it");
        assert_eq!(asked("kubernetes_pod_disruption_budget"), (vec!["v1"], false), "what is stale may still be there");
        assert_eq!(asked("kubernetes_deployment").0, ["v1", "v1beta2", "v1beta1"], "every server has apps");
    }

    #[test]
    fn a_type_in_a_version_that_is_not_read_is_not_absent() {
        let groups = json!([{"metadata": {"name": "networking.k8s.io"}, "versions": [
            {"version": "v0", "resources": [{"resource": "ingresses"}]},
            {"version": "v1", "resources": [{"resource": "networkpolicies"}]},
        ]}]);
        let served = served(json!({"kind": "APIGroupDiscoveryList", "items": groups}));
        let ingresses = served.of(native::named("kubernetes_ingress").unwrap());
        assert_eq!((ingresses.versions, ingresses.elsewhere.as_deref()), (vec![], Some("v0")));
        let policies = served.of(native::named("kubernetes_network_policy").unwrap());
        assert_eq!((policies.versions, policies.elsewhere), (vec!["v1"], None));
    }

    #[test]
    fn a_server_names_some_group() {
        for answer in
            [json!({"kind": "APIGroupList", "groups": []}), json!({"kind": "APIGroupDiscoveryList", "items": []})]
        {
            assert!(serde_json::from_value::<Groups>(answer).unwrap().is_empty());
        }
        for answer in [json!({}), json!({"kind": "APIGroupList"}), json!({"kind": "Status", "items": []}), json!([])] {
            assert!(serde_json::from_value::<Groups>(answer.clone()).is_err(), "{answer}");
        }
    }

    #[test]
    fn older_servers_name_their_groups_only() {
        let versions = json!([{"version": "v1"}, {"version": "v1beta1"}]);
        let served = served(json!({"kind": "APIGroupList", "groups": [{"name": "batch", "versions": versions}]}));
        let asked = |kind: &str| served.of(native::named(kind).unwrap());
        let cronjobs = asked("kubernetes_cronjob");
        assert_eq!(cronjobs.versions, ["v1", "v1beta1"], "either may be the one that has it");
        assert!(!cronjobs.named && cronjobs.untold == ["v1", "v1beta1"], "or none");
        assert_eq!(asked("kubernetes_job").versions, ["v1"]);
        assert!(asked("kubernetes_gateway").versions.is_empty());
    }

    #[test]
    fn where_nothing_is_known_everything_is_asked_for() {
        let asked = Served::default().of(native::named("kubernetes_gateway").unwrap());
        assert_eq!((asked.versions, asked.named), (vec!["v1", "v1beta1"], false));
    }
}
