//! The command line on files: exit statuses, and what is said of bad input.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant};

use cspm::cli::{exit, run};
use cspm::{Format, Rules};

/// Runs the command line: its status, and what it wrote on both streams.
fn cspm(args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = run([&["cspm"], args].concat(), &mut out, &mut err);
    (status, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// Runs it on bad input: it must end soon, with status 2 and a text that says what is wrong.
fn refused(args: &[&str], says: &[&str]) {
    let began = Instant::now();
    let (status, out, err) = cspm(args);
    assert_eq!(status, exit::ERROR, "{args:?}: {out}{err}");
    assert!(began.elapsed() < Duration::from_secs(30), "{args:?} took {:?}", began.elapsed());
    for words in says {
        assert!(err.contains(words), "{args:?} must say {words:?}: {err}");
    }
    assert!(!err.contains("panicked"), "{err}");
    assert_eq!(out, "", "{args:?}: there is no result");
}

/// The file of the sample.
fn sample() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sample/inventory.json").to_str().unwrap().to_owned()
}

#[test]
fn the_demo_shows_failures_scores_and_coverage() {
    let (status, out, _) = cspm(&["demo", "--quiet"]);
    assert_eq!(status, exit::FAILED);
    let rules = format!("{} rules", Rules::builtin().load(&cspm::kinds().unwrap()).unwrap().len());
    for words in ["aws_s3_bucket_not_public", "cis_aws_7.0", "Coverage: ", "not read", &rules] {
        assert!(out.contains(words), "{words} is not in {out}");
    }
}

#[test]
fn every_format_is_written_to_a_file_and_is_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    for format in Format::ALL {
        let written = ["one", "two"].map(|name| {
            let path = folder.path().join(name);
            let args = ["demo", "--quiet", "--format", format.as_str(), "--output", path.to_str().unwrap()];
            assert_eq!(cspm(&args).0, exit::FAILED);
            fs::read_to_string(&path).unwrap()
        });
        assert!(written[0].len() > 1000, "{format:?} is empty");
        assert_eq!(written[0], written[1], "{format:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left in the folder");
}

#[test]
fn the_exit_status_follows_severity_and_coverage() {
    let low = ["demo", "--quiet", "--severities", "low", "--fail-on", "critical", "--allow-unread"];
    assert_eq!(cspm(&low).0, exit::CLEAN);
    let image = ["demo", "--quiet", "--ids", "aws_ec2_instance_image_current", "--allow-unread"];
    assert_eq!(cspm(&image).0, exit::CLEAN, "unknown is no failure");
    assert_eq!(cspm(&[&image[..], &["--min-coverage", "99"]].concat()).0, exit::COVERAGE);
}

/// Manifests in a folder of their own: a pod that is not privileged, and what else is given.
fn manifests(more: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: good}\nspec: {containers: [{name: a, image: b}]}\n";
    fs::write(folder.path().join("all.yaml"), format!("{pod}{more}")).unwrap();
    folder
}

#[test]
fn a_document_that_was_not_read_beside_good_ones_counts() {
    let scan = |folder: &tempfile::TempDir, more: &[&str]| {
        let path = folder.path().to_str().unwrap();
        let args = ["scan", "manifests", path, "--quiet", "--ids", "kubernetes_pod_not_privileged"];
        cspm(&[&args, more].concat())
    };
    let (good, broken) = (manifests(""), manifests("---\na: {b\n"));
    assert_eq!(scan(&good, &["--min-coverage", "100"]), (exit::CLEAN, scan(&good, &[]).1, String::new()));
    let (status, out, err) = scan(&broken, &[]);
    assert_eq!(status, exit::UNREAD, "{out}{err}");
    assert!(out.contains("100.0 % of the verdicts could be given, 50.0 % was read"), "{out}");
    assert_eq!(err.lines().count(), 1, "{err}");
    assert!(err.starts_with("not read: 1 of 2 (50.0 % read); manifests "), "{err}");
    assert_eq!(scan(&broken, &["--allow-unread"]).0, exit::CLEAN);
    assert_eq!(scan(&broken, &["--min-coverage", "100"]).0, exit::COVERAGE);
    assert_eq!(scan(&broken, &["--min-coverage", "100", "--allow-unread"]).0, exit::COVERAGE);
    assert_eq!(scan(&broken, &["--min-coverage", "50"]).0, exit::UNREAD);
    // What fails is more than what was not read; and what is saved has lost as much.
    let privileged = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: bad}\nspec: {containers: [{name: a, image: b, \
                      securityContext: {privileged: true}}]}\n---\na: {b\n";
    assert_eq!(scan(&manifests(privileged), &["--min-coverage", "100"]).0, exit::FAILED);
    let saved = broken.path().join("saved.snapshot");
    scan(&broken, &["--save", saved.to_str().unwrap()]);
    let again = ["scan", "snapshot", saved.to_str().unwrap(), "--quiet", "--ids", "kubernetes_pod_not_privileged"];
    assert_eq!(cspm(&again).0, exit::UNREAD);
}

