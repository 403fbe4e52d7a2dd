//! One call with everything around it: pace, time limits, retries, renewal of credentials.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};

use super::credentials::Renewing;
use super::failure::{Class, Failure};
use super::limits::Limits;
use super::pace::Pace;

/// One attempt of a call.
pub(crate) type Attempt<'a, T> = dyn Fn() -> BoxFuture<'a, Result<T, Failure>> + Send + Sync + 'a;
/// Told of every throttle, with the wait before the next attempt.
pub(crate) type OnThrottle<'a> = dyn Fn(Duration) -> BoxFuture<'a, ()> + Send + Sync + 'a;

/// An endpoint that gave no answer this often is not asked again.
const SILENT: u32 = 3;
/// Neither is one that had this many errors.
const BROKEN: u32 = 5;
/// The longest wait before another attempt.
const LONGEST: Duration = Duration::from_secs(20);

/// Which call is made.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) region: &'a Arc<str>,
    pub(crate) service: &'a str,
    /// Codes that mean "not yet".
    pub(crate) retry_on: &'a [&'a str],
}

/// Makes the calls of one account.
#[derive(Debug)]
pub(crate) struct Caller {
    limits: Limits,
    pace: Pace,
    credentials: Arc<Renewing>,
    in_flight: Semaphore,
}

impl Caller {
    pub(crate) fn new(limits: Limits, credentials: Arc<Renewing>) -> Self {
        let (pace, in_flight) = (Pace::new(limits.share), Semaphore::new(limits.in_flight));
        Self { limits, pace, credentials, in_flight }
    }

    /// Makes a call, again and again where that may help, within the limits.
    pub(crate) async fn call<T>(
        &self,
        target: Target<'_>,
        attempt: &Attempt<'_, T>,
        on_throttle: &OnThrottle<'_>,
    ) -> Result<T, Failure> {
        let Limits { attempt: longest, call: whole, attempts, .. } = self.limits;
        // Waiting for the pace is not counted: it says nothing about how the call fares.
        let mut spent = Duration::ZERO;
        let (mut made, mut renewed) = (0, false);
        loop {
            self.pace.turn(target.region, target.service).await;
            let permit = self.in_flight.acquire().await;
            let begun = Instant::now();
            let answer = timeout(longest.min(whole.saturating_sub(spent)), attempt()).await;
            drop(permit);
            spent += begun.elapsed();
            made += 1;
            let failure = match answer {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(failure)) => failure,
                Err(_) => Failure::new(Class::TimedOut, "no answer in time"),
            };
            if failure.class == Class::Expired && !renewed {
                renewed = true;
                if self.credentials.renew(begun).await {
                    continue;
                }
                return Err(failure);
            }
            let throttled = failure.class == Class::Throttled;
            if throttled {
                self.pace.slow_down(target.region, target.service);
            }
            let wait = backoff(made, throttled);
            let hopeless = match failure.class {
                _ if target.retry_on.contains(&failure.code.as_str()) => false,
                Class::TimedOut | Class::Unreachable => made >= attempts.min(SILENT),
                Class::Transient => made >= attempts.min(BROKEN),
                _ => !failure.is_transient() || made >= attempts,
            };
            if hopeless || spent + wait >= whole {
                return Err(failure);
            }
            if throttled {
                on_throttle(wait).await;
            }
            sleep(wait).await;
            spent += wait;
        }
    }
}

