//! Connecting to something that answers, refuses, or says nothing.
#![cfg(feature = "live")]
#![allow(clippy::unwrap_used, reason = "of a test")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cspm_aws::{Aws, AwsBuilder};
use cspm_core::{Collected, Collector, ErrorKind, Reason, Wanted};
use futures::StreamExt;
use tokio_util::sync::CancellationToken;

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
    <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/audit</Arn><UserId>AIDA</UserId>\
    <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

fn error(code: &str) -> String {
    format!("<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>")
}

/// A server that gives the answers in turn, the last one for ever; its URL, and how often it was asked.
fn server(answers: Vec<(u16, String)>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut part = [0; 4096];
            // The body of these requests ends with the API version.
            while !String::from_utf8_lossy(&request).contains("Version=2011-06-15") {
                match stream.read(&mut part) {
                    Ok(n) if n > 0 => request.extend_from_slice(&part[..n]),
                    _ => break,
                }
            }
            let n = count.fetch_add(1, Ordering::SeqCst);
            let (status, body) = &answers[n.min(answers.len() - 1)];
            let head = format!("HTTP/1.1 {status} X\r\ncontent-type: text/xml\r\nconnection: close\r\n");
            let _ = write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len());
        }
    });
    (url, asked)
}

fn aws(url: &str) -> AwsBuilder {
    Aws::builder().credentials("AKIAEXAMPLE", "hunter2", None).endpoint_url(url).regions(["us-east-1"])
}

#[tokio::test]
async fn the_identity_is_asked_for_once() {
    let (url, asked) = server(vec![(200, IDENTITY.to_owned())]);
    let aws = aws(&url).build().await.unwrap();
    let identity = aws.connect().await.unwrap();
    assert_eq!((&*identity[0].account, &*identity[0].provider), ("123456789012", "aws"));
    assert_eq!(identity[0].principal, "arn:aws:iam::123456789012:user/audit");
    assert_eq!(aws.connect().await.unwrap(), identity);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_server_that_stumbles_is_asked_again() {
    let (url, asked) = server(vec![(500, String::new()), (200, IDENTITY.to_owned())]);
    assert!(aws(&url).build().await.unwrap().connect().await.is_ok());
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn credentials_that_are_not_accepted_are_told_apart() {
    for (code, help) in [("ExpiredToken", "have expired"), ("InvalidClientTokenId", "does not know them")] {
        let (url, _) = server(vec![(403, error(code))]);
        let error = aws(&url).build().await.unwrap().connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(error.to_string().contains(help) && error.to_string().contains(code), "{error}");
    }
}

#[tokio::test]
async fn a_region_that_is_not_enabled_does_not_stand_for_the_others() {
    let (url, _) = server(vec![(403, error("InvalidClientTokenId")), (200, IDENTITY.to_owned())]);
    let aws = aws(&url).regions(["me-south-1", "eu-west-1"]).build().await.unwrap();
    assert_eq!(&*aws.connect().await.unwrap()[0].account, "123456789012");
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = aws(&format!("http://{closed}")).build().await.unwrap().connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
}

#[tokio::test]
async fn silence_is_unreachable_within_the_time_limit() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let builder = aws(&format!("http://{}", silent.local_addr().unwrap()));
    let aws = builder.connect_timeout(Duration::from_millis(300)).build().await.unwrap();
    let begun = Instant::now();
    let error = aws.connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_role_that_cannot_be_assumed_says_why() {
    let (url, _) = server(vec![(403, error("AccessDenied"))]);
    let aws = aws(&url).role_arn("arn:aws:iam::123456789012:role/Audit").external_id("x").build().await.unwrap();
    let error = aws.connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    let text = error.to_string();
    assert!(text.contains("assume the role: sts:AssumeRole: AccessDenied") && text.contains("external id"), "{text}");
}

#[tokio::test]
async fn a_profile_that_is_not_there_says_so() {
    let error = Aws::builder().profile("cspm-no-such-profile").build().await.unwrap().connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.to_string().contains("cspm-no-such-profile"), "{error}");
}

#[tokio::test]
#[ignore = "needs an environment without credentials"]
async fn no_credentials_are_found_out_soon() {
    let begun = Instant::now();
    let error = Aws::builder().build().await.unwrap().connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.to_string().contains("AWS_PROFILE"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn no_credentials_at_all_leave_a_gap_for_every_kind() {
    let (url, _) = server(vec![(403, error("ExpiredToken"))]);
    let aws = aws(&url).build().await.unwrap();
    let wanted = Arc::new(Wanted::everything(&aws.kinds()));
    let collected: Vec<_> = aws.collect(wanted.clone(), CancellationToken::new()).collect().await;
    let gaps = collected.iter().filter_map(|one| match one {
        Collected::Gap(gap) => Some((gap.kind.clone(), gap.unread.reason)),
        _ => None,
    });
    let expected: Vec<_> = wanted.kinds().map(|kind| (kind.clone(), Reason::CredentialsExpired)).collect();
    assert_eq!(gaps.collect::<Vec<_>>(), expected);
    assert!(matches!(collected.last(), Some(Collected::Failed(_))));
}
