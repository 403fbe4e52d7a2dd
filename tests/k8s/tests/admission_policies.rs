//! The rules that are exported as policies, in force in a real API server: what a rule fails is refused, and what it
//! passes is let in.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that cannot be set up fails")]

#[path = "admission_policies/complete.rs"]
mod complete;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use complete::complete;
use cspm::admission_policy::{AdmissionPolicies, ExportOptions, export};
use cspm::cases::{self, Case};
use cspm::{Inventory, Kind, Resource, Rule, RuleSet, Rules, Status};
use cspm_k8s_tests::cluster::{Cluster, Version};
use serde_json::{Value, json};

const CATALOG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cspm-rules/catalog/kubernetes");
/// The label of the object by which the binding of one rule is chosen.
const LABEL: &str = "policy-under-test";
/// Since 1.35 the API server itself refuses what these rules fail.
const NEVER_FAILED: [&str; 1] = ["kubernetes_pod_proc_mount_masked"];
/// Neither adds to the cases what they do not say, nor asks for objects that are not there.
const FLAGS: [&str; 1] = ["--disable-admission-plugins=ServiceAccount,TaintNodesByCondition,DefaultIngressClass"];

#[tokio::test]
async fn the_current_version_judges_as_the_rules_do() {
    if let Some(cluster) = Cluster::start_with(Version::Current, &FLAGS).await {
        Trial::new(cluster, Version::Current).await.run().await;
    }
}

#[tokio::test]
async fn the_older_version_judges_as_the_rules_do() {
    if let Some(cluster) = Cluster::start_with(Version::Older, &FLAGS).await {
        Trial::new(cluster, Version::Older).await.run().await;
    }
}

/// A case as an object for the API server.
struct Attempt {
    rule: Arc<dyn Rule>,
    kind: Arc<str>,
    /// How the rule's author says that it ends; none for a case that was put into a workload.
    label: Option<Status>,
    method: &'static str,
    path: String,
    object: Value,
    /// How the rule judges what the API server makes of it.
    expected: Status,
}

/// What was compared.
#[derive(Debug, Default)]
struct Tally {
    as_labelled: usize,
    in_workloads: usize,
    /// What the server adds by default, or its version, makes another case of it.
    as_judged: usize,
    not_objects: BTreeMap<String, usize>,
    without_verdict: usize,
}

struct Trial {
    cluster: Cluster,
    release: String,
    kinds: Vec<Arc<Kind>>,
    rules: RuleSet,
    policies: AdmissionPolicies,
    plurals: BTreeMap<String, String>,
}

impl Trial {
    async fn new(cluster: Cluster, version: Version) -> Self {
        let kinds: Vec<_> = cspm::kinds().unwrap().into_iter().filter(|k| &**k.provider() == "kubernetes").collect();
        let rules = Rules::builtin().load(&kinds).unwrap();
        let release = version.release();
        let policies = export(&rules, &kinds, &ExportOptions::default().kubernetes_version(&*release));
        let mut trial = Self { cluster, release, kinds, rules, policies, plurals: BTreeMap::new() };
        trial.prepare().await;
        trial
    }

