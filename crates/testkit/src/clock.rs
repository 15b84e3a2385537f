//! A clock that stands still until a test moves it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use domain::time::{Clock, Timestamp};

/// 2026-11-17T09:40:00Z, a Tuesday: where every [`TestClock`] starts.
pub const START: Timestamp = Timestamp(1_794_908_400_000);

/// A clock for tests. Clones show the same moment.
#[derive(Debug, Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// A clock that stands at [`START`].
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START.0)))
    }

    /// Moves on by `span`, in whole milliseconds.
    pub fn advance(&self, span: Duration) {
        self.0.fetch_add(domain::time::millis(span), Ordering::SeqCst);
    }

    /// Jumps to `moment`, backwards too.
    pub fn set(&self, moment: Timestamp) {
        self.0.store(moment.0, Ordering::SeqCst);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_at_a_fixed_moment_and_moves_for_every_clone() {
        let clock = TestClock::new();
        let other = clock.clone();
        assert_eq!(format!("{:?}", clock.now()), "2026-11-17T09:40:00Z");
        clock.advance(Duration::from_millis(1500));
        assert_eq!(other.now(), START + Duration::from_millis(1500));
        other.set(START - Duration::from_secs(1));
        assert_eq!(clock.now(), START - Duration::from_secs(1));
    }
}
