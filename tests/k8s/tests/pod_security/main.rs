//! The rules of the Pod Security Standards against the plugin of the API server that enforces them: both judge generated pods.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that cannot be set up fails")]

mod audited;
mod deviations;
mod generate;
mod kinds;
mod reasons;
mod scan;
mod server;
mod tally;
mod workloads;

use cspm_k8s_tests::cluster::{Cluster, Version};
use serde_json::Value;

use crate::generate::Case;
use crate::scan::Verdicts;
use crate::server::Answer;
use crate::tally::Tally;

const LEVELS: [&str; 2] = ["baseline", "restricted"];

/// Pods for each version and level.
const PODS: usize = 1100;

/// Workloads for each version and level.
const TEMPLATES: usize = 600;

/// Versions of the standard that a control changed in, which the server still enforces where it is told to.
const OLD_STANDARDS: [&str; 6] = ["1.22", "1.24", "1.26", "1.28", "1.30", "1.33"];
const OLD_PODS: usize = 200;

#[tokio::test]
async fn rules_and_plugin_judge_alike() {
    let mut tally = Tally::default();
    for version in Version::ALL {
        let Some(cluster) = Cluster::start(version).await else { return };
        let cases = generate::cases(PODS);
        let valid = valid(&cluster, &cases).await;
        let share = valid.len() as f64 / cases.len() as f64;
        println!("{}: {} of {} pods are valid", scan::short(version), valid.len(), cases.len());
        assert!(share >= 0.8, "{version:?}: only {share} of the pods are valid");
        compare(&cluster, &scan::short(version), &valid, &mut tally).await;
        if version == Version::Current {
            for standard in OLD_STANDARDS {
                compare(&cluster, standard, &valid[..OLD_PODS], &mut tally).await;
            }
        }
    }
    tally.check(10);
}

#[tokio::test]
async fn templates_are_judged_as_their_pods() {
    let cases = generate::cases(300);
    let pods: Vec<_> = cases.iter().map(|case| &case.pod).collect();
    for version in OLD_STANDARDS.into_iter().chain(["1.34", "1.37"]) {
        let of_pods = Verdicts::of(pods.iter().copied(), version).await;
        for (kind, api_version, _) in workloads::KINDS {
            let workloads: Vec<_> = pods.iter().map(|pod| workloads::of(kind, api_version, pod)).collect();
            let of_workloads = Verdicts::of(&workloads, version).await;
            assert_eq!(of_workloads, of_pods, "{kind} {version}, seed {}", generate::seed());
        }
    }
}

#[tokio::test]
async fn rules_and_plugin_judge_templates_alike() {
    let mut tally = Tally::default();
    for version in Version::ALL {
        let Some(cluster) = Cluster::start(version).await else { return };
        let cases = generate::cases(TEMPLATES);
        let pods: Vec<_> = cases.iter().filter(|case| case.extends.is_none()).map(|case| &case.pod).collect();
        for level in LEVELS {
            let namespace = audited::namespace(&cluster, level).await;
            for (part, kind) in pods.chunks(pods.len().div_ceil(workloads::KINDS.len())).zip(workloads::KINDS) {
                let notes = audited::notes(&cluster, &namespace, kind, part).await;
                assert!(notes.len() * 10 >= part.len() * 8, "{kind:?}: {} of {} are valid", notes.len(), part.len());
                let workloads: Vec<_> = part.iter().map(|pod| workloads::of(kind.0, kind.1, pod)).collect();
                let ours = Verdicts::of(&workloads, &scan::short(version)).await;
                for workload in &workloads {
                    if let Some(note) = notes.get(workload["metadata"]["name"].as_str().unwrap()) {
                        tally.pod((&scan::short(version), level), workload, note, &[(kind.0, &ours)]);
                    }
                }
            }
        }
    }
    tally.check(2);
}

/// Those that are pods at all, with how the server keeps them.
async fn valid<'a>(cluster: &Cluster, cases: &'a [Case]) -> Vec<(&'a Case, Value)> {
    let namespace = server::namespace(cluster, "privileged", "latest").await;
    let answers = server::answers(cluster, &namespace, &cases.iter().collect::<Vec<_>>()).await;
    let valid = cases.iter().zip(answers).filter_map(|(case, answer)| match answer {
        Answer::Admitted(kept) => Some((case, kept)),
        Answer::Invalid(_) => None,
        Answer::Violates(message) => panic!("{message}: {case:?}"),
    });
    valid.collect()
}

/// Asks both of each pod, as it is written and as it would be kept.
async fn compare(cluster: &Cluster, standard: &str, valid: &[(&Case, Value)], tally: &mut Tally) {
    let written = Verdicts::of(valid.iter().map(|(case, _)| &case.pod), standard).await;
    let kept = Verdicts::of(valid.iter().map(|(_, kept)| kept), standard).await;
    let cases: Vec<&Case> = valid.iter().map(|(case, _)| *case).collect();
    for level in LEVELS {
        let namespace = server::namespace(cluster, level, &format!("v{standard}")).await;
        for (case, answer) in cases.iter().zip(server::answers(cluster, &namespace, &cases).await) {
            let message = match answer {
                Answer::Admitted(_) => String::new(),
                Answer::Violates(message) => message,
                Answer::Invalid(message) => panic!("{message}: {case:?}"),
            };
            let forms = [("as written", &written), ("as kept", &kept)];
            tally.pod((standard, level), &case.pod, &message, &forms);
        }
    }
}
