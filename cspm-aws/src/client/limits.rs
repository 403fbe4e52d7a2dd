//! What a call may cost in time and attempts.

use std::time::Duration;

/// What a call may cost in time and attempts, and how many calls may be under way.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// How long a connection may take to be made.
    pub(crate) connect: Duration,
    /// How long one attempt may take.
    pub(crate) attempt: Duration,
    /// How long all attempts and the pauses between them may take; waiting for the pace is not counted.
    pub(crate) call: Duration,
    /// How often a call is tried at most.
    pub(crate) attempts: u32,
    /// How many calls may be under way at once, over all regions.
    pub(crate) in_flight: usize,
    /// How many regions are collected at once.
    pub(crate) regions: usize,
    /// The share of AWS's rates that is used.
    pub(crate) share: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            attempt: Duration::from_secs(30),
            call: Duration::from_secs(90),
            attempts: 8,
            in_flight: 64,
            regions: 8,
            share: 0.5,
        }
    }
}