/// How long to wait after attempt number `made`: twice as long each time, and by chance up to half less, so that calls
/// that failed together do not come again together.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
fn backoff(made: u32, throttled: bool) -> Duration {
    let first = if throttled { 1.0 } else { 0.2 };
    let wait = (first * f64::from(2_u32.saturating_pow(made.saturating_sub(1)))).min(LONGEST.as_secs_f64());
    // The keys of a fresh `RandomState` differ each time; that is all the randomness that is needed.
    let chance = RandomState::new().hash_one(made) as f64 / u64::MAX as f64;
    Duration::from_secs_f64(wait * (1.0 - chance / 2.0))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use aws_credential_types::Credentials;
    use aws_credential_types::provider::SharedCredentialsProvider;

    use super::*;

    /// A caller without pace, and an attempt that fails with `code` until it was made `fails` times.
    struct Case {
        made: AtomicU32,
        throttles: AtomicU32,
    }

    impl Case {
        async fn run(&self, limits: Limits, fails: u32, status: u16, code: &str, not_yet: &[&str]) -> Option<Failure> {
            let keys = Credentials::new("key", "secret", None, None, "test");
            let credentials = Renewing::new(SharedCredentialsProvider::new(keys), Duration::from_secs(1));
            let caller = Caller::new(Limits { share: f64::INFINITY, ..limits }, Arc::new(credentials));
            let region = Arc::from("us-east-1");
            let target = Target { region: &region, service: "ec2", retry_on: not_yet };
            let attempt = || -> BoxFuture<'_, Result<(), Failure>> {
                Box::pin(async {
                    let n = self.made.fetch_add(1, Ordering::SeqCst);
                    if status == 0 {
                        std::future::pending::<()>().await;
                    }
                    if n < fails { Err(Failure::of_answer(status, Some(code), "")) } else { Ok(()) }
                })
            };
            let on_throttle = |_| -> BoxFuture<'_, ()> {
                self.throttles.fetch_add(1, Ordering::SeqCst);
                Box::pin(async {})
            };
            caller.call(target, &attempt, &on_throttle).await.err()
        }

        fn new() -> Self {
            Self { made: AtomicU32::new(0), throttles: AtomicU32::new(0) }
        }

        fn made(&self) -> u32 {
            self.made.load(Ordering::SeqCst)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_passes_is_tried_again() {
        let case = Case::new();
        assert!(case.run(Limits::default(), 3, 503, "SlowDown", &[]).await.is_none());
        assert_eq!((case.made(), case.throttles.load(Ordering::SeqCst)), (4, 3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttle_that_does_not_end_is_given_up_within_the_limits() {
        let (case, begun) = (Case::new(), Instant::now());
        let failure = case.run(Limits::default(), u32::MAX, 400, "Throttling", &[]).await.unwrap();
        assert_eq!(failure.class, Class::Throttled);
        assert!(case.made() > 3 && case.made() <= Limits::default().attempts);
        assert!(begun.elapsed() <= Limits::default().call);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_is_final() {
        let case = Case::new();
        let failure = case.run(Limits::default(), u32::MAX, 403, "AccessDenied", &[]).await.unwrap();
        assert_eq!((failure.class, case.made()), (Class::Denied, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_asked_a_few_times() {
        let (case, begun) = (Case::new(), Instant::now());
        let failure = case.run(Limits::default(), 0, 0, "", &[]).await.unwrap();
        assert_eq!((failure.class, case.made()), (Class::TimedOut, 3));
        assert!(begun.elapsed() <= Limits::default().call + Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn not_yet_is_asked_until_it_is() {
        let case = Case::new();
        assert!(case.run(Limits::default(), 9, 410, "ReportInProgress", &["ReportInProgress"]).await.is_none());
        assert_eq!(case.made(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn expired_credentials_that_cannot_be_renewed_are_final() {
        let case = Case::new();
        let failure = case.run(Limits::default(), u32::MAX, 400, "ExpiredToken", &[]).await.unwrap();
        // Asking the provider gave the first credentials it ever gave; those did not help either.
        assert_eq!((failure.class, case.made()), (Class::Expired, 2));
    }

    #[test]
    fn waits_grow_and_differ() {
        for made in 1..12 {
            let wait = backoff(made, true);
            let full = Duration::from_secs(1 << (made - 1)).min(LONGEST);
            assert!(wait <= full && wait >= full / 2, "{made}: {wait:?}");
        }
        assert_ne!(backoff(5, true), backoff(5, true));
    }
}