    async fn prepare(&mut self) {
        let versions = json!([{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema":
            {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]);
        let gateway = json!({"metadata": {"name": "gateways.gateway.networking.k8s.io",
                "annotations": {"api-approved.kubernetes.io": "unapproved, for a test"}},
            "spec": {"group": "gateway.networking.k8s.io", "scope": "Namespaced", "versions": versions,
                "names": {"kind": "Gateway", "plural": "gateways"}}});
        self.cluster.make("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", &gateway).await;
        for kind in &self.kinds {
            let Some(plural) = kind.list().operation().strip_prefix("list ") else { continue };
            let api = match kind.list().service() {
                "core" => "/api/v1".to_owned(),
                group => format!("/apis/{group}/v1"),
            };
            self.plurals.insert(kind.name().to_string(), format!("{api}|{plural}"));
        }
        let began = Instant::now();
        while self.post("/apis/gateway.networking.k8s.io/v1/namespaces/default/gateways", &json!({})).await.0 == 404 {
            assert!(began.elapsed() < Duration::from_secs(20), "gateways are not served");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn post(&self, path: &str, object: &Value) -> (u16, Value) {
        self.cluster.request(&self.cluster.admin(), "POST", path, Some(object)).await
    }

    async fn send(&self, attempt: &Attempt) -> (u16, Value) {
        self.cluster.request(&self.cluster.admin(), attempt.method, &attempt.path, Some(&attempt.object)).await
    }

    /// Ephemeral containers are added to a pod that is there.
    async fn run_first(&self, attempt: &mut Attempt, number: usize) {
        let containers = attempt.object["spec"]["ephemeralContainers"].as_array();
        if *attempt.kind != *"kubernetes_pod" || containers.is_none_or(Vec::is_empty) {
            return;
        }
        let name = format!("runs-{number}");
        attempt.object["metadata"]["name"] = json!(name);
        let mut pod = attempt.object.clone();
        pod["spec"].as_object_mut().unwrap().remove("ephemeralContainers");
        let path = attempt.path.trim_end_matches("?dryRun=All");
        if self.post(path, &pod).await.0 == 201 {
            (attempt.method, attempt.path) = ("PUT", format!("{path}/{name}/ephemeralcontainers?dryRun=All"));
        }
    }

    async fn run(self) {
        let mut tally = Tally::default();
        let attempts = self.attempts(&mut tally).await;
        self.install().await;
        let mut outcomes: BTreeMap<Arc<str>, BTreeSet<bool>> = BTreeMap::new();
        let mut wrong = Vec::new();
        for attempt in &attempts {
            let id = &attempt.rule.meta().id;
            let refused = self.refused(attempt, outcomes.contains_key(id)).await;
            outcomes.entry(id.clone()).or_default().insert(refused.is_some());
            let by_error = refused.as_ref().is_some_and(|message| message.contains("resulted in error"));
            if by_error || refused.is_some() != (attempt.expected == Status::Fail) {
                wrong.push(format!("{id} {:?}, refused {refused:?}: {}", attempt.expected, attempt.object));
            }
            match attempt.label {
                Some(label) if label == attempt.expected => tally.as_labelled += 1,
                Some(_) => tally.as_judged += 1,
                None => tally.in_workloads += 1,
            }
        }
        let of = |policy: &cspm::admission_policy::AdmissionPolicy| outcomes.get(&policy.rule).map_or(0, BTreeSet::len);
        let halves = self.policies.exported.iter().filter(|p| of(p) < 2).map(|p| &*p.rule);
        let halves: Vec<_> = halves.filter(|rule| !NEVER_FAILED.contains(rule)).collect();
        println!(
            "{}: {} rules exported, {} not; {} cases compared: {tally:?}",
            self.release,
            self.policies.exported.len(),
            self.policies.left_out.len(),
            attempts.len()
        );
        assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
        assert!(halves.is_empty(), "not both refused and let in: {halves:?}");
    }

    /// The cases that the API server takes as objects, while no policy is in force, those that a rule fails first.
    async fn attempts(&self, tally: &mut Tally) -> Vec<Attempt> {
        let mut attempts = Vec::new();
        for case in cases::read(CATALOG).unwrap() {
            let exported = self.policies.exported.iter().any(|policy| policy.rule == case.rule);
            if !exported || case.status == Status::Unknown {
                continue;
            }
            for mut attempt in self.forms(&case) {
                self.run_first(&mut attempt, attempts.len()).await;
                let (status, answer) = self.send(&attempt).await;
                let made = match status {
                    200 | 201 => answer,
                    409 => attempt.object.clone(),
                    _ => {
                        let why = format!("{} {}: {}", case.rule, status, answer["message"]);
                        if attempt.label.is_some() {
                            println!("no object: {why}");
                        }
                        *tally.not_objects.entry(attempt.kind.to_string()).or_default() += 1;
                        continue;
                    }
                };
                attempt.expected = self.judge(&attempt, &made);
                match attempt.expected {
                    Status::Pass | Status::Fail => attempts.push(attempt),
                    _ => tally.without_verdict += 1,
                }
            }
        }
        attempts.sort_by_key(|attempt| (attempt.rule.meta().id.clone(), attempt.expected != Status::Fail));
        attempts
    }

    /// The case itself, and a pod also as the template of workloads that the rule judges.
    fn forms(&self, case: &Case) -> Vec<Attempt> {
        let rule = self.rules.get(&case.rule).unwrap();
        let index = self.policies.exported.iter().position(|policy| policy.rule == case.rule).unwrap();
        let mut forms = vec![(case.kind.clone(), complete(&case.kind, case.data.clone()), Some(case.status))];
        if *case.kind == *"kubernetes_pod" {
            let mut template = case.data.clone();
            template.as_object_mut().unwrap().retain(|key, _| key == "spec" || key == "metadata");
            for (kind, spec) in [
                ("kubernetes_deployment", json!({"template": template})),
                ("kubernetes_cronjob", json!({"jobTemplate": {"spec": {"template": template}}})),
            ] {
                if rule.meta().kinds().iter().any(|judged| **judged == *kind) {
                    forms.push((kind.into(), complete(kind, json!({"spec": spec})), None));
                }
            }
        }
        let attempt = |(kind, mut object, label): (Arc<str>, Value, Option<Status>)| {
            let (api, plural) = self.plurals[&*kind].split_once('|').unwrap();
            let of = self.kinds.iter().find(|known| *known.name() == kind).unwrap();
            // Namespaces that do not exist are no matter to this test.
            let namespace = match of.scope() {
                cspm::Scope::Region => {
                    let known = ["default", "kube-system", "kube-public"];
                    let named = object["metadata"]["namespace"].as_str().unwrap_or("kube-node-lease").to_owned();
                    let name = if known.contains(&&*named) { named } else { "kube-node-lease".to_owned() };
                    object["metadata"]["namespace"] = json!(name);
                    format!("/namespaces/{name}")
                }
                cspm::Scope::Account => String::new(),
            };
            object["metadata"]["labels"][LABEL] = json!(format!("p{index}"));
            let path = format!("{api}{namespace}/{plural}?dryRun=All");
            Attempt { rule: rule.clone(), kind, label, method: "POST", path, object, expected: Status::Unknown }
        };
        forms.into_iter().map(attempt).collect()
    }

    /// What a scan of this cluster says of an object.
    fn judge(&self, attempt: &Attempt, made: &Value) -> Status {
        let mut object = made.clone();
        object.as_object_mut().unwrap().retain(|key, _| key != "apiVersion" && key != "kind");
        let kind = self.kinds.iter().find(|kind| *kind.name() == attempt.kind).unwrap();
        let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default().to_owned();
        let labels = object["metadata"]["labels"].as_object().cloned().unwrap_or_default();
        let labels = labels.iter().map(|(key, value)| (&**key, value.as_str().unwrap_or_default()));
        let resource = Resource {
            uid: "judged".into(),
            kind: kind.name().clone(),
            provider: kind.provider().clone(),
            account: "test".into(),
            region: text("namespace").into(),
            name: text("name").into(),
            tags: Arc::default(),
            collected_at: "2026-01-01T00:00:00Z".parse().unwrap(),
            origin: None,
            data: object.clone().into(),
        };
        let resource = resource.tagged(labels);
        let mut cluster = resource.clone();
        (cluster.uid, cluster.kind, cluster.region) = ("cluster".into(), "kubernetes_cluster".into(), "global".into());
        cluster.data = json!({"name": "test", "version": self.release}).into();
        let mut inventory = Inventory::builder(self.kinds.iter().cloned());
        inventory.listed(cluster.kind.clone());
        inventory.add(cluster);
        attempt.rule.judge(&resource, &inventory.build())
    }

    async fn install(&self) {
        let api = "/apis/admissionregistration.k8s.io/v1";
        for (policy, index) in self.policies.exported.iter().zip(0..) {
            let mut binding = policy.binding.clone();
            let selector = json!({"matchLabels": {LABEL: format!("p{index}")}});
            binding["spec"]["matchResources"] = json!({"objectSelector": selector});
            self.cluster.make("POST", &format!("{api}/validatingadmissionpolicies"), &policy.policy).await;
            self.cluster.make("POST", &format!("{api}/validatingadmissionpolicybindings"), &binding).await;
        }
    }

    /// What the rule's policy says where it refuses an object. `active`: it is in force by now, which takes some time.
    async fn refused(&self, attempt: &Attempt, active: bool) -> Option<String> {
        let name = attempt.rule.meta().id.replace('_', "-");
        let began = Instant::now();
        loop {
            let (status, answer) = self.send(attempt).await;
            let message = answer["message"].as_str().unwrap_or_default();
            let refused =
                matches!(status, 403 | 422) && message.contains(&format!("ValidatingAdmissionPolicy '{name}'"));
            if refused {
                return Some(message.to_owned());
            }
            assert!(matches!(status, 200 | 201 | 409), "{name} {status} {answer}");
            if active || attempt.expected != Status::Fail || began.elapsed() > Duration::from_secs(8) {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
