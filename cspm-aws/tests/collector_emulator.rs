//! Whole collections against an emulator of AWS: `moto_server -p 5000`, then
//! `CSPM_TEST_AWS=http://127.0.0.1:5000 cargo test -p cspm-aws --features all --test collector_emulator -- --ignored`.
#![cfg(all(feature = "ec2", feature = "iam", feature = "s3"))]
#![allow(clippy::expect_used, reason = "of a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cspm_aws::{Aws, AwsBuilder};
use cspm_core::{Collected, Collector, Outcome, Reason, Wanted};
use futures::StreamExt;
use tokio_util::sync::CancellationToken;

fn aws() -> AwsBuilder {
    let url = std::env::var("CSPM_TEST_AWS").expect("CSPM_TEST_AWS names the emulator's endpoint");
    let aws = Aws::builder().credentials("testing", "testing", None).endpoint_url(url);
    // The emulator answers one call at a time, and several tests ask it.
    aws.rate_share(f64::INFINITY).max_attempts(2).connect_timeout(Duration::from_secs(60))
}

async fn collect(aws: &Aws, wanted: Wanted, cancel: CancellationToken) -> Vec<Collected> {
    aws.collect(Arc::new(wanted), cancel).collect().await
}

#[tokio::test]
#[ignore = "needs an emulator"]
async fn every_resource_comes_once_and_every_call_is_planned() {
    let aws = aws().regions(["us-east-1", "eu-west-1"]).build().await.unwrap();
    aws.connect().await.unwrap();
    let kinds = aws.kinds();
    let collected = collect(&aws, Wanted::everything(&kinds), CancellationToken::new()).await;
    let of_fields = kinds.iter().flat_map(|kind| kind.all_sources().cloned());
    let planned = of_fields.chain(aws.prerequisites(&Wanted::everything(&kinds)));
    let planned: BTreeSet<String> = planned.map(|source| source.call()).collect();
    let (mut uids, mut made) = (BTreeMap::new(), BTreeMap::<_, u64>::new());
    for one in &collected {
        match one {
            Collected::Resource(resource) => {
                assert!(uids.insert(resource.uid.clone(), &*resource.kind).is_none(), "twice: {}", resource.uid);
            }
            Collected::Gap(gap) => println!("gap: {} {} {}", gap.kind, gap.region, gap.unread),
            Collected::Call(call) => {
                assert!(planned.contains(&*call.call), "{} is not planned", call.call);
                let outcome = format!("{} {:?} {}", call.call, call.outcome, call.detail);
                *made.entry(outcome).or_default() += 1;
            }
            Collected::Failed(error) => panic!("{error}"),
            _ => {}
        }
    }
    println!("{made:#?}");
    assert_eq!(uids.values().filter(|kind| **kind == "aws_vpc").count(), 2, "the default network of each region");
}

#[tokio::test]
#[ignore = "needs an emulator"]
async fn the_regions_are_those_of_the_account() {
    let aws = aws().build().await.unwrap();
    let kinds: Vec<_> = aws.kinds().into_iter().filter(|kind| **kind.name() == *"aws_vpc").collect();
    let collected = collect(&aws, Wanted::everything(&kinds), CancellationToken::new()).await;
    let regions = collected.iter().filter_map(|one| match one {
        Collected::Resource(resource) => Some(&*resource.region),
        _ => None,
    });
    let regions: BTreeSet<&str> = regions.collect();
    let failures: Vec<_> =
        collected.iter().filter(|one| matches!(one, Collected::Failed(_) | Collected::Gap(_))).collect();
    assert!(regions.len() > 10, "{regions:?} {failures:#?}");
}

#[tokio::test]
#[ignore = "needs an emulator"]
async fn a_cancelled_collection_ends_soon_and_says_of_every_kind_that_it_was_not_read() {
    let aws = aws().regions(["us-east-1"]).build().await.unwrap();
    aws.connect().await.unwrap();
    let cancel = CancellationToken::new();
    cancel.cancel();
    let begun = Instant::now();
    let collected = collect(&aws, Wanted::everything(&aws.kinds()), cancel).await;
    assert!(begun.elapsed() < Duration::from_secs(2));
    let mut unread = BTreeSet::new();
    for one in &collected {
        match one {
            // Those of the regions that are not scanned, which nobody asked about.
            Collected::Gap(gap) if !gap.is_selected() => {}
            Collected::Gap(gap) => {
                assert_eq!(gap.unread.reason, Reason::Cancelled);
                unread.insert(gap.kind.clone());
            }
            // A kind that is one object to a region or account has no list; nothing of it was read.
            Collected::Resource(resource) => {
                unread.insert(resource.kind.clone());
            }
            Collected::Call(call) => assert_eq!(call.outcome, Outcome::Unread(Reason::Cancelled)),
            _ => {}
        }
    }
    let kinds: BTreeSet<_> = aws.kinds().iter().map(|kind| kind.name().clone()).collect();
    assert_eq!(unread, kinds);
}

#[tokio::test]
#[ignore = "needs an emulator"]
async fn dropping_the_stream_ends_the_work() {
    let aws = aws().regions(["us-east-1"]).build().await.unwrap();
    let mut stream = aws.collect(Arc::new(Wanted::everything(&aws.kinds())), CancellationToken::new());
    assert!(stream.next().await.is_some());
    drop(stream);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let alive = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    // Idle connections of the HTTP client may have a task each.
    assert!(alive < 8, "{alive} tasks are alive");
}

#[tokio::test]
#[ignore = "needs an emulator"]
async fn a_role_is_assumed() {
    let aws = aws().regions(["us-east-1"]).role_arn("arn:aws:iam::123456789012:role/Audit").external_id("x1");
    let aws = aws.session_name("nightly").build().await.unwrap();
    let identity = aws.connect().await.unwrap();
    assert!(identity[0].principal.ends_with("assumed-role/Audit/nightly"), "{identity:?}");
}
