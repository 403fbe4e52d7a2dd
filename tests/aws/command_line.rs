//! `cspm scan aws` as a program of its own against the emulated account: what was planted there
//! in secret is in no format.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::support::account::Account;
use crate::support::python;

/// The program, which Cargo builds with the tests.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join("examples/cspm")
}

/// Runs the program with nobody's credentials but these.
fn cspm(args: &[&str], key: Option<&str>) -> Output {
    let mut command = Command::new(program());
    command.args(args).env_clear().env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_REGION", "us-east-1");
    if let Some(key) = key {
        command.env("AWS_ACCESS_KEY_ID", key).env("AWS_SECRET_ACCESS_KEY", "testing");
    }
    command.output().unwrap()
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
    let live = cspm(&args, Some("testing"));
    assert_eq!(live.status.code(), Some(1), "the secret is found: {}", String::from_utf8_lossy(&live.stderr));
    let mut texts = vec![live.stdout, live.stderr];
    for format in ["table", "json", "ocsf", "asff", "sarif", "junit", "csv", "markdown", "html"] {
        let output = cspm(&["scan", "snapshot", &snapshot, "--format", format, "--ids", ids], None);
        assert_eq!(output.status.code(), Some(1), "{format}");
        texts.extend([output.stdout, output.stderr]);
    }
    texts.extend([std::fs::read(&snapshot).unwrap(), std::fs::read(&graph).unwrap()]);
    for text in &texts {
        let text = String::from_utf8_lossy(text);
        assert!(!text.contains(PLANTED), "a planted secret is in: {text}");
    }
}

#[test]
fn without_access_there_is_a_clear_error_in_time() {
    for (args, key, says) in [
        (vec!["scan", "aws"], None, "cannot get AWS credentials"),
        (vec!["scan", "aws", "--endpoint-url", "http://127.0.0.1:9"], Some("testing"), "cannot reach AWS"),
        (vec!["scan", "aws", "--profile", "no-such-profile"], None, "no-such-profile"),
    ] {
        let began = Instant::now();
        let output = cspm(&args, key);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {err}");
        assert!(err.contains(says), "{args:?} must say {says:?}: {err}");
        assert!(began.elapsed() < Duration::from_secs(40), "{args:?} took {:?}", began.elapsed());
    }
}
