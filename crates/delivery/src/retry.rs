//! When to try a mail again, and when to give it up.
//!
//! Two kinds of trouble have two rhythms. A server that is not there is asked again soon and for as long as the mail
//! is of use, because an operator mends it at some moment and no mail may be lost for it. A server that is there and
//! defers this one mail has its reasons (greylisting asks for five minutes, RFC 6647), so it is asked a limited number
//! of times, further apart. Near the deadline both come closer together, so that a code still arrives in its time.

use std::time::Duration;

use domain::time::{Timestamp, millis};

use crate::smtp::Failure;

/// The attempts that failed so far, the last one included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// How often no server was there to judge the mail.
    pub unavailable: u32,
    /// How often a server deferred the mail (4xx).
    pub deferred: u32,
}

impl Tries {
    /// The same with one more failure.
    #[must_use]
    pub fn and(self, failure: &Failure) -> Self {
        match failure {
            Failure::Unavailable { .. } => Self { unavailable: self.unavailable.saturating_add(1), ..self },
            Failure::Temporary { .. } => Self { deferred: self.deferred.saturating_add(1), ..self },
            Failure::Permanent { .. } => self,
        }
    }
}

/// What becomes of a mail that was not handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Try again at that moment, which lies before the deadline.
    At(Timestamp),
    /// It failed for good.
    GiveUp,
}

/// Waits after the first, second, ... time that no server was there; the last one repeats.
const UNAVAILABLE: [Duration; 6] = seconds([2, 8, 30, 60, 120, 300]);
/// Waits after the first, second, ... deferral; the last one repeats.
const DEFERRED: [Duration; 6] = seconds([5, 30, 180, 900, 3_600, 14_400]);
/// Nothing is tried more often than this, and nothing starts closer to its deadline.
const SHORTEST: Duration = Duration::from_secs(2);

/// Decides about a mail after `failure`, with `tries` counting that failure too.
///
/// `attempts` is the policy `mail.attempts`: the deferrals by a reachable server that end the mail. `jitter` is a random
/// number from 0 to 1 (others count as the nearer end) that spreads mails which failed together by up to a quarter.
#[must_use]
pub fn next_attempt(
    failure: &Failure,
    tries: Tries,
    now: Timestamp,
    deadline: Timestamp,
    attempts: u32,
    jitter: f64,
) -> Retry {
    let left = deadline.since(now);
    let wait = match failure {
        Failure::Permanent { .. } => return Retry::GiveUp,
        Failure::Temporary { .. } if tries.deferred >= attempts => return Retry::GiveUp,
        Failure::Temporary { .. } => step(&DEFERRED, tries.deferred).min(left / 2),
        Failure::Unavailable { .. } => step(&UNAVAILABLE, tries.unavailable).min(left / 8),
    };
    // Only ever earlier, so that the jitter cannot pass the deadline.
    let jitter = if jitter.is_nan() { 0.0 } else { jitter.clamp(0.0, 1.0) };
    let wait = wait.mul_f64(1.0 - jitter / 4.0).max(SHORTEST);
    if wait < left { Retry::At(Timestamp(now.0.saturating_add(millis(wait)))) } else { Retry::GiveUp }
}

fn step(waits: &[Duration; 6], failures: u32) -> Duration {
    let index = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX);
    waits[index.min(waits.len() - 1)]
}

