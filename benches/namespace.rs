//! How judging grows with a namespace: `cargo bench --bench namespace [-- SETS...]`.
//!
//! A folder of manifests has one namespace with so many sets of a deployment, its service, network policy, disruption
//! budget, service account and config map. All have one label in common, and one of their own by which they select. Time
//! and report should grow as the sets do, and no faster. The figures are wall time.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use cspm::prelude::*;
use cspm::{Exceptions, Format, evaluate};
use serde_json::json;

const SETS: [usize; 3] = [1_000, 4_000, 16_000];
/// So many sets stand in a file.
const IN_FILE: usize = 500;

fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<usize> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    println!("sets    objects  verdicts  scan s  judged again s  JSON s  JSON / input  peak MiB");
    for sets in if given.is_empty() { SETS.to_vec() } else { given } {
        let folder = tempfile::tempdir()?;
        let input = write(folder.path(), sets)?;
        let began = Instant::now();
        let manifests = Manifests::new([folder.path()])?.kubernetes_version("1.37").complete();
        let report = runtime.block_on(Scan::new().collector(manifests).rules(Rules::builtin()).run())?;
        let scanned = began.elapsed();

        let began = Instant::now();
        let again = evaluate(report.inventory().clone(), report.rules().to_vec(), Exceptions::default());
        let judged = began.elapsed();
        assert_eq!(again.len(), report.len(), "the same is judged again");

        let (began, mut counted) = (Instant::now(), Counted(0));
        cspm::write(&report, Format::Json, &mut counted)?;
        let written = began.elapsed();
        println!(
            "{sets:<7} {:<8} {:<9} {:<7.2} {:<15.2} {:<7.2} {:<13.1} {}",
            report.summary.resources,
            report.len(),
            scanned.as_secs_f64(),
            judged.as_secs_f64(),
            written.as_secs_f64(),
            counted.0 as f64 / input as f64,
            peak_mib()
        );
        slowest(&report);
    }
    Ok(())
}

/// The rules that took longest.
fn slowest(report: &Report) {
    let inventory = report.inventory();
    let mut times: BTreeMap<&str, Duration> = BTreeMap::new();
    for rule in report.rules() {
        for kind in rule.meta().kinds() {
            let began = Instant::now();
            for resource in inventory.of_kind(&kind) {
                std::hint::black_box(rule.judge(resource, inventory));
            }
            *times.entry(&rule.meta().id).or_default() += began.elapsed();
        }
    }
    let mut times: Vec<_> = times.into_iter().collect();
    times.sort_by_key(|(_, took)| std::cmp::Reverse(*took));
    for (id, took) in times.iter().take(3) {
        println!("        {:.3} s {id}", took.as_secs_f64());
    }
}

/// Writes the sets, and says how many bytes they have.
fn write(folder: &Path, sets: usize) -> io::Result<u64> {
    let mut bytes = 0;
    for (file, first) in (0..sets).step_by(IN_FILE).enumerate() {
        let mut text = String::new();
        for object in (first..sets.min(first + IN_FILE)).flat_map(set) {
            // JSON is YAML too.
            let _ = writeln!(text, "---\n{object:#}");
        }
        bytes += text.len() as u64;
        std::fs::write(folder.join(format!("{file}.yaml")), text)?;
    }
    Ok(bytes)
}

fn set(n: usize) -> [serde_json::Value; 6] {
    let name = format!("part-{n}");
    let labels = json!({"app": "shop", "part": name});
    let metadata = json!({"name": name, "namespace": "shop", "labels": labels});
    let container = json!({"name": "main", "image": format!("registry.example.com/shop/part:1.{n}"),
        "ports": [{"containerPort": 8080}], "resources": {"limits": {"memory": "256Mi"}},
        "envFrom": [{"configMapRef": {"name": name}}]});
    let spec = json!({"serviceAccountName": name, "containers": [container]});
    [
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {"replicas": 2,
            "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": spec}}}),
        json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata,
            "spec": {"selector": labels, "ports": [{"port": 80, "targetPort": 8080}]}}),
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": {
            "podSelector": {"matchLabels": labels}, "policyTypes": ["Ingress"],
            "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "shop"}}}]}]}}),
        json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": metadata,
            "spec": {"maxUnavailable": 1, "selector": {"matchLabels": labels}}}),
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}),
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"level": "info"}}),
    ]
}

/// Counts what is written.
struct Counted(u64);

impl io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The most memory that this process had so far.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    peak.map_or(0, |kib: u64| kib / 1024)
}
