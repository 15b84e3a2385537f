//! Reading the numbers of passed and failed tests out of what the test runners print.

use std::ops::AddAssign;

/// How many tests passed, failed or were left out.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Tally {
    /// One check that is not made of tests, such as formatting.
    pub(crate) fn of_check(good: bool) -> Self {
        Self { passed: u64::from(good), failed: u64::from(!good), skipped: 0 }
    }

    /// Counts what `cargo test` printed: one `test result:` line for each test binary.
    pub(crate) fn of_cargo(log: &str) -> Self {
        let mut tally = Self::default();
        for line in log.lines() {
            let Some((_, counts)) = line.split_once("test result: ") else { continue };
            let counts = counts.split_once(". ").map_or(counts, |(_, rest)| rest);
            for part in counts.split(';') {
                let mut words = part.split_whitespace();
                let count = words.next().and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
                match words.next() {
                    Some("passed") => tally.passed += count,
                    Some("failed") => tally.failed += count,
                    Some("ignored") => tally.skipped += count,
                    _ => {}
                }
            }
        }
        tally
    }

    /// Counts what Node's test runner wrote in TAP: `# pass 3`, `# fail 0` and so on, at its end.
    pub(crate) fn of_tap(log: &str) -> Self {
        let count = |name: &str| {
            let line = log.lines().rev().find_map(|line| line.strip_prefix("# ")?.strip_prefix(name));
            line.and_then(|rest| rest.trim().parse::<u64>().ok()).unwrap_or(0)
        };
        Self {
            passed: count("pass "),
            failed: count("fail ") + count("cancelled "),
            skipped: count("skipped ") + count("todo "),
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_results_of_all_binaries_are_added() {
        let log = "\
running 3 tests
test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s
   Doc-tests domain
test result: FAILED. 2 passed; 4 failed; 0 ignored; 0 measured; 7 filtered out; finished in 0.10s";
        assert_eq!(Tally::of_cargo(log), Tally { passed: 5, failed: 4, skipped: 1 });
    }

    #[test]
    fn tap_counts_cancelled_journeys_as_failed() {
        let log = "TAP version 13\n# tests 9\n# suites 2\n# pass 5\n# fail 1\n# cancelled 2\n# skipped 1\n# todo 0\n";
        assert_eq!(Tally::of_tap(log), Tally { passed: 5, failed: 3, skipped: 1 });
    }

    #[test]
    fn a_log_without_results_counts_nothing() {
        assert_eq!(Tally::of_cargo("error: could not compile"), Tally::default());
        assert_eq!(Tally::of_tap("not TAP"), Tally::default());
    }
}
