//! Access that is not good, and places that cannot be written to: refused soon, with an error that says what and why, and
//! exit status 2.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use cspm::testkit::{Fault, Request};

use crate::support::account::Account;
use crate::support::call::Call;
use crate::support::endpoint::Endpoint;
use crate::support::program::cspm;
use crate::support::python;
use crate::support::refusal::Refusal;

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn access() {
    let scan = ["scan", "aws", "--regions", "us-east-1"];
    let no_credentials = ["cannot get AWS credentials", "AWS_PROFILE"];
    cspm(scan).end().assert_error(&no_credentials);
    // A metadata service that nobody runs, and one that says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}", silent.local_addr().unwrap());
    for metadata in ["http://127.0.0.1:9", &silent] {
        let run = cspm(scan).env("AWS_EC2_METADATA_DISABLED", "false");
        let ended = run.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata).end();
        ended.assert_error(&no_credentials);
        assert!(ended.took < Duration::from_secs(15), "{ended:?}");
    }
    let at = |endpoint: &str| cspm(scan.iter().copied().chain(["--endpoint-url", endpoint])).with_keys().end();
    at("http://127.0.0.1:9").assert_error(&["cannot reach AWS in us-east-1", "endpoint URL"]);
    at(&silent).assert_error(&["cannot reach AWS in us-east-1"]);
    at("127.0.0.1:9").assert_error(&["http://"]);
    cspm(["scan", "aws", "--regions", "USEast1"]).with_keys().end().assert_error(&["USEast1", "us-east-1"]);
    let no_such_region = cspm(["scan", "aws", "--regions", "us-esat-9"]).with_keys().end();
    no_such_region.assert_error(&["us-esat-9", "name of the region"]);
    cspm(["scan", "aws", "--profile", "nobody"]).end().assert_error(&["nobody"]);
    cspm(["scan", "azure"]).end().assert_error(&["azure", "snapshot FILE"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn expired_credentials() {
    let Some(account) = Account::shared() else { return };
    let endpoint = account.behind(|call, _| Refusal::Expired.fault(call)).await;
    let url = endpoint.url();
    let run = cspm(["scan", "aws", "--regions", "us-east-1", "--endpoint-url", &url]).with_keys();
    run.end().assert_error(&["they have expired", "ExpiredToken"]);
}

/// Where nothing can be written, nobody waits for a scan to be told so.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn unwritable_output() {
    let Some(account) = Account::shared() else { return };
    let folder = tempfile::tempdir().unwrap();
    let full = folder.path().join("full.json");
    fs::write(&full, "before").unwrap();
    let missing = folder.path().join("no/such/report.json");
    for path in [missing.as_path(), folder.path()] {
        let endpoint = Endpoint::sound(account.tape.clone()).await;
        let url = endpoint.url();
        let scan = ["scan", "aws", "--regions", "us-east-1", "--endpoint-url", &url, "--output", text(path)];
        cspm(scan).with_keys().end().assert_error(&["cannot", text(path)]);
        let made: u64 =
            endpoint.seen().iter().filter(|(call, _)| *call != "sts:GetCallerIdentity").map(|(_, n)| n).sum();
        assert_eq!(made, 0, "{}", path.display());
    }
    // Graph and snapshot are written last: the report is there, and the status says that not all is.
    let sample = python::root().join("examples/sample/inventory.json");
    for option in ["--graph", "--save"] {
        let ended = cspm(["scan", "snapshot", text(&sample), option, text(&missing)]).end();
        assert_eq!((ended.status, ended.err.contains(text(&missing))), (2, true), "{option}: {ended:?}");
    }
    // What was there before a report that failed is there still.
    let run = cspm(["scan", "snapshot", "/no/such/snapshot", "--format", "json", "--output", text(&full)]);
    run.end().assert_error(&["/no/such/snapshot"]);
    assert_eq!(fs::read(&full).unwrap(), b"before");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no half of a report is left");
}

/// What a server says goes to the terminal without anything that would move its cursor.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn messages_that_control_the_terminal() {
    let Some(account) = Account::shared() else { return };
    let refuse = |call: &Call, _: &Request| match call.name().as_str() {
        "ec2:DescribeVolumes" => {
            let mut answer = Refusal::Denied.answer(call);
            answer.body = answer.text().replace("You may not", "&#27;[2J\u{9b}31mYou may not").into_bytes();
            answer.into()
        }
        _ => Fault::None,
    };
    let endpoint = account.behind(refuse).await;
    let url = endpoint.url();
    let scan = ["scan", "aws", "--regions", "us-east-1", "--endpoint-url", &url, "--ids", "aws_ebs_volume_encrypted"];
    let ended = cspm(scan).with_keys().end();
    assert!(ended.err.contains("You may not") && ended.out.contains("You may not"), "{ended:?}");
    for text in [&ended.err, &ended.out] {
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    }
}
