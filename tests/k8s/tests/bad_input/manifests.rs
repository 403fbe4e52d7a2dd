//! Files that are not what they should be.

use std::fs;
use std::path::Path;

use cspm::{Manifests, Report, Status};

use crate::program::cspm;
use crate::{calls, of_kind, refusal, scan, text, verdicts};

const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers: [{name: web, image: web}]
  volumes: [{name: settings, configMap: {name: settings}}]
";

const BROKEN: &str = "\
apiVersion: v1
kind: ServiceAccount
metadata: {name: first}
---
apiVersion: v1
kind: ConfigMap
kind: Secret
metadata: {name: settings}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: third}
";

async fn scanned(folder: &Path) -> Report {
    scan(Manifests::new([folder]).unwrap()).await
}

/// What the coverage says went wrong.
fn failures(report: &Report) -> Vec<&str> {
    report.coverage.failures.iter().map(|failure| &*failure.error).collect()
}

fn names(report: &Report, kind: &str) -> Vec<String> {
    of_kind(report, kind).iter().map(|resource| resource.name.to_string()).collect()
}

#[tokio::test]
async fn a_broken_document_does_not_hide_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.yaml");
    fs::write(&file, BROKEN).unwrap();
    let report = scanned(folder.path()).await;
    assert_eq!(names(&report, "kubernetes_service_account"), ["first", "third"]);
    let place = format!("cannot read {}:7:1 (", file.display());
    assert!(matches!(failures(&report)[..], [said] if said.starts_with(&place) && said.contains("`kind`")));
    let ended = cspm(["scan", "manifests", text(folder.path()), "--quiet"]).end();
    assert!(ended.status != 2 && ended.out.contains("app.yaml:7:1"), "{ended:?}");
}

/// A file that cannot be read may hold what others refer to, also where nothing else will be in the cluster.
#[tokio::test]
async fn what_could_not_be_read_may_hold_anything() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pod.yaml"), POD).unwrap();
    let verdict = async || {
        let report = scan(Manifests::new([folder.path()]).unwrap().complete()).await;
        let id = "kubernetes_pod_volume_config_maps_present";
        report.statuses().find(|(_, rule, pod)| *rule.meta().id == *id && *pod.name == *"web").unwrap().0
    };
    assert_eq!(verdict().await, Status::Fail);
    for (name, content) in [("a.yaml", BROKEN.as_bytes()), ("b.yaml", b"\x7fELF\0\0"), ("c.json", b"{\"kind\": ")] {
        let file = folder.path().join(name);
        fs::write(&file, content).unwrap();
        assert_eq!(verdict().await, Status::Unknown, "{name}");
        fs::remove_file(file).unwrap();
    }
}

