//! Two sources of manifests in one scan: neither may hide what the other has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cspm_core::{Coverage, Inventory, Reads, Report, Resource, Rule, RuleMeta, Scan, Severity, Status, Verdict};

use super::*;

/// Pods must not be privileged.
struct NotPrivileged(Arc<RuleMeta>, Reads);

impl NotPrivileged {
    fn rules() -> Vec<Arc<dyn Rule>> {
        let meta = RuleMeta::new("p", "Not privileged", PROVIDER, "kubernetes_pod", Severity::High);
        let fields = BTreeMap::from([("kubernetes_pod".into(), BTreeSet::from(["spec".into()]))]);
        vec![Arc::new(Self(Arc::new(meta), Reads { fields, ..Reads::default() }))]
    }
}

impl Rule for NotPrivileged {
    fn meta(&self) -> &Arc<RuleMeta> {
        &self.0
    }
    fn reads(&self) -> &Reads {
        &self.1
    }
    fn evaluate(&self, resource: &Resource, inventory: &Inventory) -> Verdict {
        Verdict::by(resource, inventory, |fields| {
            let privileged = |c: &cspm_core::Fields<'_>| Ok(c.get_bool("securityContext.privileged")? == Some(true));
            fields.any("spec.containers", privileged).map(|privileged| !privileged)
        })
    }
}

fn pod(privileged: bool) -> String {
    let container = format!("{{name: a, image: i, securityContext: {{privileged: {privileged}}}}}");
    format!("{{apiVersion: v1, kind: Pod, metadata: {{name: web}}, spec: {{containers: [{container}]}}}}\n")
}

fn write(folder: &Path, name: &str, documents: &[String]) -> PathBuf {
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("pod.yaml"), documents.join("---\n")).unwrap();
    folder
}

async fn scan(sources: impl IntoIterator<Item = Manifests>) -> (Vec<(String, Status)>, Coverage, Report) {
    let scan = sources.into_iter().fold(Scan::new(), |scan, source| scan.collector(source.complete()));
    let report = scan.rules(NotPrivileged::rules()).run().await.unwrap();
    let verdicts = report.findings().map(|f| (f.resource.account.to_string(), f.status)).collect();
    (verdicts, report.coverage.clone(), report)
}

fn of(path: &Path) -> Manifests {
    Manifests::new([path]).unwrap()
}

#[tokio::test]
async fn folders_without_a_name_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let (prod, staging) = (write(folder.path(), "prod", &[pod(true)]), write(folder.path(), "staging", &[pod(false)]));
    let called = |path: &Path| format!("manifests:{}", path.display());
    let expected = [(called(&prod), Status::Fail), (called(&staging), Status::Pass)];
    for sources in [[of(&prod), of(&staging)], [of(&staging), of(&prod)]] {
        let (verdicts, coverage, report) = scan(sources).await;
        assert_eq!(verdicts, expected);
        assert!(coverage.failures.is_empty(), "{:?}", coverage.failures);
        let uids: BTreeSet<_> = report.findings().map(|finding| finding.id).collect();
        assert_eq!(uids.len(), 2);
    }
    assert_eq!(scan([of(&prod)]).await.0, [("manifests".to_owned(), Status::Fail)], "one alone needs no path");
}

#[tokio::test]
async fn one_folder_twice_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let prod = write(folder.path(), "prod", &[pod(true)]);
    let detour = folder.path().join("prod/../prod");
    let (verdicts, coverage, report) = scan([of(&prod), of(&detour)]).await;
    assert_eq!(verdicts, [("manifests".to_owned(), Status::Fail)]);
    assert_eq!((coverage.repeated, coverage.failures.len(), report.summary.resources), (1, 0, 1));
    let (verdicts, coverage, _) = scan([Manifests::new([&prod, &prod]).unwrap()]).await;
    assert_eq!((verdicts.len(), coverage.repeated), (1, 1));
}

