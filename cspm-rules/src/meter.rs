//! How much one verdict may cost, in steps and in memory, so that no rule and no resource keeps a scan for ever.
//!
//! The meter is the thread's own: a verdict is given by one thread from its beginning to its end, and what an analysis deep
//! below an expression does counts as well. Outside of [`within`], nothing is limited.

use std::cell::Cell;

/// How many steps a verdict may take. One is some ten nanoseconds: a tenth of a second in all, a thousand times what the built-in
/// rules take on large resources.
pub(crate) const STEPS: u64 = 10_000_000;
/// How many bytes the values may have that a verdict makes.
pub(crate) const BYTES: u64 = 64 << 20;

#[derive(Clone, Copy)]
struct Left {
    steps: u64,
    bytes: u64,
    spent: bool,
}

const UNLIMITED: Left = Left { steps: u64::MAX, bytes: u64::MAX, spent: false };

thread_local! {
    static LEFT: Cell<Left> = const { Cell::new(UNLIMITED) };
}

/// Ends the limits when it is dropped.
pub(crate) struct Metered {
    before: Left,
}

/// Begins to count, until what is returned is dropped. To show what a verdict rests on takes more than to give it: then `times`
/// as much may be taken.
pub(crate) fn begin(times: u64) -> Metered {
    Metered { before: LEFT.replace(Left { steps: STEPS * times, bytes: BYTES * times, spent: false }) }
}

impl Drop for Metered {
    fn drop(&mut self) {
        LEFT.set(self.before);
    }
}

/// Takes so many steps. Where there are not enough, the answer is false, now and always after: whatever is then answered is
/// worth nothing.
#[inline]
pub(crate) fn step(steps: u64) -> bool {
    let mut left = LEFT.get();
    match left.steps.checked_sub(steps) {
        Some(rest) => left.steps = rest,
        None => (left.steps, left.spent) = (0, true),
    }
    LEFT.set(left);
    !left.spent
}

/// Takes so many bytes, and a step for each few of them. As [`step`].
#[inline]
pub(crate) fn allocate(bytes: usize) -> bool {
    let mut left = LEFT.get();
    match left.bytes.checked_sub(bytes as u64) {
        Some(rest) => left.bytes = rest,
        None => (left.bytes, left.spent) = (0, true),
    }
    LEFT.set(left);
    step(1 + bytes as u64 / 16)
}

/// Whether it is used up.
pub(crate) fn is_spent() -> bool {
    LEFT.get().spent
}

/// What is said of a verdict that used it up.
pub(crate) fn message() -> String {
    format!(
        "the verdict took more than {STEPS} steps or {} MiB: split the rule, or the resource is too large",
        BYTES >> 20
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_stays_spent_until_the_verdict_is_over() {
        assert!(step(u64::MAX) && !is_spent(), "nothing is limited outside");
        let metered = begin(1);
        assert!(step(STEPS - 1) && step(1) && !is_spent());
        assert!(!step(1) && is_spent());
        assert!(!step(0) && !allocate(0));
        drop(metered);
        assert!(!is_spent());
        let _metered = begin(1);
        assert!(allocate(BYTES as usize) && !allocate(1) && is_spent());
    }
}
