//! What is not answered is unknown: for every call that a scan of the whole catalog makes, a scan in which just that
//! call is not answered. No verdict may go from pass to fail or from fail to pass.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "these are tests")]

mod support;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use cspm::testkit::{Fault, Request};
use cspm::{ErrorKind, Reason, Report};
use futures::StreamExt;
use support::account::{self, Account};
use support::call::Call;
use support::http::Answer;
use support::refusal::Refusal;
use support::verdicts::{self, Verdicts};

/// Without an identity nothing begins.
const IDENTITY: &str = "sts:GetCallerIdentity";
/// S3 answers it without a body, so without an error code.
const NO_BODY: &str = "s3:HeadBucket";
/// Scans at once.
const WIDTH: usize = 3;

/// How a call is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Refused(Refusal),
    /// The connection breaks.
    Reset,
    /// The connection breaks in the middle of the answer.
    Truncated,
}

const ALL: [How; 5] = [
    How::Refused(Refusal::Denied),
    How::Refused(Refusal::Throttled),
    How::Refused(Refusal::Broken),
    How::Reset,
    How::Truncated,
];

/// A scan without faults, and the calls that it was to make.
struct Sound {
    report: Report,
    verdicts: Verdicts,
    calls: BTreeSet<String>,
    /// The calls that the account answers without saying all.
    not_given: BTreeSet<String>,
}

