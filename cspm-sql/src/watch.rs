//! Stops a query that takes too long, or too much memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

/// How often the memory is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// Why a query was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Time,
    Memory,
}

/// Says when to stop, and remembers why.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    deadline: Option<Instant>,
    most: u64,
    began_with: Option<u64>,
    look: Instant,
    stopped: Arc<AtomicU8>,
}

impl Watch {
    pub(crate) fn new(time: Duration, most: u64) -> Self {
        let now = Instant::now();
        Self {
            deadline: now.checked_add(time),
            most,
            began_with: resident(),
            look: now + LOOK,
            stopped: Arc::default(),
        }
    }

    /// Whether to stop now.
    pub(crate) fn must_stop(&mut self) -> bool {
        let now = Instant::now();
        if self.deadline.is_some_and(|deadline| now >= deadline) {
            self.stopped.store(1, Ordering::Relaxed);
            return true;
        }
        if now < self.look {
            return false;
        }
        self.look = now + LOOK;
        let grown = self.began_with.and_then(|before| resident()?.checked_sub(before));
        let stop = grown.is_some_and(|grown| grown > self.most);
        if stop {
            self.stopped.store(2, Ordering::Relaxed);
        }
        stop
    }

    pub(crate) fn stopped(&self) -> Option<Stop> {
        match self.stopped.load(Ordering::Relaxed) {
            1 => Some(Stop::Time),
            2 => Some(Stop::Memory),
            _ => None,
        }
    }
}

/// The memory of the process in bytes, where the system says it: SQLite counts its own for the whole process alone, too.
fn resident() -> Option<u64> {
    let status = cfg!(target_os = "linux").then(|| std::fs::read_to_string("/proc/self/status").ok())??;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_runs_out() {
        let mut watch = Watch::new(Duration::ZERO, u64::MAX);
        assert_eq!(watch.stopped(), None);
        assert!(watch.must_stop());
        assert_eq!(watch.stopped(), Some(Stop::Time));
        assert!(!Watch::new(Duration::MAX, u64::MAX).must_stop());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_memory_is_known() {
        assert!(resident().is_some_and(|bytes| bytes > 1 << 16));
    }
}
