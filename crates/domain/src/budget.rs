//! Attempt budgets: how many guesses, how long to wait, when to stop.
//!
//! A guess is counted before it is answered. The counters live in the database, one row a key; these functions decide, given
//! the row, whether the next try is looked at.

use std::time::Duration;

use crate::time::Timestamp;

/// At most `count` in any `within`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How many.
    pub count: u32,
    /// In what time.
    pub within: Duration,
}

/// A row of failures in a row, as stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Counter {
    /// Tries counted since the last success.
    pub failures: u32,
    /// When the present window began.
    pub window_started_at: Option<Timestamp>,
    /// Nothing is looked at before this moment.
    pub blocked_until: Option<Timestamp>,
}

impl Counter {
    /// Without the try that was counted last: nothing was looked at. A wait that this try began does not begin.
    #[must_use]
    pub const fn taken_back(self) -> Self {
        Self { failures: self.failures.saturating_sub(1), blocked_until: None, ..self }
    }
}

/// What may happen now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Look at it; store this counter first.
    Try(Counter),
    /// Do not look; say until when.
    Wait(Timestamp),
    /// The factor is disabled until it is bound anew.
    Disabled,
}

/// Waits that grow with failures in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrowingWait {
    /// Failures before each wait.
    pub every: u32,
    /// How the wait grows.
    pub growth: Growth,
    /// The longest wait.
    pub longest: Duration,
    /// Failures in a row that disable the factor.
    pub disable_at: Option<u32>,
}

/// How a wait grows each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth {
    /// By this much more each time.
    Linear(Duration),
    /// This at first, then twice as long each time.
    Doubling(Duration),
}

impl GrowingWait {
    /// Counts one more try against `counter`. The wait begins with the try that fills the budget, so that 200 parallel guesses
    /// are looked at no more often than the budget says; a success afterwards clears the counter.
    #[must_use]
    pub fn count(&self, counter: Counter, now: Timestamp) -> Verdict {
        if self.disable_at.is_some_and(|limit| counter.failures >= limit) {
            return Verdict::Disabled;
        }
        if let Some(until) = counter.blocked_until
            && now < until
        {
            return Verdict::Wait(until);
        }
        let failures = counter.failures.saturating_add(1);
        let blocked_until =
            failures.is_multiple_of(self.every.max(1)).then(|| now + self.wait_after(failures));
        Verdict::Try(Counter {
            failures,
            window_started_at: counter.window_started_at.or(Some(now)),
            blocked_until,
        })
    }

    fn wait_after(&self, failures: u32) -> Duration {
        let rounds = failures / self.every.max(1);
        let wait = match self.growth {
            Growth::Linear(step) => step.saturating_mul(rounds),
            Growth::Doubling(first) => {
                first.saturating_mul(1_u32.checked_shl(rounds.saturating_sub(1)).unwrap_or(u32::MAX))
            }
        };
        wait.min(self.longest)
    }
}

impl Limit {
    /// Counts one more in the present window, or opens a new one.
    #[must_use]
    pub fn count(&self, counter: Counter, now: Timestamp) -> Verdict {
        let open = counter.window_started_at.filter(|start| now.since(*start) < self.within);
        match open {
            Some(start) if counter.failures >= self.count => Verdict::Wait(start + self.within),
            Some(_) => Verdict::Try(Counter { failures: counter.failures.saturating_add(1), ..counter }),
            None => Verdict::Try(Counter { failures: 1, window_started_at: Some(now), blocked_until: None }),
        }
    }
}

/// What is left of several limits over the same history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// One more is allowed now; `left` counts it, and is what remains within `within`.
    Now {
        /// How many may still be asked for.
        left: u32,
        /// In what time.
        within: Duration,
    },
    /// None before this moment.
    Later(Timestamp),
}

