//! Which types a server has.

use std::collections::{BTreeMap, BTreeSet};

use cspm_core::{Per, Source};
use serde::Deserialize;

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

/// What a server says that it has.
#[derive(Debug, Default)]
pub(super) struct Served {
    /// The resources of each group and version; `None` where they are not told.
    groups: BTreeMap<(String, String), Option<BTreeSet<String>>>,
    known: bool,
}

impl From<Groups> for Served {
    fn from(answer: Groups) -> Self {
        let mut groups = BTreeMap::new();
        match answer {
            Groups::Aggregated { items } => {
                for group in items {
                    for Resources { version, freshness, resources } in group.versions {
                        // Of a server behind the server that does not answer, only the last state is told.
                        let names = (freshness != "Stale").then(|| resources.into_iter().map(|r| r.resource).collect());
                        groups.insert((group.metadata.name.clone(), version), names);
                    }
                }
            }
            Groups::Named { groups: named } => {
                for group in named {
                    for Version { version } in group.versions {
                        groups.insert((group.name.clone(), version), None);
                    }
                }
            }
        }
        Self { groups, known: true }
    }
}

impl Served {
    /// The versions in which to ask for a kind, one after the other until the server has it; none where it says that it does
    /// not. Where nothing is known, it may be any.
    pub(super) fn versions(&self, native: &Native) -> Vec<&'static str> {
        let served = |version: &&'static str| {
            // Every server has the core group.
            if native.group.is_empty() || !self.known {
                return true;
            }
            match self.groups.get(&(native.group.to_owned(), (*version).to_owned())) {
                Some(Some(names)) => names.contains(native.plural),
                Some(None) => true,
                None => false,
            }
        };
        native.versions.iter().copied().filter(served).collect()
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
        let versions = |kind: &str| served.versions(native::named(kind).unwrap());
        assert_eq!(versions("kubernetes_cronjob"), ["v1beta1"]);
        assert_eq!(versions("kubernetes_job"), ["v1"]);
        assert_eq!(versions("kubernetes_pod"), ["v1"]);
        assert!(versions("kubernetes_gateway").is_empty(), "the server does not have it");
        assert_eq!(versions("kubernetes_pod_disruption_budget"), ["v1"], "what is stale may still be there");
    }

    #[test]
    fn older_servers_name_their_groups_only() {
        let versions = json!([{"version": "v1"}, {"version": "v1beta1"}]);
        let served = served(json!({"kind": "APIGroupList", "groups": [{"name": "batch", "versions": versions}]}));
        let versions = |kind: &str| served.versions(native::named(kind).unwrap());
        assert_eq!(versions("kubernetes_cronjob"), ["v1", "v1beta1"], "either may be the one that has it");
        assert_eq!(versions("kubernetes_job"), ["v1"]);
        assert!(versions("kubernetes_ingress").is_empty());
    }

    #[test]
    fn where_nothing_is_known_everything_is_asked_for() {
        let versions = Served::default().versions(native::named("kubernetes_gateway").unwrap());
        assert_eq!(versions, ["v1", "v1beta1"]);
    }
}
