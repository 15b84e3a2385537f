//! A circuit breaker: a source that fails again and again is left alone for a while.
//!
//! Whoever waits for a time-out at a source that is down waits for nothing, and a source that comes back must not be
//! met by everybody at once. After the pause one call goes first; the others follow when it was answered.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use domain::time::Timestamp;

use super::Trouble;

/// The breaker of one source in one process.
#[derive(Debug)]
pub struct Breaker {
    most: u32,
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Calls go through; so many failed in a row.
    Closed { failures: u32 },
    /// None does before that moment.
    Open { until: Timestamp },
    /// One went first at that moment; the others wait for its answer.
    Probing { since: Timestamp },
}

impl Breaker {
    /// Opens after `most` failures in a row (at least one), for `pause`.
    #[must_use]
    pub fn new(most: u32, pause: Duration) -> Self {
        Self { most: most.max(1), pause, state: Mutex::new(State::Closed { failures: 0 }) }
    }

    /// Whether a call may be made now. One that is let through must be answered by [`succeeded`](Self::succeeded),
    /// [`failed`](Self::failed) or [`undecided`](Self::undecided); one that is never answered blocks the others for a
    /// pause at most.
    ///
    /// # Errors
    /// [`Trouble::Resting`] with the moment of the next try.
    pub fn admit(&self, now: Timestamp) -> Result<(), Trouble> {
        let mut state = self.lock();
        match *state {
            State::Closed { .. } => Ok(()),
            State::Open { until } if now < until => Err(Trouble::Resting(until)),
            State::Probing { since } if now < since + self.pause => Err(Trouble::Resting(since + self.pause)),
            State::Open { .. } | State::Probing { .. } => {
                *state = State::Probing { since: now };
                Ok(())
            }
        }
    }

    /// The source answered.
    pub fn succeeded(&self) {
        *self.lock() = State::Closed { failures: 0 };
    }

    /// It did not.
    pub fn failed(&self, now: Timestamp) {
        let mut state = self.lock();
        *state = match *state {
            State::Closed { failures } if failures + 1 < self.most => {
                State::Closed { failures: failures + 1 }
            }
            State::Open { until } => State::Open { until },
            State::Closed { .. } | State::Probing { .. } => State::Open { until: now + self.pause },
        };
    }

    /// The call ended before the source was asked: the next one goes first in its place.
    pub fn undecided(&self) {
        let mut state = self.lock();
        if let State::Probing { since } = *state {
            *state = State::Open { until: since };
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);
    const PAUSE: Duration = Duration::from_secs(30);

    fn broken() -> Breaker {
        let breaker = Breaker::new(3, PAUSE);
        (0..3).for_each(|_| breaker.failed(NOW));
        breaker
    }

    #[test]
    fn opens_with_the_failure_that_fills_the_row_and_not_before() {
        let breaker = Breaker::new(3, PAUSE);
        breaker.failed(NOW);
        breaker.failed(NOW);
        assert_eq!(breaker.admit(NOW), Ok(()));
        breaker.failed(NOW);
        assert_eq!(breaker.admit(NOW), Err(Trouble::Resting(NOW + PAUSE)));
    }

    #[test]
    fn a_success_ends_the_row() {
        let breaker = Breaker::new(3, PAUSE);
        breaker.failed(NOW);
        breaker.failed(NOW);
        breaker.succeeded();
        breaker.failed(NOW);
        breaker.failed(NOW);
        assert_eq!(breaker.admit(NOW), Ok(()));
    }

    #[test]
    fn after_the_pause_one_goes_first() {
        let breaker = broken();
        let (before, after) = (NOW + PAUSE - Duration::from_millis(1), NOW + PAUSE);
        assert_eq!(breaker.admit(before), Err(Trouble::Resting(after)));
        assert_eq!(breaker.admit(after), Ok(()));
        assert_eq!(breaker.admit(after), Err(Trouble::Resting(after + PAUSE)));
        breaker.succeeded();
        assert_eq!(breaker.admit(after), Ok(()));
    }

    #[test]
    fn a_first_one_that_fails_begins_another_pause() {
        let breaker = broken();
        let after = NOW + PAUSE;
        assert_eq!(breaker.admit(after), Ok(()));
        breaker.failed(after);
        assert_eq!(breaker.admit(after), Err(Trouble::Resting(after + PAUSE)));
    }

    #[test]
    fn a_first_one_that_never_comes_back_blocks_for_one_pause_at_most() {
        let breaker = broken();
        let after = NOW + PAUSE;
        assert_eq!(breaker.admit(after), Ok(()));
        assert_eq!(breaker.admit(after + PAUSE), Ok(()));
        breaker.undecided();
        assert_eq!(breaker.admit(after + PAUSE), Ok(()), "the next goes first in its place");
    }
}
