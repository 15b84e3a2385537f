//! The random source as a parameter: the system's in production, a seeded one in tests.

use std::sync::{Mutex, PoisonError};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use uuid::Uuid;

use domain::time::Timestamp;

/// Where randomness comes from.
pub trait Random: Send + Sync + 'static {
    /// Fills `bytes` with unpredictable bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// Draws of the usual shapes, from any source.
pub trait RandomExt: Random {
    /// So many unpredictable bytes.
    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A number below `bound`, each equally likely (rejection sampling); 0 when `bound` is 0.
    fn below(&self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        let unfair = u64::MAX - u64::MAX % bound;
        loop {
            let drawn = u64::from_le_bytes(self.bytes());
            if drawn < unfair {
                return drawn % bound;
            }
        }
    }

    /// A number in `0.0..1.0`, for jitter.
    fn fraction(&self) -> f64 {
        const STEPS: u32 = 1 << 24;
        let drawn = u32::try_from(self.below(u64::from(STEPS))).unwrap_or(0);
        f64::from(drawn) / f64::from(STEPS)
    }

    /// A version 7 UUID (RFC 9562): sorts by `now`, cannot be guessed.
    fn uuid(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.0).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }
}

impl<R: Random + ?Sized> RandomExt for R {}

/// The operating system's random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    /// Aborts the process when the system has no randomness: nothing safe can be done without.
    fn fill(&self, bytes: &mut [u8]) {
        if aws_lc_rs::rand::fill(bytes).is_err() {
            std::process::abort();
        }
    }
}

/// A source that always gives the same sequence. For tests and the demo's invented data, never for secrets.
#[derive(Debug)]
pub struct SeededRandom(Mutex<StdRng>);

impl SeededRandom {
    /// The sequence of this seed.
    #[must_use]
    pub fn danger_from_seed(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_reaches_every_number_and_no_other() {
        let random = SeededRandom::danger_from_seed(1);
        let mut seen = [0; 6];
        for _ in 0..600 {
            seen[usize::try_from(random.below(6)).unwrap()] += 1;
        }
        assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
        assert_eq!(random.below(0), 0);
    }

    #[test]
    fn system_draws_differ() {
        assert_ne!(SystemRandom.bytes::<32>(), SystemRandom.bytes::<32>());
    }

    #[test]
    fn identifiers_sort_by_time() {
        let earlier = SystemRandom.uuid(Timestamp(1_000));
        let later = SystemRandom.uuid(Timestamp(1_001));
        assert!(earlier < later);
        assert_eq!(earlier.get_version_num(), 7);
    }
}
