//! Ages in whole days.

use jiff::Timestamp;

const DAY: i128 = 24 * 60 * 60 * 1_000_000_000;

/// Whole days from `then` to `now`, rounded down: 36 hours are 1 day, and any time in the future is negative.
#[must_use]
pub fn age_days(then: Timestamp, now: Timestamp) -> i64 {
    // No two timestamps are more than some seven million days apart.
    (now.as_nanosecond() - then.as_nanosecond()).div_euclid(DAY) as i64
}

/// Whole days from `now` to `then`, rounded down: 36 hours are 1 day, and any time in the past is negative.
#[must_use]
pub fn days_until(then: Timestamp, now: Timestamp) -> i64 {
    age_days(now, then)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_rounded_down() {
        let now: Timestamp = "2026-01-10T12:00:00Z".parse().unwrap();
        for (then, age, until) in [
            ("2026-01-10T12:00:00Z", 0, 0),
            ("2026-01-10T11:59:59Z", 0, -1),
            ("2026-01-09T12:00:00Z", 1, -1),
            ("2026-01-09T12:00:01Z", 0, -1),
            ("2026-01-12T00:00:00Z", -2, 1),
            ("2025-01-10T12:00:00Z", 365, -365),
            ("2026-01-09T22:00:00+10:00", 1, -1),
        ] {
            let then = then.parse().unwrap();
            assert_eq!((age_days(then, now), days_until(then, now)), (age, until), "{then}");
        }
    }
}
