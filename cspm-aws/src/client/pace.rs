//! The pace of calls: a token bucket for each region and service that slows down when AWS asks for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::rate::Rate;

/// The lowest rate that throttling leads to, as a share of the full one.
const FLOOR: f64 = 1.0 / 32.0;
/// How long the rate stays down after a throttle before it rises.
const HOLD: Duration = Duration::from_secs(2);
/// The share of the full rate by which the rate rises each second.
const RISE: f64 = 0.05;

/// The region and the service.
type Key = (Arc<str>, Box<str>);

/// The pace of the calls of one account.
#[derive(Debug)]
pub(crate) struct Pace {
    share: f64,
    buckets: Mutex<HashMap<Key, Bucket>>,
}

impl Pace {
    /// A pace at `share` of the rates that AWS documents; infinite for no limit.
    pub(crate) fn new(share: f64) -> Self {
        Self { share, buckets: Mutex::default() }
    }

    /// Waits for the turn of a call. Turns are given in the order of asking.
    pub(crate) async fn turn(&self, region: &Arc<str>, service: &str) {
        if self.share.is_infinite() {
            return;
        }
        let wait = self.bucket(region, service, |bucket| bucket.take(Instant::now()));
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// Slows down: AWS throttled a call. The rate that now holds, in calls a second.
    pub(crate) fn slow_down(&self, region: &Arc<str>, service: &str) -> f64 {
        self.bucket(region, service, |bucket| bucket.slow_down(Instant::now()))
    }

    fn bucket<R>(&self, region: &Arc<str>, service: &str, f: impl FnOnce(&mut Bucket) -> R) -> R {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets
            .entry((region.clone(), service.into()))
            .or_insert_with(|| Bucket::new(Rate::of(service), self.share, Instant::now()));
        f(bucket)
    }
}

/// A token bucket that lends: a call that finds no token takes the next one that will come, and waits for it.
#[derive(Debug)]
struct Bucket {
    /// The full rate.
    full: Rate,
    /// Below zero when tokens were taken that are still to come.
    tokens: f64,
    /// The share of the full rate that holds now.
    speed: f64,
    /// To when `tokens` and `speed` are reckoned.
    at: Instant,
    throttled: Option<Instant>,
}

impl Bucket {
    fn new(rate: Rate, share: f64, now: Instant) -> Self {
        let full = Rate { burst: (rate.burst * share).max(1.0), refill: rate.refill * share };
        Self { full, tokens: full.burst, speed: 1.0, at: now, throttled: None }
    }

    /// Takes a token; how long to wait for it.
    fn take(&mut self, now: Instant) -> Duration {
        self.advance(now);
        self.tokens -= 1.0;
        if self.tokens >= 0.0 {
            return Duration::ZERO;
        }
        Duration::try_from_secs_f64(-self.tokens / (self.full.refill * self.speed)).unwrap_or(Duration::MAX)
    }

    /// Halves the rate, once a second at most: calls that were under way together are throttled together.
    fn slow_down(&mut self, now: Instant) -> f64 {
        self.advance(now);
        if self.throttled.is_none_or(|last| now.saturating_duration_since(last) >= Duration::from_secs(1)) {
            self.speed = (self.speed / 2.0).max(FLOOR);
            self.tokens = self.tokens.min(0.0);
            self.throttled = Some(now);
        }
        self.full.refill * self.speed
    }

    /// Brings tokens and speed to `now`.
    fn advance(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.tokens = (self.tokens + passed * self.full.refill * self.speed).min(self.full.burst);
        if let Some(throttled) = self.throttled {
            let from = self.at.max(throttled + HOLD);
            self.speed = (self.speed + now.saturating_duration_since(from).as_secs_f64() * RISE).min(1.0);
        }
        self.at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn bucket() -> (Bucket, Instant) {
        let now = Instant::now();
        (Bucket::new(Rate { burst: 10.0, refill: 5.0 }, 1.0, now), now)
    }

    #[test]
    fn a_burst_is_free_and_what_follows_waits_its_turn() {
        let (mut bucket, now) = bucket();
        for _ in 0..10 {
            assert_eq!(bucket.take(now), Duration::ZERO);
        }
        assert_eq!(bucket.take(now), Duration::from_millis(200));
        assert_eq!(bucket.take(now), Duration::from_millis(400));
        assert_eq!(bucket.take(now + SECOND), Duration::ZERO);
    }

    #[test]
    fn tokens_are_not_hoarded_beyond_the_burst() {
        let (mut bucket, now) = bucket();
        let later = now + 3600 * SECOND;
        let free = (0..20).filter(|_| bucket.take(later).is_zero()).count();
        assert_eq!(free, 10);
    }

    #[test]
    fn throttles_that_come_together_halve_the_rate_once() {
        let (mut bucket, now) = bucket();
        assert_eq!(bucket.slow_down(now), 2.5);
        assert_eq!(bucket.slow_down(now + SECOND / 2), 2.5);
        assert_eq!(bucket.slow_down(now + SECOND), 1.25);
        assert_eq!(bucket.take(now + SECOND), Duration::from_millis(800));
    }

    #[test]
    fn the_rate_never_stops_and_recovers() {
        let (mut bucket, mut now) = bucket();
        for _ in 0..50 {
            now += SECOND;
            bucket.slow_down(now);
        }
        assert_eq!(bucket.speed, FLOOR);
        bucket.advance(now + HOLD);
        assert_eq!(bucket.speed, FLOOR, "held down at first");
        bucket.advance(now + HOLD + 4 * SECOND);
        assert!((bucket.speed - (FLOOR + 4.0 * RISE)).abs() < 1e-9);
        bucket.advance(now + 60 * SECOND);
        assert_eq!(bucket.speed, 1.0);
    }

    #[tokio::test(start_paused = true)]
    async fn regions_and_services_do_not_wait_for_each_other() {
        let pace = Pace::new(0.5);
        let (here, there): (Arc<str>, Arc<str>) = ("us-east-1".into(), "eu-west-1".into());
        let start = Instant::now();
        for _ in 0..50 {
            pace.turn(&here, "ec2").await;
            pace.turn(&there, "ec2").await;
            pace.turn(&here, "s3").await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..10 {
            pace.turn(&here, "ec2").await;
        }
        // Half of EC2's documented 20 a second.
        assert!(start.elapsed().abs_diff(SECOND) < Duration::from_millis(20), "{:?}", start.elapsed());
    }
}
