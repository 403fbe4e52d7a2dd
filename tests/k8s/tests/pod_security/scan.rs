//! Our verdicts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cspm::prelude::*;
use cspm_k8s_tests::cluster::Version;
use serde_json::Value;

/// The verdicts of the rules of both levels, by object and rule.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Verdicts(BTreeMap<(String, String), Status>);

impl Verdicts {
    /// Of objects with names of their own, which are for a version such as `1.37`.
    pub(crate) async fn of(objects: impl IntoIterator<Item = &Value>, version: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("objects.yaml");
        let mut text = String::new();
        for object in objects {
            writeln!(text, "---\n{object}").unwrap();
        }
        std::fs::write(&path, text).unwrap();
        let manifests = Manifests::new([path]).unwrap().kubernetes_version(version);
        let rules = Rules::builtin().frameworks(["pss_baseline", "pss_restricted"]);
        let report = Scan::new().collector(manifests).rules(rules).run().await.unwrap();
        let verdicts = report.statuses().map(|(status, rule, resource)| {
            assert_ne!(status, Status::Unknown, "{}: {}", rule.meta().id, resource.name);
            ((resource.name.to_string(), rule.meta().id.to_string()), status)
        });
        Self(verdicts.collect())
    }

    /// Whether the object is as the rule wants it.
    pub(crate) fn passes(&self, object: &str, rule: &str) -> bool {
        self.0[&(object.to_owned(), rule.to_owned())] == Status::Pass
    }
}

/// The rules of a level.
pub(crate) fn rules(level: &str) -> Vec<String> {
    let framework = format!("pss_{level}");
    let set = Rules::builtin().framework(&framework).load(&kinds()).unwrap();
    let ids: Vec<_> = set.rules().iter().map(|rule| rule.meta().id.to_string()).collect();
    assert!(ids.len() > 10, "{framework}: {ids:?}");
    ids
}

fn kinds() -> Vec<std::sync::Arc<Kind>> {
    cspm::kinds().unwrap()
}

/// The version as scans are told it, such as `1.37`.
pub(crate) fn short(version: Version) -> String {
    let release = version.release();
    let mut parts = release.trim_start_matches('v').split('.');
    format!("{}.{}", parts.next().unwrap(), parts.next().unwrap())
}
