//! Manifests of seven projects as they publish them: what kubectl reads of them is read, and the rest is said not to be.
//!
//! The numbers are those of kubectl's own decoder, `k8s.io/apimachinery` v0.36, over the same files.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::panic, reason = "a test that cannot be set up fails")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use cspm_core::{CallOutcome, CancellationToken, Collected, Collector as _, Outcome, Reason, Wanted};
use cspm_k8s::Manifests;
use futures::StreamExt as _;

/// Files that kustomizations name as patches: parts of objects, which kubectl would take for objects.
const PATCHES: usize = 27;
/// Objects in the other files, those in lists counted one by one, without that of [`TWICE`] and those of [`NAMELESS`].
const OBJECTS: usize = 1821;
/// Documents that are no objects: kustomizations and values without a kind, charts, dashboards, records.
const OTHERS: usize = 39;
/// A file in which an object has a key twice. kubectl takes the last of them, a server refuses it.
const TWICE: &str = "kube-linter/tests/checks/cel.yml";
/// Files with objects that have no name, and how many these are: kubectl decodes them, and then refuses them.
const NAMELESS: [(&str, usize); 4] =
    [("duplicate-env-var.yaml", 2), ("liveness-port.yml", 2), ("readiness-port.yml", 1), ("startup-port.yml", 1)];
/// The charts whose templates are no manifests.
const CHARTS: [&str; 3] = [
    "istio/samples/ambient-argo/tag-chart",
    "kube-linter/tests/testdata/mychart",
    "kube-linter/tests/testdata/subchart",
];

/// The archive beside the checkout. Without it a test says so and checks nothing; in CI it fails.
fn archive() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/manifests.tar.zst");
    if !path.exists() {
        let text = format!("there is no {}", path.display());
        assert!(std::env::var_os("CI").is_none(), "{text}");
        eprintln!("SKIPPED: {text}");
        return None;
    }
    Some(path)
}

#[tokio::test]
async fn what_kubectl_reads_is_read() {
    let Some(archive) = archive() else { return };
    let folder = tempfile::tempdir().unwrap();
    let tar = Command::new("tar").arg("--zstd").arg("-xf").arg(&archive).arg("-C").arg(folder.path()).status();
    assert!(tar.unwrap().success(), "tar unpacks {}", archive.display());
    let manifests = Manifests::new([folder.path()]).unwrap().complete();
    let wanted = Arc::new(Wanted::everything(&manifests.kinds()));

    let (mut read, mut passed_over, mut failures, mut unread) = (0, BTreeMap::new(), Vec::new(), Vec::new());
    let mut all = manifests.collect(wanted, CancellationToken::new());
    while let Some(collected) = all.next().await {
        match collected {
            Collected::Call(CallOutcome { outcome: Outcome::Done, .. }) => read += 1,
            Collected::Call(CallOutcome { outcome: Outcome::Unread(Reason::Skipped), call, detail, .. }) => {
                passed_over.entry(call).or_insert_with(Vec::new).push(detail);
            }
            Collected::Call(CallOutcome { detail, call, .. }) if call.ends_with(":read") => unread.push(detail),
            // Of a version that is gone, such as `extensions/v1beta1` of an Ingress.
            Collected::Call(_) => read += 1,
            Collected::Failed(error) => failures.push(error.to_string()),
            _ => {}
        }
    }
    let others = passed_over.remove("manifests:read other documents").unwrap_or_default();
    assert_eq!(others.len(), OTHERS, "{others:#?}");
    let patches = passed_over.remove("manifests:read patches of Kustomize").unwrap_or_default();
    assert_eq!(patches.len(), PATCHES, "{patches:#?}");
    // Both were read, and each is judged.
    passed_over.remove("manifests:merge documents of one object");
    let objects = read + passed_over.values().map(Vec::len).sum::<usize>();
    assert_eq!(objects, OBJECTS, "{passed_over:#?}\n{failures:#?}");
    for (file, unnamed) in NAMELESS.into_iter().chain([(TWICE, 1)]) {
        assert_eq!(unread.iter().filter(|unread| unread.ends_with(file)).count(), unnamed, "{file}");
        unread.retain(|unread| !unread.ends_with(file));
    }
    assert!(unread.iter().all(|file| file.contains("/templates/")), "{unread:#?}");
    let failures: Vec<_> = failures.iter().filter(|failure| failure.contains("render the chart")).collect();
    assert_eq!(failures.len(), CHARTS.len(), "{failures:#?}");
    for chart in CHARTS {
        let hint = format!("helm template {}", folder.path().join(chart).display());
        assert!(failures.iter().any(|failure| failure.contains(&hint)), "{hint}: {failures:#?}");
    }
}