#[test]
fn a_selection_that_selects_nothing_is_refused() {
    let folder = manifests("");
    let path = folder.path().to_str().unwrap();
    let scan = ["scan", "manifests", path];
    for (select, says) in [
        (&["--frameworks", "cis_aws_7.0"][..], &["framework cis_aws_7.0"][..]),
        (&["--services", "s3,iam"], &["service iam", "service s3"]),
        (&["--ids", "aws_s3_bucket_not_public"], &["rule aws_s3_bucket_not_public"]),
        (&["--frameworks", "pss_baseline", "--services", "s3"], &["framework pss_baseline", "service s3"]),
    ] {
        refused(&[&scan[..], select].concat(), says);
        refused(&[&["plan"], &scan[1..], select].concat(), says);
    }
    // A snapshot has what it has, whatever kinds are known.
    refused(&["demo", "--frameworks", "pss_baseline"], &["framework pss_baseline"]);
    // A part that selects nothing beside one that does is told, and is no error.
    let (status, out, err) =
        cspm(&[&scan[..], &["--quiet", "--ids", "kubernetes_pod_not_privileged,aws_s3_bucket_not_public"]].concat());
    assert_eq!(status, exit::CLEAN, "{out}{err}");
    assert_eq!(err, "the rule aws_s3_bucket_not_public selects nothing for these sources\n");
    // Kinds that the manifests may hold and do not: there is nothing to judge.
    let (status, _, err) = cspm(&[&scan[..], &["--quiet", "--ids", "kubernetes_ingress_tls_configured"]].concat());
    assert_eq!((status, &*err), (exit::CLEAN, ""));
}

#[test]
fn a_time_limit_is_a_number_of_seconds() {
    refused(&["demo", "--timeout", "0"], &["--timeout"]);
    assert_eq!(cspm(&["demo", "--quiet", "--timeout", "60"]).0, exit::FAILED);
}

#[test]
fn bad_arguments_are_refused() {
    refused(&["scan"], &["SOURCE"]);
    refused(&["scan", "gcp"], &["cannot scan \"gcp\"", "the sources are: aws", "snapshot FILE"]);
    refused(&["scan", "snapshot"], &["name its file"]);
    refused(&["demo", "--format", "pdf"], &["pdf"]);
    refused(&["demo", "--severities", "bad"], &["critical"]);
    refused(&["demo", "--frameworks", "cis_aws_7"], &["cis_aws_7"]);
    refused(&["demo", "--ids", "aws_s3_bucket_not_publik"], &["aws_s3_bucket_not_public"]);
    refused(&["demo", "--output", "/no/such/folder/report.html"], &["cannot write /no/such/folder/report.html"]);
    refused(&["demo", "--exceptions", "/no/such/file"], &["/no/such/file"]);
    refused(&["rules", "check", "/no/such/folder"], &["/no/such/folder"]);
}

