//! `cspm scan aws` as a program of its own against the emulated account: what was planted there
//! in secret is in no format, and other people's readers read each format.

use std::path::Path;
use std::time::Duration;

use cspm::Format;
use serde_json::Value;

use crate::support::account::Account;
use crate::support::program::{self, Ended};
use crate::support::python;

/// Runs the program with access keys, or without any credentials.
fn cspm(args: &[&str], keys: bool) -> Ended {
    let run = program::cspm(args.iter().copied()).env("AWS_REGION", "us-east-1");
    if keys { run.with_keys().end() } else { run.end() }
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

/// What the sample plants in user data.
const PLANTED: &str = "correct-horse-battery-meadow";

#[test]
fn planted_secrets_are_found_and_never_shown() {
    let Some(account) = Account::shared() else { return };
    let source = std::fs::read_to_string(python::root().join("examples/sample/meadow/compute.py")).unwrap();
    assert!(source.contains(PLANTED), "the sample plants something else now");
    let folder = tempfile::tempdir().unwrap();
    let (snapshot, graph) = (path(folder.path(), "snapshot.json"), path(folder.path(), "graph.json"));
    let url = account.moto.url();
    let ids = "aws_ec2_instance_user_data_without_secrets";
    let mut args = vec!["scan", "aws", "--endpoint-url", &url, "--regions", "us-east-1,eu-west-1", "--ids", ids];
    args.extend(["--save", &snapshot, "--graph", &graph, "--format", "json"]);
    let live = cspm(&args, true);
    assert_eq!(live.status, 1, "the secret is found: {}", live.err);
    let mut texts = vec![live.out, live.err];
    for format in ["table", "json", "ocsf", "asff", "sarif", "junit", "csv", "markdown", "html"] {
        let output = cspm(&["scan", "snapshot", &snapshot, "--format", format, "--ids", ids], false);
        assert_eq!(output.status, 1, "{format}");
        texts.extend([output.out, output.err]);
    }
    texts.extend([&snapshot, &graph].map(|path| std::fs::read_to_string(path).unwrap()));
    for text in &texts {
        assert!(!text.contains(PLANTED), "a planted secret is in: {text}");
    }
}

#[test]
fn without_access_there_is_a_clear_error_in_time() {
    for (args, keys, says) in [
        (vec!["scan", "aws"], false, "cannot get AWS credentials"),
        (vec!["scan", "aws", "--endpoint-url", "http://127.0.0.1:9"], true, "cannot reach AWS"),
        (vec!["scan", "aws", "--profile", "no-such-profile"], false, "no-such-profile"),
    ] {
        let output = cspm(&args, keys);
        assert_eq!(output.status, 2, "{args:?}: {}", output.err);
        assert!(output.err.contains(says), "{args:?} must say {says:?}: {}", output.err);
        assert!(output.took < Duration::from_secs(40), "{args:?} took {:?}", output.took);
    }
}

#[test]
fn every_format_of_a_live_scan() {
    let Some(account) = Account::shared() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (url, graph) = (account.moto.url(), path(folder.path(), "graph.json"));
    for format in Format::ALL {
        let output = path(folder.path(), &format!("report.{}", format.extension()));
        // Moto fails some calls of EC2, and to try them again takes long; these services need none of them.
        let mut args = vec!["scan", "aws", "--endpoint-url", &url, "--regions", "us-east-1,eu-west-1"];
        args.extend(["--services", "s3,vpc", "--format", format.as_str(), "--output", &output]);
        if format == Format::Json {
            args.extend(["--graph", &graph]);
        }
        let ended = cspm(&args, true);
        assert_eq!(ended.status, 1, "{format}: {ended:?}");
    }

    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let report: Value = serde_json::from_str(&read("report.json")).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let count = |status: &str| findings.iter().filter(|finding| finding["status"] == *status).count();
    assert!(count("pass") > 100 && count("fail") > 100, "{}", report["summary"]);
    for reader in ["ocsf", "asff", "sarif", "junit", "csv", "html", "graph"] {
        let script = format!("cspm-report/tests/readers/read_{reader}.py");
        let said = python::run(&account.python, &script, &[folder.path().to_str().unwrap()]);
        if said.contains("SKIPPED") {
            eprintln!("{reader}: {said}");
            continue;
        }
        let counted =
            if reader == "graph" { report["summary"]["resources"].to_string() } else { findings.len().to_string() };
        assert_eq!(said.trim(), format!("ok {counted}"), "{reader}");
    }
    // Nobody but people reads Markdown: its totals are failed, unknown, excepted and passed.
    let totals = format!("| {} | {} | 0 | {} |\n", count("fail"), count("unknown"), count("pass"));
    assert!(read("report.md").contains(&totals), "{totals} is not in {}", read("report.md"));
}
