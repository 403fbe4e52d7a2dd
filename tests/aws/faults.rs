//! Faults that no single refusal shows: lists that break off, silence, credentials that expire, and all of it at random.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use cspm::Reason;
use cspm::testkit::{Fault, Request};
use futures::StreamExt;

use crate::support::account::{self, Account};
use crate::support::call::Call;
use crate::support::http::Answer;
use crate::support::refusal::Refusal;
use crate::support::sound::Sound;
use crate::support::verdicts::{self, Verdicts};

/// A list of which the first page comes and the second does not.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lists_that_break_off() {
    let Some(account) = Account::shared() else { return };
    let sound = Sound::of(account).await;
    let lists = [
        ("ec2:DescribeSecurityGroups", "aws_vpc_security_group"),
        ("ec2:DescribeInstances", "aws_ec2_instance"),
        ("ec2:DescribeSnapshots", "aws_ebs_snapshot"),
        ("ec2:DescribeVpcs", "aws_vpc"),
        ("iam:GetAccountAuthorizationDetails", "aws_iam_user"),
        ("iam:GetAccountAuthorizationDetails", "aws_iam_policy"),
        ("iam:ListServerCertificates", "aws_iam_server_certificate"),
        ("s3:ListBuckets", "aws_s3_bucket"),
        ("s3control:ListAccessPoints", "aws_s3_access_point"),
    ];
    for (list, kind) in lists {
        let tape = account.tape.clone();
        let endpoint = account
            .behind(move |call, request| {
                let page = String::from_utf8_lossy(&request.body).contains(PAGE) || request.target.contains(PAGE);
                match call.name() == list {
                    true if page => Refusal::Denied.fault(call),
                    true => more(tape.play(call, request).as_ref().clone(), call).into(),
                    false => Fault::None,
                }
            })
            .await;
        let report = account::scan(&endpoint).await.unwrap();
        let after = verdicts::of(&report);
        assert_eq!(verdicts::compare(&sound.verdicts, &after, list, &sound.not_given).wrong, Vec::<String>::new());
        for rule in report.rules().iter().filter(|rule| &*rule.meta().kind == kind) {
            let id = &*rule.meta().id;
            let stand_ins = after.keys().filter(|(rule, uid)| rule == id && uid.starts_with("unlisted://")).count();
            assert!(stand_ins > 0, "{list}: nothing stands for the other pages in {id}");
            let first_page = sound.verdicts.iter().filter(|((rule, _), _)| rule == id);
            for (key, was) in first_page {
                let is = after.get(key).map(|is| is.status);
                assert!(is.is_some(), "{list}: {key:?} was on the first page");
                assert!(
                    is == Some(was.status) || !rule.reads().only(std::slice::from_ref(&rule.meta().kind)),
                    "{list}: {key:?} needs no other page"
                );
            }
        }
    }
}

/// The token of a page that does not come.
const PAGE: &str = "cspm-page-2";

/// The same answer, which says that there is more.
fn more(mut answer: Answer, call: &Call) -> Answer {
    let text = answer.text();
    let (before, element) = match call.service.as_str() {
        "ec2" => ("</Describe", format!("<nextToken>{PAGE}</nextToken>")),
        "iam" => ("</", format!("<IsTruncated>true</IsTruncated><Marker>{PAGE}</Marker>")),
        "s3" => ("</ListAllMyBucketsResult", format!("<ContinuationToken>{PAGE}</ContinuationToken>")),
        _ => ("</ListAccessPointsRes", format!("<NextToken>{PAGE}</NextToken>")),
    };
    let before = if before == "</" { format!("</{}Result", call.operation) } else { before.to_owned() };
    let text = text.replace("<IsTruncated>false</IsTruncated>", "");
    let at = text.rfind(&before).unwrap_or_else(|| panic!("no {before} in {text}"));
    answer.body = format!("{}{element}{}", &text[..at], &text[at..]).into_bytes();
    answer
}

/// A call that is never answered ends within the limit of its time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_without_an_answer() {
    let Some(account) = Account::shared() else { return };
    let sound = Sound::of(account).await;
    let silent =
        ["ec2:DescribeVolumes", "iam:ListVirtualMFADevices", "s3:GetBucketAcl", "s3control:GetPublicAccessBlock"];
    for silent in silent {
        let hang = move |call: &Call, _: &Request| if call.name() == silent { Fault::Hang } else { Fault::None };
        let endpoint = account.behind(hang).await;
        let aws = account::hasty(&endpoint).timeout(Duration::from_millis(1500)).build().await.unwrap();
        let begun = Instant::now();
        let report = account::whole_catalog(aws).run().await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(20), "{silent}: {:?}", begun.elapsed());
        let difference = verdicts::compare(&sound.verdicts, &verdicts::of(&report), silent, &sound.not_given);
        assert_eq!(difference.wrong, Vec::<String>::new());
        assert!(!difference.unknown.is_empty(), "{silent}");
        let rows = report.coverage.calls.iter().filter(|(key, _)| &*key.call == silent);
        for (key, counts) in rows {
            assert_eq!((counts.done, counts.reasons.get(&Reason::TimedOut)), (0, Some(&counts.failed)), "{key:?}");
        }
    }
}

