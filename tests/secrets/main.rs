//! Secrets of many kinds, in every place that a scan reads, are in no output: not in a report, the graph, a snapshot, rows of SQL,
//! an event, an error, or what the command line writes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod corpus;
mod errors;
mod harmless;
mod places;

use std::fs;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use cspm::prelude::*;
use cspm::{
    CancellationToken, Collected, Data, Error, ErrorKind, Evidence, Exceptions, Format, Gap, Inventory, JsonGraph,
    Kind, Manifests, Memory, Reason, RuleMeta, Severity, Unread, Verdict, Wanted, save_snapshot,
};
use futures::stream::{BoxStream, StreamExt, iter};

use corpus::{Secret, secrets};

/// What came out, with the name of the place.
type Outputs = Vec<(String, String)>;

fn assert_clean(secrets: &[Secret], outputs: &Outputs) {
    for (place, text) in outputs {
        assert!(!text.is_empty(), "{place} says nothing");
        secrets.iter().for_each(|secret| secret.assert_absent(place, text));
    }
}

/// A rule that says a secret in all that it can say.
struct Blab {
    meta: Arc<RuleMeta>,
    reads: cspm::Reads,
    text: String,
}

impl Blab {
    fn new(number: usize, secret: &Secret) -> Self {
        let mut meta =
            RuleMeta::new(&format!("acme_blab_{number}"), &secret.text, "acme", "acme_function", Severity::High);
        meta.message.clone_from(&secret.text);
        meta.rationale.clone_from(&secret.text);
        meta.remediation.cli = Some(secret.text.clone());
        meta.references = vec![secret.text.clone()];
        Self { meta: Arc::new(meta), reads: cspm::Reads::everything("acme_function", None), text: secret.text.clone() }
    }
}

impl Rule for Blab {
    fn meta(&self) -> &Arc<RuleMeta> {
        &self.meta
    }

    fn reads(&self) -> &cspm::Reads {
        &self.reads
    }

    fn evaluate(&self, resource: &Resource, _: &Inventory) -> Verdict {
        let mut verdict = Verdict::of(if resource.uid.ends_with('1') { Status::Pass } else { Status::Fail });
        verdict.message = Some(self.text.clone());
        verdict.evidence = vec![Evidence { field: "note".into(), value: Data::from(&*self.text) }];
        verdict
    }

    fn faults(&self) -> Vec<String> {
        vec![format!("Traceback: {}", self.text)]
    }
}

/// A collector that says a secret in all that it can say.
struct Tell(Vec<String>);

#[async_trait]
impl Collector for Tell {
    fn name(&self) -> String {
        "tell".to_owned()
    }

    fn provider(&self) -> &str {
        "acme"
    }

    fn kinds(&self) -> Vec<Arc<Kind>> {
        Vec::new()
    }

    fn collect(&self, _: Arc<Wanted>, _: CancellationToken) -> BoxStream<'_, Collected> {
        let told = self.0.iter().enumerate().flat_map(|(number, text)| {
            let unread = Unread { reason: Reason::Failed, call: "x:Y".into(), detail: text.as_str().into() };
            let region: Arc<str> = format!("r-{number}").into();
            let (kind, provider, account) = ("acme_function".into(), "acme".into(), "1".into());
            let call = cspm::CallOutcome {
                account: "1".into(),
                region: region.clone(),
                call: "x:Y".into(),
                outcome: cspm::Outcome::Unread(Reason::AccessDenied),
                detail: text.as_str().into(),
            };
            [
                Collected::Gap(Gap { kind, provider, account, region, unread: Arc::new(unread) }),
                Collected::Call(call),
                Collected::Failed(
                    Error::new(ErrorKind::Extension, text.as_str()).with_source(text.as_str()).with_help(text),
                ),
            ]
        });
        iter(told).boxed()
    }
}

/// A folder with a manifest for each secret, and one that is none.
fn manifests(secrets: &[Secret]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (number, secret) in secrets.iter().enumerate() {
        let objects: Vec<String> =
            places::objects(number, secret).iter().map(|object| format!("---\n{object}\n")).collect();
        fs::write(folder.path().join(format!("{number}.yaml")), objects.concat()).unwrap();
        let broken = format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: [a\nnote: {}\npassword: {}\n",
            secret.text, secret.whole
        );
        fs::write(folder.path().join(format!("{number}-broken.yaml")), broken).unwrap();
    }
    folder
}