#[test]
fn files_that_cannot_be_written_are_refused_before_the_scan() {
    let (folder, sample) = (tempfile::tempdir().unwrap(), sample());
    let [good, below, place] = ["good", "no/such/place", "."].map(|name| folder.path().join(name));
    let good = good.to_str().unwrap();
    for (option, other) in [("--output", "--save"), ("--save", "--graph"), ("--graph", "--output")] {
        for bad in [&below, &place] {
            let bad = bad.to_str().unwrap();
            refused(&["scan", "snapshot", &sample, other, good, option, bad], &[&format!("cannot write {bad}: ")]);
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{option} {bad}: something is left");
        }
        let args = ["scan", "snapshot", &sample, "--quiet", "--ids", "aws_s3_bucket_not_public", option, good];
        assert_eq!(cspm(&args).0, exit::FAILED, "{option}");
        fs::remove_file(good).unwrap();
    }
}

#[test]
fn bad_snapshots_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("snapshot.json");
    let name = path.to_str().unwrap();
    refused(&["scan", "snapshot", name], &["cannot open the snapshot", "No such file"]);
    let whole = fs::read(sample()).unwrap();
    let mut not_utf8 = whole.clone();
    let at = not_utf8.windows(6).position(|bytes| bytes == b"meadow").unwrap();
    not_utf8[at] = 0xff;
    let deep = [b"{\"a\":".as_slice(), "[".repeat(1_000_000).as_bytes()].concat();
    let version = String::from_utf8(whole.clone()).unwrap().replacen("\"cspm_snapshot\":1", "\"cspm_snapshot\":9", 1);
    let cases: [(&[u8], &str); 6] = [
        (&whole[..whole.len() / 2], "the file ends too early"),
        (&not_utf8, "ends at byte"),
        (&deep, "deep"),
        (version.as_bytes(), "is 9, and this program reads 1"),
        (b"hello", "`h` begins no value"),
        (b"{\"s3_buckets\": [{\"name\": 7}]}", "s3_buckets"),
    ];
    for (bytes, says) in cases {
        fs::write(&path, bytes).unwrap();
        refused(&["scan", "snapshot", name], &[name, says]);
    }
    // Two GiB that take no disk: a beginning, then zeros.
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    File::options().write(true).open(&path).unwrap().set_len(2 << 30).unwrap();
    refused(&["scan", "snapshot", name], &[name]);
    fs::write(&path, &whole).unwrap();
    refused(&["scan", "snapshot", name, "--max-snapshot", "0"], &["larger than the limit"]);
}

const RULE: &str = r#"id: acme_bucket_versioned
title: Buckets keep versions
kind: aws_s3_bucket
service: s3
severity: low
expression: >-
  resource.versioning_enabled
message: "Bucket {resource.name} keeps no versions."
rationale: So that what is deleted can be had back.
remediation: {text: Enable versioning.}
references: []
equivalents: {}
tests:
  pass: [{versioning_enabled: true}]
  fail: [{versioning_enabled: false}]
  unknown: [{versioning_enabled: {unread: access_denied}}]
"#;

#[test]
fn rule_files_of_users_are_checked_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let (name, path) = (folder.path().to_str().unwrap(), folder.path().join("acme_bucket_versioned.yaml"));
    fs::write(&path, RULE).unwrap();
    let (status, out, err) = cspm(&["rules", "check", name]);
    assert_eq!((status, out.trim()), (exit::CLEAN, "1 files, 3 cases, 0 errors"), "{err}");
    let (status, out, _) = cspm(&["demo", "--quiet", "--rules", name, "--ids", "acme_bucket_versioned"]);
    assert_eq!(status, exit::FAILED);
    assert!(out.contains("keeps no versions"));
    for (from, to, says) in [
        ("resource.versioning_enabled", "resource.versioning_enabld", ":7:12: "),
        ("resource.versioning_enabled", "resource.versioning_enabled > 3", ":7:"),
        ("resource.versioning_enabled", "frobnicate(resource.name)", "frobnicate"),
        ("severity: low", "severity: [low", "acme_bucket_versioned.yaml:"),
        ("id: acme_bucket_versioned", "id: aws_s3_bucket_not_public", "aws_s3_bucket_not_public"),
        ("  fail: [{versioning_enabled: false}]\n", "", "fail"),
    ] {
        fs::write(&path, RULE.replacen(from, to, 1)).unwrap();
        refused(&["demo", "--rules", name], &["acme_bucket_versioned.yaml", says]);
    }
}