const fn seconds(of: [u64; 6]) -> [Duration; 6] {
    let mut waits = [Duration::ZERO; 6];
    let mut index = 0;
    while index < of.len() {
        waits[index] = Duration::from_secs(of[index]);
        index += 1;
    }
    waits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const START: Timestamp = Timestamp(1_794_908_400_000);

    fn unavailable() -> Failure {
        Failure::Unavailable { reason: "connect: connection refused".to_owned() }
    }

    fn temporary() -> Failure {
        Failure::Temporary { reason: "recipient: 451 4.7.1".to_owned() }
    }

    /// Seconds after `START` of every attempt at a mail that fails always in the same way.
    fn attempts(failure: &Failure, lifetime: Duration, jitter: f64) -> Vec<u64> {
        let (mut now, mut tries, mut at) = (START, Tries::default(), vec![0]);
        loop {
            tries = tries.and(failure);
            match next_attempt(failure, tries, now, START + lifetime, 5, jitter) {
                Retry::At(next) => {
                    at.push(next.since(START).as_secs());
                    now = next;
                }
                Retry::GiveUp => return at,
            }
        }
    }

    #[test]
    fn a_code_is_tried_until_its_end_while_the_server_is_away() {
        let at = attempts(&unavailable(), 10 * MINUTE, 0.0);
        assert_eq!(at[..7], [0, 2, 10, 40, 100, 162, 217]);
        assert!(*at.last().unwrap() >= 596, "{at:?}");
        let longest = at.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
        assert!(longest <= 75, "a server that is back would wait {longest} s for a code");
        assert!(at.len() < 60, "{} attempts in ten minutes", at.len());
    }

    #[test]
    fn a_notice_survives_ten_minutes_without_a_server() {
        let at = attempts(&unavailable(), 24 * 60 * MINUTE, 1.0);
        let next = at.iter().find(|second| **second >= 600).unwrap();
        assert!(*next <= 900, "{at:?}");
        assert!(*at.last().unwrap() > 23 * 3_600, "{at:?}");
        assert!(at.len() < 500, "{} attempts a day", at.len());
    }

    #[test]
    fn deferrals_are_counted_and_leave_time_for_greylisting() {
        assert_eq!(attempts(&temporary(), 10 * MINUTE, 0.0), [0, 5, 35, 215, 407]);
        assert_eq!(attempts(&temporary(), 24 * 60 * MINUTE, 0.0), [0, 5, 35, 215, 1_115]);
        let at = |deferred, limit| {
            next_attempt(&temporary(), Tries { deferred, unavailable: 90 }, START, START + MINUTE, limit, 0.0)
        };
        assert!(matches!(at(4, 5), Retry::At(_)), "times without a server do not count");
        assert_eq!(at(5, 5), Retry::GiveUp);
        assert_eq!(at(1, 1), Retry::GiveUp);
    }

    #[test]
    fn a_refused_mail_is_not_tried_again() {
        let failure = Failure::Permanent { reason: "recipient: 550 5.1.1".to_owned() };
        let tries = Tries::default().and(&failure);
        assert_eq!(next_attempt(&failure, tries, START, START + MINUTE, 5, 0.5), Retry::GiveUp);
    }

    #[test]
    fn nothing_starts_in_the_last_two_seconds() {
        let tries = Tries { unavailable: 1, deferred: 0 };
        let left = |left| next_attempt(&unavailable(), tries, START, START + left, 5, 0.0);
        assert_eq!(left(SHORTEST), Retry::GiveUp);
        let least = SHORTEST + Duration::from_millis(1);
        assert_eq!(left(least), Retry::At(START + SHORTEST));
        assert_eq!(next_attempt(&unavailable(), tries, START + MINUTE, START, 5, 0.0), Retry::GiveUp);
    }

    fn failure() -> impl Strategy<Value = Failure> {
        prop_oneof![Just(unavailable()), Just(temporary())]
    }

    proptest! {
        #[test]
        fn always_later_than_now_and_before_the_deadline(
            failure in failure(), unavailable in 0_u32.., deferred in 0_u32.., attempts in 0_u32..,
            now in -4_000_000_000_000_i64..4_000_000_000_000, left in -10_000_i64..100_000_000_000, jitter: f64,
        ) {
            let deadline = Timestamp(now + left);
            let tries = Tries { unavailable, deferred };
            if let Retry::At(at) = next_attempt(&failure, tries, Timestamp(now), deadline, attempts, jitter) {
                prop_assert!(at >= Timestamp(now) + SHORTEST);
                prop_assert!(at < deadline);
            }
        }

        #[test]
        fn waits_never_shrink_from_one_failure_to_the_next(
            failure in failure(), count in 1_u32..50, left in 20_000_i64..100_000_000_000, jitter in 0.0..1.0,
        ) {
            let wait = |count| {
                let tries = Tries { unavailable: count, deferred: count };
                match next_attempt(&failure, tries, START, Timestamp(START.0 + left), u32::MAX, jitter) {
                    Retry::At(at) => at.since(START),
                    Retry::GiveUp => Duration::MAX,
                }
            };
            prop_assert!(wait(count) <= wait(count + 1));
        }

        #[test]
        fn a_server_that_is_back_in_time_gets_the_mail(
            lifetime in 60_u64..86_400, back in 0.0..1.0, jitter in 0.0..1.0,
        ) {
            let at = attempts(&unavailable(), Duration::from_secs(lifetime), jitter);
            #[expect(clippy::cast_precision_loss, clippy::cast_sign_loss, clippy::cast_possible_truncation,
                reason = "a moment within a day, in seconds")]
            let back = ((lifetime - 5) as f64 * back) as u64;
            prop_assert!(at.iter().any(|second| *second >= back), "back at {back}: {at:?}");
        }
    }
}