/// Everything that can be had of a report.
fn outputs(name: &str, report: &cspm::Report, outputs: &mut Outputs) {
    let mut put = |what: &str, text: String| outputs.push((format!("{name}: {what}"), text));
    for format in Format::ALL {
        put(format.as_str(), cspm::to_string(report, format).unwrap());
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("snapshot.json");
    save_snapshot(report.inventory(), &file).unwrap();
    put("the snapshot", fs::read_to_string(&file).unwrap());
    put("the report", format!("{report:?} {:?} {:?}", report.coverage, report.summary));
    put("the resources", format!("{:?}", report.inventory().resources()));
    put("the rows of resources", serde_json::to_string(report.inventory().resources()).unwrap());
    put("the findings", format!("{:?}", report.findings().collect::<Vec<_>>()));
    put("the gaps", format!("{:?}!", report.inventory().gaps().collect::<Vec<_>>()));
    #[cfg(feature = "sql")]
    for kind in report.inventory().counts().keys().filter(|kind| !kind.contains("never")) {
        use cspm::InventorySql;
        if let Ok(rows) = report.inventory().sql(&format!("select * from {kind}")) {
            put(&format!("the rows of {kind}"), format!("{:?}", rows.iter().collect::<Vec<_>>()));
        }
    }
}

async fn scanned(name: &str, scan: Scan, all: &mut Outputs) -> cspm::Report {
    let folder = tempfile::tempdir().unwrap();
    let graph = folder.path().join("graph.json");
    let events = Arc::new(Mutex::new(String::from("events: ")));
    let listener = events.clone();
    let scan = scan.sink(JsonGraph::create(&graph).unwrap());
    let scan = scan.on_event(move |event| listener.lock().unwrap().push_str(&format!("{event:?}\n")));
    let report = scan.collect_everything().run().await.unwrap();
    all.push((format!("{name}: the events"), events.lock().unwrap().clone()));
    all.push((format!("{name}: the graph"), fs::read_to_string(&graph).unwrap()));
    outputs(name, &report, all);
    report
}

/// Rules that judge what secrets are planted in, of which some find them.
fn rules() -> Rules {
    Rules::builtin().ids([
        "aws_ec2_instance_user_data_without_secrets",
        "aws_s3_bucket_secure_transport_required",
        "kubernetes_config_map_no_plain_text_secrets",
        "kubernetes_pod_no_plain_text_secrets",
        "kubernetes_pod_probe_hosts_absent",
    ])
}

fn failures(report: &cspm::Report, rule: &str) -> usize {
    report.statuses().filter(|(status, of, _)| &*of.meta().id == rule && *status == Status::Fail).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn manifests_keep_their_secrets() {
    let secrets = secrets();
    assert!(secrets.len() >= 60);
    let folder = manifests(&secrets);
    let mut all = Outputs::new();
    let source = Manifests::new([folder.path()]).unwrap();
    let report = scanned("manifests", Scan::new().collector(source).rules(rules()), &mut all).await;
    assert_clean(&secrets, &all);
    // That there are secrets is still found.
    assert!(failures(&report, "kubernetes_pod_no_plain_text_secrets") >= secrets.len());
    assert!(failures(&report, "kubernetes_config_map_no_plain_text_secrets") >= secrets.len() / 2);
    let text = serde_json::to_string(report.inventory().resources()).unwrap();
    assert!(
        text.matches(cspm::secrets::WITHHELD).count() > 20 * secrets.len(),
        "it is said that something is withheld"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn snapshots_of_others_keep_their_secrets() {
    let secrets = secrets();
    let mut all = Outputs::new();
    let source = cspm::snapshot_from_bytes("given", places::snapshot(&secrets).to_string().into_bytes());
    let report = scanned("snapshot", Scan::new().collector(source).rules(rules()), &mut all).await;
    assert!(failures(&report, "kubernetes_pod_no_plain_text_secrets") >= secrets.len(), "found before it is withheld");
    // What is saved comes back as it is.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("again.json");
    save_snapshot(report.inventory(), &file).unwrap();
    let again = Scan::new().collector(cspm::snapshot(&file)).rules(rules()).run().await.unwrap();
    assert_eq!(again.inventory().resources(), report.inventory().resources());
    let given = cspm::snapshot_from_bytes("given", places::handwritten(&secrets).to_string().into_bytes());
    let report = scanned("hand-written", Scan::new().collector(given).rules(rules()), &mut all).await;
    assert!(failures(&report, "aws_ec2_instance_user_data_without_secrets") > secrets.len() / 2);
    assert_clean(&secrets, &all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_keep_their_secrets() {
    let secrets = secrets();
    let mut all = Outputs::new();
    let kinds = cspm::kinds().unwrap();
    let given: Vec<Resource> = secrets
        .iter()
        .enumerate()
        .flat_map(|(number, secret)| places::resources(number, secret))
        .map(|given| Resource::from_data(&Data::from(given), &kinds).unwrap())
        .collect();
    all.push(("resources of callers".to_owned(), format!("{given:?}")));
    let blabs = || -> Vec<Arc<dyn Rule>> {
        secrets
            .iter()
            .enumerate()
            .map(|(number, secret)| Arc::new(Blab::new(number, secret)) as Arc<dyn Rule>)
            .collect()
    };
    let mut inventory = Inventory::builder(kinds.iter().cloned());
    given.iter().for_each(|resource| inventory.add(resource.clone()));
    let exceptions: Vec<String> = secrets
        .iter()
        .map(|secret| {
            let text = serde_json::to_string(&secret.text).unwrap();
            format!("  - {{rule: none, resource: none, owner: {text}, reason: {text}, expires: 2020-01-01}}\n")
        })
        .collect();
    let exceptions = Exceptions::from_yaml(&format!("exceptions:\n{}", exceptions.concat())).unwrap();
    let mut catalog = rules().load(&kinds).unwrap().rules().to_vec();
    catalog.extend(blabs());
    outputs("evaluate", &cspm::evaluate(Arc::new(inventory.build()), catalog, exceptions), &mut all);

    let memory = Memory::new("cmdb", "acme").resources(given);
    let texts = secrets.iter().map(|secret| secret.text.clone()).collect();
    let scan = Scan::new().collector(memory).collector(Tell(texts)).rules(blabs());
    scanned("memory", scan, &mut all).await;
    assert_clean(&secrets, &all);
}

#[test]
fn the_command_line_keeps_secrets() {
    let secrets = secrets();
    let folder = manifests(&secrets);
    let snapshot = folder.path().join("snapshot.json");
    fs::write(&snapshot, places::snapshot(&secrets).to_string()).unwrap();
    let source = folder.path().to_str().unwrap();
    let mut all = Outputs::new();
    for args in [
        &["scan", "manifests", source][..],
        &["scan", "manifests", source, "--format", "json"],
        &["scan", "snapshot", snapshot.to_str().unwrap(), "--format", "csv"],
        &["scan", "snapshot", snapshot.to_str().unwrap()],
        #[cfg(feature = "sql")]
        &["query", "select * from kubernetes_pod", "--snapshot", snapshot.to_str().unwrap()],
        #[cfg(feature = "sql")]
        &[
            "query",
            "select * from aws_vpc_security_group",
            "--snapshot",
            snapshot.to_str().unwrap(),
            "--format",
            "json",
        ],
    ] {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        cspm::cli::run([&["cspm"], args].concat(), &mut out, &mut err);
        all.push((format!("{args:?}"), String::from_utf8(out).unwrap() + &String::from_utf8(err).unwrap()));
    }
    assert_clean(&secrets, &all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_keep_secrets() {
    let secrets = secrets();
    let mut all = Outputs::new();
    for secret in &secrets {
        errors::all(secret, &mut all).await;
    }
    assert!(all.len() > 8 * secrets.len(), "{}", all.len());
    assert_clean(&secrets, &all);
}