#[test]
fn what_names_contain_does_not_reach_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("snapshot.json");
    fs::write(&path, "{\"s3_buckets\": [{\"name\": \"evil\\u001b[31m\", \"versioning\": false}]}").unwrap();
    let (_, out, err) = cspm(&["scan", "snapshot", path.to_str().unwrap(), "--quiet"]);
    assert!(out.contains("evil\u{fffd}[31m"), "{out}{err}");
    assert!(!out.contains('\u{1b}') && !err.contains('\u{1b}'));
}

#[test]
fn a_snapshot_gives_the_verdicts_of_what_it_was_made_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let made_of = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/sample/handwritten.json").to_owned();
    for made_of in [sample(), made_of] {
        let (snapshot, one, two) = (path("snapshot.json"), path("one.csv"), path("two.csv"));
        let scan = |from: &str, to: &str, more: &[&str]| {
            let args = ["scan", "snapshot", from, "--quiet", "--format", "csv", "--output", to];
            assert_eq!(cspm(&[&args, more].concat()).0, exit::FAILED);
            fs::read_to_string(to).unwrap()
        };
        let first = scan(&made_of, &one, &["--save", &snapshot]);
        assert_eq!(first, scan(&snapshot, &two, &[]), "{made_of}");
    }
}

#[test]
fn a_snapshot_of_one_provider_says_nothing_of_another() {
    let (_, out, _) = cspm(&["demo", "--quiet", "--format", "csv"]);
    assert!(!out.contains("kubernetes_"), "the sample is an account of AWS");
}

/// The line, the message and the evidence are those of the very container, also in a template and where others are fine.
#[test]
fn a_finding_of_a_manifest_is_that_of_the_container() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - name: app
        image: app
        securityContext: {privileged: false}
      - name: sidecar
        image: sidecar
        securityContext:
          readOnlyRootFilesystem: true
          privileged: true
      initContainers:
      - name: setup
        image: setup
";
    fs::write(folder.path().join("shop.yaml"), manifest).unwrap();
    let scan = ["scan", "manifests", folder.path().to_str().unwrap(), "--quiet", "--format", "sarif"];
    let (_, out, err) = cspm(&scan);
    let sarif: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|cause| panic!("{cause}: {out}{err}"));
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let result = |rule: &str| results.iter().find(|result| result["ruleId"] == rule).unwrap();
    let line = |result: &serde_json::Value| {
        result["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap()
    };
    let privileged = result("kubernetes_pod_not_privileged");
    assert_eq!(line(privileged), 17);
    let message = privileged["message"]["text"].as_str().unwrap();
    assert!(message.ends_with(": sidecar (spec.template.spec.containers[1])."), "{message}");
    let evidence = privileged["properties"]["evidence"].to_string();
    assert!(evidence.contains("spec.template.spec.containers[1].securityContext.privileged"), "{evidence}");
    assert!(!evidence.contains("containers[0]") && !evidence.contains("image"), "{evidence}");
    // What is not there is at the nearest part around it.
    let writable = result("kubernetes_pod_root_filesystem_read_only");
    assert_eq!(line(writable), 12);
    let message = writable["message"]["text"].as_str().unwrap();
    assert!(message.contains("app (spec.template.spec.containers[0])"), "{message}");
    assert!(message.contains("setup (spec.template.spec.initContainers[0])"), "{message}");
    assert!(!message.contains("sidecar"), "{message}");
}