#[tokio::test]
async fn files_that_are_not_text() {
    let folder = tempfile::tempdir().unwrap();
    let mut utf16 = b"\xff\xfe".to_vec();
    utf16.extend(POD.replace("name: web, n", "name: wide, n").encode_utf16().flat_map(u16::to_le_bytes));
    let bytes: Vec<u8> = (0..100_000_u32).map(|n| (n.wrapping_mul(n) >> 3) as u8).collect();
    for (name, content) in
        [("a.yaml", &bytes[..]), ("b.yaml", &utf16), ("c.yml", b"kind: \xff"), ("d.yaml", POD.as_bytes())]
    {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let report = scanned(folder.path()).await;
    assert_eq!(names(&report, "kubernetes_pod"), ["web", "wide"], "kubectl reads UTF-16");
    let said = failures(&report);
    for (name, why) in [("a.yaml", "not text"), ("c.yml", "0xff")] {
        assert!(said.iter().any(|said| said.contains(name) && said.contains(why)), "{name}: {said:?}");
    }
    assert_eq!(calls(&report, "manifests:read"), (2, 2));
}

/// What no rule looks up cannot be missed.
#[tokio::test]
async fn what_is_no_object_of_a_cluster_takes_nothing_away() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pod.yaml"), POD).unwrap();
    let scanned = async || scan(Manifests::new([folder.path()]).unwrap().complete()).await;
    let verdicts = |report: &Report| -> Vec<_> {
        report.statuses().map(|(status, rule, of)| (status, rule.meta().id.clone(), of.uid.clone())).collect()
    };
    let expected = verdicts(&scanned().await);
    for other in [
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [pod.yaml]\n",
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: []\n",
        "resources: [pod.yaml]\nnamespace: shop\n",
        "apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters: []\ncontexts: []\nusers: []\n",
        "apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {}\n",
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n",
        "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes: [{role: worker}]\n",
        "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: 1.37.0\n",
        "apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\n",
        "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {profile: demo}\n",
        "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n",
        "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: []\n",
        "apiVersion: example.com/v1\nkind: Widget\nspec: {}\n",
        "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
        "services: {web: {image: nginx}}\n",
        "on: push\njobs: {build: {runs-on: ubuntu, steps: []}}\n",
        "[{op: replace, path: /spec, value: 1}]\n",
        "just text\n",
    ] {
        fs::write(folder.path().join("other.yaml"), other).unwrap();
        let report = scanned().await;
        assert_eq!(verdicts(&report), expected, "{other}");
        assert_eq!(failures(&report), [""; 0], "{other}");
        let noted = report.coverage.calls.values().any(|counts| counts.skipped == 1 && counts.failed == 0);
        assert!(noted, "{other} is noted");
    }
    // What a rule looks up is missed: of its kind, and of no other.
    fs::write(folder.path().join("other.yaml"), "apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n").unwrap();
    let report = scanned().await;
    let status = |id: &str| report.statuses().find(|(_, rule, _)| *rule.meta().id == *id).map(|(status, ..)| status);
    assert_eq!(status("kubernetes_pod_volume_config_maps_present"), Some(Status::Unknown));
    assert_eq!(calls(&report, "manifests:read"), (1, 1));
    assert!(matches!(failures(&report)[..], [said] if said.contains("this ConfigMap has no metadata.name")));
    let lost = verdicts(&report).into_iter().filter(|(status, ..)| *status == Status::Unknown).count();
    let before = expected.iter().filter(|(status, ..)| *status == Status::Unknown).count();
    assert!(lost < before + 10, "{before} verdicts were unknown, and {lost} are");
}

#[tokio::test]
async fn templates_get_one_hint() {
    let folder = tempfile::tempdir().unwrap();
    let chart = folder.path().join("shop");
    fs::create_dir_all(chart.join("templates/tests")).unwrap();
    fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: shop\nversion: 1.0.0\n").unwrap();
    for name in ["a.yaml", "b.yaml", "tests/c.yaml"] {
        let text = "{{- if .Values.on }}\napiVersion: v1\nkind: Pod\nmetadata: {{ .Values.meta }}\n{{- end }}\n";
        fs::write(chart.join("templates").join(name), text).unwrap();
    }
    let quoted = "apiVersion: v1\nkind: Pod\nmetadata: {name: \"{{ .Release.Name }}\"}\nspec: {containers: []}\n";
    fs::write(chart.join("templates/d.yaml"), quoted).unwrap();
    fs::write(chart.join("templates/e.yaml"), POD).unwrap();
    let report = scanned(folder.path()).await;
    assert_eq!(names(&report, "kubernetes_pod"), ["web"], "what has nothing to put in is read");
    let hint = format!("helm template {}", chart.display());
    assert!(matches!(failures(&report)[..], [said] if said.contains("4 templates") && said.contains(&hint)));
    assert_eq!(calls(&report, "manifests:read"), (1, 4));
    // Elsewhere braces in texts are texts.
    let alert = POD.replace("name: web, n", "annotations: {summary: \"{{ $labels.pod }}\"}, name: alert, n");
    fs::write(folder.path().join("alert.yaml"), alert).unwrap();
    assert_eq!(names(&scanned(folder.path()).await, "kubernetes_pod"), ["alert", "web"]);
}