/// Whether one more may happen at `now`, given when the earlier ones happened (in any order) and limits that all hold.
/// The tightest count is told, shorter windows than a minute aside: nobody can act on "two in ten seconds".
#[must_use]
pub fn allowance(history: &[Timestamp], limits: &[Limit], now: Timestamp) -> Allowance {
    let mut wait_until: Option<Timestamp> = None;
    let mut tightest: Option<(u32, Duration)> = None;
    for limit in limits {
        let mut recent: Vec<_> = history.iter().copied().filter(|at| now.since(*at) < limit.within).collect();
        recent.sort_unstable();
        let used = u32::try_from(recent.len()).unwrap_or(u32::MAX);
        if used >= limit.count {
            let index = recent.len().saturating_sub(limit.count as usize);
            let free_at = recent.get(index).map_or(now + limit.within, |oldest| *oldest + limit.within);
            wait_until = wait_until.max(Some(free_at));
            continue;
        }
        let left = limit.count - used;
        let tighter = tightest.is_none_or(|(least, _)| left < least);
        if limit.within >= Duration::from_mins(1) && tighter {
            tightest = Some((left, limit.within));
        }
    }
    match wait_until {
        Some(until) => Allowance::Later(until),
        None => {
            let (left, within) = tightest.unwrap_or((u32::MAX, Duration::ZERO));
            Allowance::Now { left, within }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTP: GrowingWait = GrowingWait {
        every: 10,
        growth: Growth::Doubling(Duration::from_mins(10)),
        longest: Duration::from_hours(24),
        disable_at: Some(100),
    };

    fn failed(times: u32) -> Counter {
        Counter { failures: times, ..Counter::default() }
    }

    #[test]
    fn the_tenth_failure_begins_the_wait_and_the_ninth_does_not() {
        let now = Timestamp(1_000);
        let Verdict::Try(ninth) = OTP.count(failed(8), now) else { panic!("8 failures block already") };
        assert_eq!(ninth.blocked_until, None);
        let Verdict::Try(tenth) = OTP.count(ninth, now) else { panic!("9 failures block already") };
        assert_eq!(tenth.blocked_until, Some(now + Duration::from_mins(10)));
        assert_eq!(OTP.count(tenth, now), Verdict::Wait(now + Duration::from_mins(10)));
        let over = now + Duration::from_mins(10);
        assert!(matches!(OTP.count(tenth, over - Duration::from_millis(1)), Verdict::Wait(_)));
        assert!(matches!(OTP.count(tenth, over), Verdict::Try(_)));
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let waits: Vec<_> =
            [10, 20, 30, 80, 90].map(|failures| OTP.wait_after(failures).as_secs() / 60).into();
        assert_eq!(waits, [10, 20, 40, 1280, 1440]);
    }

    #[test]
    fn the_hundredth_failure_disables() {
        assert!(matches!(OTP.count(failed(99), Timestamp(0)), Verdict::Try(_)));
        assert_eq!(OTP.count(failed(100), Timestamp(0)), Verdict::Disabled);
    }

    #[test]
    fn password_waits_grow_by_a_minute_up_to_fifteen() {
        let wait = GrowingWait {
            every: 5,
            growth: Growth::Linear(Duration::from_mins(1)),
            longest: Duration::from_mins(15),
            disable_at: None,
        };
        let minutes: Vec<_> = [5, 10, 75, 80, 5_000].map(|n| wait.wait_after(n).as_secs() / 60).into();
        assert_eq!(minutes, [1, 2, 15, 15, 15]);
    }

    #[test]
    fn a_window_counts_up_to_its_limit_and_then_starts_anew() {
        let limit = Limit { count: 2, within: Duration::from_secs(60) };
        let Verdict::Try(first) = limit.count(Counter::default(), Timestamp(0)) else { panic!() };
        let Verdict::Try(second) = limit.count(first, Timestamp(59_999)) else { panic!() };
        assert_eq!(limit.count(second, Timestamp(59_999)), Verdict::Wait(Timestamp(60_000)));
        assert!(matches!(limit.count(second, Timestamp(60_000)), Verdict::Try(Counter { failures: 1, .. })));
    }

    #[test]
    fn sends_obey_every_limit_at_once() {
        let limits = [
            Limit { count: 2, within: Duration::from_secs(10) },
            Limit { count: 3, within: Duration::from_mins(5) },
            Limit { count: 5, within: Duration::from_mins(10) },
        ];
        let at = |seconds: i64| Timestamp(seconds * 1000);
        let now_left = |left, minutes| Allowance::Now { left, within: Duration::from_mins(minutes) };
        assert_eq!(allowance(&[], &limits, at(0)), now_left(3, 5));
        assert_eq!(allowance(&[at(0)], &limits, at(1)), now_left(2, 5));
        assert_eq!(allowance(&[at(0), at(1)], &limits, at(2)), Allowance::Later(at(10)));
        assert_eq!(allowance(&[at(0), at(1)], &limits, at(10)), now_left(1, 5));
        assert_eq!(allowance(&[at(0), at(1), at(10)], &limits, at(20)), Allowance::Later(at(300)));
        assert_eq!(allowance(&[at(1), at(0), at(10)], &limits, at(300)), now_left(1, 5));
        let five = [at(0), at(1), at(10), at(300), at(310)];
        assert_eq!(allowance(&five, &limits, at(330)), Allowance::Later(at(600)));
    }
}
