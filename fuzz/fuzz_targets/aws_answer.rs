//! An answer of AWS from anybody, to one operation of IAM or S3, while others say that there is nothing: a scan ends.
//!
//! The first byte says to which operation.
#![no_main]

#[path = "server.rs"]
mod server;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use cspm::{Aws, Rule, Rules, Scan, Status};
use libfuzzer_sys::fuzz_target;
use server::Server;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime"));
static RULES: LazyLock<Vec<Arc<dyn Rule>>> = LazyLock::new(|| {
    let rules = Rules::builtin().load(&cspm::kinds().expect("the kinds are sound")).expect("the catalog is sound");
    let of = |rule: &&Arc<dyn Rule>| ["iam", "s3"].contains(&&*rule.meta().service);
    rules.rules().iter().filter(of).cloned().collect()
});
static SERVER: LazyLock<Server> = LazyLock::new(Server::start);

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
    <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/u</Arn><UserId>AIDA</UserId>\
    <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

const OPERATIONS: [&str; 8] = [
    "GetAccountAuthorizationDetails",
    "GetCredentialReport",
    "GetAccountPasswordPolicy",
    "ListVirtualMFADevices",
    "GetAccountSummary",
    "ListServerCertificates",
    "/bucket",
    "/",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((which, body)) = bytes.split_first() else { return };
    let (wanted, body) = (OPERATIONS[usize::from(*which) % OPERATIONS.len()], body.to_vec());
    SERVER.answers(move |path, sent| {
        let sent = String::from_utf8_lossy(sent);
        let operation = sent.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or(path);
        if operation == "GetCallerIdentity" {
            IDENTITY.into()
        } else if operation.starts_with(wanted) {
            body.clone()
        } else if operation == "/" || operation.starts_with("/?") {
            b"<ListAllMyBucketsResult><Buckets><Bucket><Name>bucket</Name></Bucket></Buckets></ListAllMyBucketsResult>".into()
        } else {
            format!("<{operation}Response><{operation}Result/></{operation}Response>").into()
        }
    });
    RUNTIME.block_on(async {
        let account = Aws::builder()
            .regions(["us-east-1"])
            .credentials("AKIAIOSFODNN7EXAMPLE", "none", None)
            .endpoint_url(&SERVER.url)
            .max_attempts(1)
            .rate_share(1.0)
            .timeout(Duration::from_secs(2))
            .build()
            .await;
        let Ok(account) = account else { return };
        let Ok(report) = Scan::new().collector(account).rules(RULES.clone()).run().await else { return };
        for (status, _, resource) in report.statuses() {
            assert!(status == Status::Unknown || !resource.uid.starts_with("unlisted://"), "{}", resource.uid);
        }
    });
});