/// A pipe in a folder would be waited for, and a device has no end.
#[cfg(unix)]
#[tokio::test]
async fn pipes_and_devices_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pod.yaml"), POD).unwrap();
    let pipe = folder.path().join("pipe.yaml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("zero.json")).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("circle")).unwrap();
    let report = scanned(folder.path()).await;
    assert_eq!(names(&report, "kubernetes_pod"), ["web"]);
    for name in ["pipe.yaml", "zero.json"] {
        assert!(failures(&report).iter().any(|said| said.contains(name) && said.contains("and no file")), "{name}");
    }
    assert_eq!(calls(&report, "manifests:read"), (1, 2));
    assert_eq!(calls(&scan(Manifests::new(["/dev/zero"]).unwrap()).await, "manifests:read"), (0, 1));
}

#[tokio::test]
async fn what_no_rule_knows_is_in_the_coverage() {
    let folder = tempfile::tempdir().unwrap();
    let widget = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n---\nreplicas: 3\n";
    fs::write(folder.path().join("a.yaml"), widget).unwrap();
    let report = scanned(folder.path()).await;
    assert_eq!(calls(&report, "judge example.com/v1 Widget"), (0, 1));
    assert_eq!(calls(&report, "read other documents"), (0, 1));
    let details: Vec<_> = report.coverage.calls.values().filter_map(|counts| counts.detail.as_deref()).collect();
    for place in ["a.yaml:1", "a.yaml:5 has no apiVersion and kind"] {
        assert!(details.iter().any(|detail| detail.contains(place)), "{place}: {details:?}");
    }
}

#[tokio::test]
async fn an_object_that_is_written_in_two_ways_is_judged_twice() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["a.yaml", "b.yaml"].map(|name| folder.path().join(name));
    fs::write(&first, POD).unwrap();
    let once = verdicts(&scanned(folder.path()).await, "kubernetes_pod").len();
    fs::write(&second, format!("# a copy\n{POD}")).unwrap();
    assert_eq!(of_kind(&scanned(folder.path()).await, "kubernetes_pod").len(), 1, "a copy is the same object");
    fs::write(&second, format!("# another\n{}", POD.replace("image: web", "image: other"))).unwrap();
    let report = scanned(folder.path()).await;
    let pods = of_kind(&report, "kubernetes_pod");
    assert!(pods.len() == 2 && pods[0].uid != pods[1].uid);
    let stand_ins = report.statuses().filter(|(.., resource)| resource.kind.starts_with("kubernetes_pod"));
    assert!(stand_ins.count() >= once, "no verdict is lost");
    assert_eq!((failures(&report).len(), report.coverage.unread), (0, 0), "both were read");
    assert_eq!(calls(&report, "merge documents of one object"), (0, 1));
    let details = report.coverage.calls.values().filter_map(|counts| counts.detail.as_deref());
    let (place, too) = (format!("{}:2: ", second.display()), format!("is written in {}:1 too", first.display()));
    assert_eq!(details.filter(|said| said.starts_with(&place) && said.contains(&too)).count(), 1);
}

#[tokio::test]
async fn paths_and_versions_that_cannot_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let place = text(folder.path());
    fs::write(folder.path().join("notes.txt"), POD).unwrap();
    cspm(["scan", "manifests"]).end().assert_error(&["name a file or folder"]);
    cspm(["scan", "manifests", place]).end().assert_error(&["cannot find manifests in", place, ".yaml"]);
    let missing = ["cannot read /no/such/folder", "No such file", "check that it exists"];
    cspm(["scan", "manifests", "/no/such/folder"]).end().assert_error(&missing);
    assert!(refusal(Manifests::new([folder.path()]).unwrap()).await.contains("cannot find manifests"));

    fs::write(folder.path().join("pod.yaml"), POD).unwrap();
    for version in ["latest", "1", "37", "1.x"] {
        let ended = cspm(["scan", "manifests", place, "--kubernetes-version", version]).end();
        ended.assert_error(&[&format!("{version:?}"), "such as 1.37"]);
    }
    // A file that goes while it is about to be read.
    std::os::unix::fs::symlink("/no/such/file", folder.path().join("gone.yaml")).unwrap();
    let report = scanned(folder.path()).await;
    assert_eq!(names(&report, "kubernetes_pod"), ["web"]);
    assert!(failures(&report).iter().any(|said| said.contains("gone.yaml") && said.contains("No such file")));
}