impl Sound {
    async fn of(account: &Account) -> Self {
        let report = account.baseline().await;
        let calls = report.plan.calls.iter().map(|call| format!("{}:{}", call.service, call.operation)).collect();
        let not_given = verdicts::not_given(report.inventory());
        Self { verdicts: verdicts::of(&report), report, calls, not_given }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_call_alone() {
    let Some(account) = Account::shared() else { return };
    let sound = Sound::of(account).await;
    let unanswered = sound.report.coverage.calls.iter().filter(|(_, counts)| counts.done == 0 && counts.skipped == 0);
    let unanswered: Vec<_> = unanswered.map(|(key, counts)| format!("{key:?} {counts:?}")).collect();
    assert!(unanswered.is_empty(), "the account does not answer at all: {unanswered:#?}");

    let cases = sound.calls.iter().flat_map(|call| ALL.map(|how| (call, how)));
    let cases = cases.map(async |(call, how)| (call, how, without(account, &sound, call, how).await));
    let results: Vec<_> = futures::stream::iter(cases).buffer_unordered(WIDTH).collect().await;

    let wrong = results.iter().flat_map(|(call, how, r)| r.wrong.iter().map(move |w| format!("{call} {how:?}: {w}")));
    let wrong: Vec<_> = wrong.collect();
    let useless = results.iter().filter(|(call, _, r)| r.unknown.is_empty() && *call != IDENTITY);
    let useless: BTreeSet<_> = useless.map(|(call, ..)| call).collect();
    eprintln!("{} calls, {} scans, {} verdicts", sound.calls.len(), results.len(), sound.verdicts.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(useless.is_empty(), "no verdict depends on: {useless:?}");
}

/// A scan in which one call is not answered, held against one in which it was.
async fn without(account: &Account, sound: &Sound, call: &str, how: How) -> verdicts::Difference {
    let name = call.to_owned();
    let endpoint = account
        .behind(move |call, _| match how {
            _ if call.name() != name => Fault::None,
            How::Refused(refusal) => refusal.fault(call),
            // An answer without a body has no middle.
            How::Truncated if name != NO_BODY => Fault::Truncate(40),
            How::Reset | How::Truncated => Fault::Reset,
        })
        .await;
    let report = match account::scan(&endpoint).await {
        Ok(report) => report,
        Err(error) => {
            let expected =
                if how == How::Refused(Refusal::Denied) { ErrorKind::AccessDenied } else { ErrorKind::Unreachable };
            assert_eq!((call, error.kind()), (IDENTITY, expected), "{how:?}: {error}");
            return verdicts::Difference::default();
        }
    };
    let mut difference = verdicts::compare(&sound.verdicts, &verdicts::of(&report), call, &sound.not_given);
    difference.wrong.extend(coverage(&sound.report, &report, call, how, endpoint.count(call)));
    difference
}

/// What is wrong with the coverage of a scan in which `call` was seen `seen` times and not answered.
fn coverage(before: &Report, after: &Report, call: &str, how: How, seen: u64) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut sums = [0; 4];
    for (key, counts) in &after.coverage.calls {
        if &*key.call == call {
            let row = [counts.done, counts.denied, counts.throttled, counts.failed];
            sums.iter_mut().zip(row).for_each(|(sum, n)| *sum += n);
        } else {
            // Whether object ACLs have any effect is known no more, so more of them are asked for.
            if call == "s3:GetBucketOwnershipControls" && &*key.call == "s3:GetObjectAcl" {
                continue;
            }
            let was = before.coverage.calls.get(key).cloned().unwrap_or_default();
            if (counts.denied, counts.throttled, counts.failed) != (was.denied, was.throttled, was.failed) {
                wrong.push(format!("{key:?} was {was:?} and is {counts:?}"));
            }
        }
    }
    let expected = match how {
        // A bucket that is refused may be someone else's: that is an answer, and asked for a second time with a name
        // that nobody has.
        How::Refused(Refusal::Denied) if call == NO_BODY => [seen / 2, seen / 2, 0, 0],
        How::Refused(Refusal::Denied) => [0, seen, 0, 0],
        How::Refused(Refusal::Throttled) if call != NO_BODY => [0, 0, seen, 0],
        _ => [0, 0, 0, seen],
    };
    if sums != expected || seen == 0 {
        wrong.push(format!("coverage of {call}: {sums:?} (done, denied, throttled, failed), not {expected:?}"));
    }
    wrong
}

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
        let lost: Vec<_> = sound.verdicts.keys().filter(|key| !after.contains_key(key)).collect();
        assert_eq!(lost, Vec::<&(String, String)>::new(), "{list}: what was on the first page");
        for rule in report.rules().iter().filter(|rule| &*rule.meta().kind == kind) {
            let id = &*rule.meta().id;
            let stand_ins = after.keys().filter(|(rule, uid)| rule == id && uid.starts_with("unlisted://")).count();
            assert!(stand_ins > 0, "{list}: nothing stands for the other pages in {id}");
            if rule.reads().only(kind) {
                let changed = sound.verdicts.iter().filter(|((rule, _), _)| rule == id);
                let changed = changed.filter(|(key, was)| after[*key].status != was.status).count();
                assert_eq!(changed, 0, "{list}: {id} needs nothing of the other pages");
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
        _ => ("</ListAccessPointsResult", format!("<NextToken>{PAGE}</NextToken>")),
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
            if call.name() == IDENTITY {
                return Fault::None;
            }
            let chance = hash(&(seed, &call.region, &request.target, &request.body)) % 100;
            match chance {
                // Whoever is refused one bucket and not others is told that it is someone else's.
                0..5 if call.name() == NO_BODY => Fault::None,
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
    let flips: Vec<_> = futures::stream::iter(scans).buffer_unordered(WIDTH).collect::<Vec<_>>().await.concat();
    assert!(flips.is_empty(), "{flips:#?}");
}

/// Credentials that are good at first and then are not, and cannot be renewed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn credentials_that_expire_midway() {
    let Some(account) = Account::shared() else { return };
    let sound = Sound::of(account).await;
    for good in [1, 5, 20, 60, 100] {
        let left = std::sync::atomic::AtomicI64::new(good);
        let endpoint = account
            .behind(move |call, _| match left.fetch_sub(1, std::sync::atomic::Ordering::SeqCst) {
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
    let seen = std::sync::Mutex::new(BTreeSet::new());
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

fn hash(what: &impl std::hash::Hash) -> u64 {
    use std::hash::{DefaultHasher, Hasher};
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}