/// Everything at once, in ways that no case above has: a share of the requests is not answered, each in another way.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_at_random() {
    let Some(account) = Account::shared() else { return };
    let sound = Sound::of(account).await;
    let scans = (0..20_u64).map(async |seed| {
        let fault = move |call: &Call, request: &Request| {
            if call.name() == "sts:GetCallerIdentity" {
                return Fault::None;
            }
            let chance = hash(&(seed, &call.region, &request.target, &request.body)) % 100;
            match chance {
                // Whoever is refused one bucket and not others is told that it is someone else's.
                0..5 if call.name() == "s3:HeadBucket" => Fault::None,
                0..5 => Refusal::Denied.fault(call),
                5..8 => Refusal::Throttled.fault(call),
                8..10 => Refusal::Broken.fault(call),
                10..12 => Refusal::Expired.fault(call),
                12..14 => Fault::Reset,
                14 => Fault::Truncate(100),
                15 => Fault::Hang,
                16..20 => Fault::Delay(Duration::from_millis(chance)),
                _ => Fault::None,
            }
        };
        let endpoint = account.behind(fault).await;
        let aws = account::hasty(&endpoint).timeout(Duration::from_millis(800)).build().await.unwrap();
        let report = account::whole_catalog(aws).run().await.unwrap();
        flips(&sound.verdicts, &verdicts::of(&report))
    });
    let flips: Vec<_> = futures::stream::iter(scans).buffer_unordered(2).collect::<Vec<_>>().await.concat();
    assert!(flips.is_empty(), "{flips:#?}");
}

/// Credentials that are good at first and then are not, and cannot be renewed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn credentials_that_expire_midway() {
    let Some(account) = Account::shared() else { return };
    let sound = Sound::of(account).await;
    for good in [1, 5, 20, 60, 100] {
        let left = AtomicI64::new(good);
        let endpoint = account
            .behind(move |call, _| match left.fetch_sub(1, Ordering::SeqCst) {
                1.. => Fault::None,
                _ => Refusal::Expired.fault(call),
            })
            .await;
        let report = account::scan(&endpoint).await.unwrap();
        let after = verdicts::of(&report);
        assert_eq!(flips(&sound.verdicts, &after), Vec::<String>::new());
        let expired = report.coverage.calls.values().flat_map(|counts| counts.reasons.keys());
        let expired: BTreeSet<_> = expired.map(|reason| reason.as_str()).collect();
        assert!(expired.contains("credentials_expired"), "{good}: {expired:?}");
        assert!(report.summary.unknown > sound.report.summary.unknown, "{good}: {:?}", report.summary);
    }
}

/// What passes by itself is tried again, and the report is as if nothing had happened.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_passes_leaves_no_trace() {
    let Some(account) = Account::shared() else { return };
    let sound = Sound::of(account).await;
    let seen = Mutex::new(BTreeSet::new());
    let endpoint = account
        .behind(move |call, request| {
            let first =
                seen.lock().unwrap().insert((call.region.clone(), request.target.clone(), request.body.clone()));
            match hash(&(&request.target, &request.body)) % 8 {
                0 if first => Refusal::Throttled.fault(call),
                1 if first => Refusal::Broken.fault(call),
                2 if first => Fault::Reset,
                _ => Fault::None,
            }
        })
        .await;
    let aws = account::hasty(&endpoint).max_attempts(3).build().await.unwrap();
    let report = account::whole_catalog(aws).run().await.unwrap();
    let after = verdicts::of(&report);
    let changed = after.iter().filter(|(key, verdict)| sound.verdicts.get(key) != Some(verdict));
    assert_eq!(changed.collect::<Vec<_>>(), vec![]);
    assert_eq!(after.len(), sound.verdicts.len());
    assert_eq!(report.coverage, sound.report.coverage);
}

/// Verdicts that were given and are now others, or that nothing stands for.
fn flips(before: &Verdicts, after: &Verdicts) -> Vec<String> {
    // With no call to name, everything that became unknown names others: only the rest is of interest.
    let wrong = verdicts::compare(before, after, "", &BTreeSet::new()).wrong;
    wrong.into_iter().filter(|text| !text.contains("does not name")).collect()
}

fn hash(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}