#[test]
fn rules_are_exported_as_admission_policies() {
    let (status, out, err) = cspm(&["export", "vap", "--ids", "kubernetes_pod_not_privileged"]);
    assert_eq!(status, exit::CLEAN, "{err}");
    let list: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(list["items"][0]["metadata"]["name"], "kubernetes-pod-not-privileged");
    assert_eq!(list["items"][1]["spec"]["validationActions"], serde_json::json!(["Deny"]));
    assert!(err.starts_with("1 rules exported, 0 cannot be policies"), "{err}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policies.json");
    let (status, out, err) =
        cspm(&["export", "vap", "--kubernetes-version", "1.37", "--output", path.to_str().unwrap()]);
    assert_eq!((status, &*out), (exit::CLEAN, ""), "{err}");
    let list: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert!(list["items"].as_array().unwrap().len() > 100, "{err}");
    let reason = "6 looks at other resources: kubernetes_network_policy\n";
    let (_, of_reason) = err.split_once(reason).unwrap_or_else(|| panic!("{reason} is not in {err}"));
    assert!(of_reason.lines().take(6).any(|line| line == "  kubernetes_pod_egress_isolated"), "{err}");

    // A rule that was asked for by its name must be there.
    let (status, _, err) = cspm(&["export", "vap", "--ids", "kubernetes_pod_egress_isolated"]);
    assert_eq!(status, exit::ERROR);
    assert!(err.contains("kubernetes_network_policy"), "{err}");
    refused(&["export", "vap", "--ids", "no_such_rule"], &["no_such_rule"]);
    refused(&["export", "vap", "--validation-actions", "forbid"], &["deny, warn, audit"]);
}

/// A folder with a pod, privileged or not.
fn pod_in(folder: &Path, name: &str, privileged: bool) -> String {
    let folder = folder.join(name);
    fs::create_dir(&folder).unwrap();
    let container = format!("{{name: a, image: i, securityContext: {{privileged: {privileged}}}}}");
    let pod = format!("{{apiVersion: v1, kind: Pod, metadata: {{name: web}}, spec: {{containers: [{container}]}}}}");
    fs::write(folder.join("pod.yaml"), pod).unwrap();
    folder.to_str().unwrap().to_owned()
}

#[test]
fn two_folders_are_two_clusters_and_one_folder_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let (prod, staging) = (pod_in(folder.path(), "prod", true), pod_in(folder.path(), "staging", false));
    let scan = |sources: &[&str]| -> Vec<(String, String)> {
        let rule = ["--quiet", "--ids", "kubernetes_pod_not_privileged", "--format", "json"];
        let (_, out, err) = cspm(&[&["scan"], sources, &rule].concat());
        let report: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}{err}"));
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let findings = report["findings"].as_array().unwrap().iter();
        let mut seen: Vec<_> =
            findings.map(|finding| (text(&finding["resource"]["account"]), text(&finding["status"]))).collect();
        seen.retain(|(_, status)| status != "unknown");
        seen
    };
    let of = |name: &str, status: &str| (name.to_owned(), status.to_owned());
    let both = [of(&format!("manifests:{prod}"), "fail"), of(&format!("manifests:{staging}"), "pass")];
    assert_eq!(scan(&["manifests", &prod, "manifests", &staging]), both);
    assert_eq!(scan(&["manifests", &staging, "manifests", &prod]), both);
    let (a, b) = (format!("manifests:a={prod}"), format!("manifests:b={staging}"));
    assert_eq!(scan(&[&a, &b]), [of("a", "fail"), of("b", "pass")]);
    assert_eq!(scan(&["manifests", &prod, "manifests", &prod]), [of("manifests", "fail")]);
    refused(&["scan", "manifests:=x"], &["manifests:NAME=PATH"]);
    refused(&["scan", "manifests:a"], &["manifests:NAME=PATH"]);
}

#[test]
fn a_plan_of_files_names_no_call() {
    let folder = tempfile::tempdir().unwrap();
    let prod = pod_in(folder.path(), "prod", true);
    for source in [&["manifests", &*prod][..], &["snapshot", &sample()], &["snapshot", "s3://bucket/key"]] {
        let (status, out, err) = cspm(&[&["plan"], source].concat());
        assert_eq!(status, exit::CLEAN, "{err}");
        assert!(out.contains("0 calls"), "{source:?}: {out}");
    }
}
