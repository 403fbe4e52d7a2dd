//! What is not answered is unknown: for every call that a scan of the whole catalog makes, a scan in which just that
//! call is not answered. No verdict may go from pass to fail or from fail to pass.

use std::collections::BTreeSet;

use cspm::testkit::Fault;
use cspm::{ErrorKind, Report};
use futures::StreamExt;

use crate::support::account::{self, Account};
use crate::support::refusal::Refusal;
use crate::support::sound::Sound;
use crate::support::verdicts;

/// Without an identity nothing begins.
const IDENTITY: &str = "sts:GetCallerIdentity";
/// S3 answers it without a body, so without an error code.
const NO_BODY: &str = "s3:HeadBucket";
/// Makes the report that another call reads.
const REPORT: &str = "iam:GenerateCredentialReport";
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
    /// The answer ends early, and nothing but its text tells.
    Cut,
}

/// How each call is not answered: what breaks is the connection for some of them, for it is the same for all.
fn ways(number: usize) -> Vec<How> {
    let mut ways = vec![How::Cut];
    ways.extend([Refusal::Denied, Refusal::Throttled, Refusal::Broken].map(How::Refused));
    match number % 6 {
        0 => ways.push(How::Reset),
        3 => ways.push(How::Truncated),
        _ => {}
    }
    ways
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_call_alone() {
    let Some(account) = Account::shared() else { return };
    let sound = Sound::of(account).await;
    let unanswered = sound.report.coverage.calls.iter().filter(|(_, counts)| counts.done == 0 && counts.skipped == 0);
    let unanswered: Vec<_> = unanswered.map(|(key, counts)| format!("{key:?} {counts:?}")).collect();
    assert!(unanswered.is_empty(), "the account does not answer at all: {unanswered:#?}");

    let cases = sound.calls.iter().enumerate();
    let cases = cases.flat_map(|(number, call)| ways(number).into_iter().map(move |how| (call, how)));
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
    let (name, tape) = (call.to_owned(), account.tape.clone());
    let endpoint = account
        .behind(move |call, request| match how {
            // The report that is there would do, were there one.
            _ if name == REPORT && call.name() == "iam:GetCredentialReport" => Refusal::no_report(),
            _ if call.name() != name => Fault::None,
            How::Refused(refusal) => refusal.fault(call),
            // An answer without a body has no middle.
            How::Truncated if name != NO_BODY => Fault::Truncate(40),
            How::Cut if name != NO_BODY => {
                let mut answer = tape.play(call, request).as_ref().clone();
                // A policy is JSON: the call is answered, and what it says is not understood.
                answer.body.truncate(if name == "s3:GetBucketPolicy" { 0 } else { answer.body.len() / 2 });
                answer.into()
            }
            How::Reset | How::Truncated | How::Cut => Fault::Reset,
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
        How::Refused(Refusal::Throttled) => [0, 0, seen, 0],
        _ => [0, 0, 0, seen],
    };
    if sums != expected || seen == 0 {
        wrong.push(format!("coverage of {call}: {sums:?} (done, denied, throttled, failed), not {expected:?}"));
    }
    wrong
}