#[tokio::test]
async fn manifests_of_one_name_are_of_one_cluster_and_what_differs_is_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (write(folder.path(), "a", &[pod(true)]), write(folder.path(), "b", &[pod(false)]));
    for paths in [[&a, &b], [&b, &a]] {
        let (verdicts, coverage, _) = scan(paths.map(|path| of(path).cluster_name("prod"))).await;
        assert_eq!(verdicts, [("prod".to_owned(), Status::Unknown)]);
        assert!(coverage.failures[0].error.contains("k8s://prod/default/Pod/web"), "{:?}", coverage.failures);
    }
    let (verdicts, ..) = scan([of(&a).cluster_name("prod"), of(&b).cluster_name("staging")]).await;
    assert_eq!(verdicts, [("prod".to_owned(), Status::Fail), ("staging".to_owned(), Status::Pass)]);
}

#[tokio::test]
async fn documents_of_one_object_are_one_where_they_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let same = write(folder.path(), "same", &[pod(true), pod(true)]);
    let (verdicts, coverage, _) = scan([of(&same)]).await;
    assert_eq!((verdicts.len(), coverage.repeated, coverage.failures.len()), (1, 1, 0));
    let differ = write(folder.path(), "differ", &[pod(false), pod(true), pod(false)]);
    let (verdicts, coverage, report) = scan([of(&differ)]).await;
    let statuses: Vec<_> = verdicts.iter().map(|(_, status)| *status).collect();
    assert_eq!(statuses, [Status::Pass, Status::Fail], "neither hides the other");
    assert_eq!((coverage.failures.len(), coverage.repeated, coverage.unread), (0, 1, 0), "both were read");
    let not_merged: Vec<_> = coverage.calls.iter().filter(|(key, _)| key.call.contains("merge")).collect();
    assert!(
        matches!(&not_merged[..], [(_, counts)] if counts.skipped == 1 && counts.detail.is_some()),
        "{not_merged:?}"
    );
    assert!(report.finding(1).unwrap().resource.uid.ends_with("pod.yaml:3"));
}

#[tokio::test]
async fn documents_on_one_line_are_told_apart_too() {
    let folder = tempfile::tempdir().unwrap();
    let item = |image: &str| {
        serde_json::json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
            "spec": {"containers": [{"name": "a", "image": image, "securityContext": {"privileged": true}}]}})
    };
    let list = serde_json::json!({"apiVersion": "v1", "kind": "List", "items": [item("a"), item("b"), item("c")]});
    let path = write(folder.path(), "list", &[list.to_string()]);
    let (verdicts, ..) = scan([of(&path)]).await;
    assert_eq!(verdicts.len(), 3);
}

#[tokio::test]
async fn a_snapshot_keeps_what_tells_clusters_apart() {
    let folder = tempfile::tempdir().unwrap();
    let kinds = || crate::kinds().unwrap().into_iter().map(Arc::new);
    let mut snapshots = Vec::new();
    for (name, privileged) in [("prod", true), ("staging", false)] {
        let source = of(&write(folder.path(), name, &[pod(privileged)]));
        let report = scan([source]).await.2;
        let mut bytes = Vec::new();
        cspm_core::write_snapshot(report.inventory(), &mut bytes).unwrap();
        snapshots.push(cspm_core::Snapshot::from_bytes(name, bytes).kinds(kinds()));
    }
    let scan = snapshots.into_iter().fold(Scan::new(), Scan::collector);
    let report = scan.rules(NotPrivileged::rules()).run().await.unwrap();
    let verdicts: Vec<_> = report.findings().map(|f| (f.resource.account.to_string(), f.status)).collect();
    assert_eq!(verdicts.len(), 2);
    assert!(verdicts[0].0.ends_with("prod") && verdicts[1].0.ends_with("staging"), "{verdicts:?}");
    assert_eq!([verdicts[0].1, verdicts[1].1], [Status::Fail, Status::Pass]);
    let uids: Vec<_> = report.findings().map(|finding| finding.resource.uid.clone()).collect();
    assert!(uids[0].starts_with("k8s://manifests:") && uids[0].ends_with("prod/default/Pod/web"), "{uids:?}");
}
