//! A company's timetable, and the stage it is in at a moment.

pub mod plan;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// When a company moves. Absent dates are not planned yet; given ones are in this order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    /// Users make their Enterprise User ID from then on.
    pub phase1_at: Option<Timestamp>,
    /// Two-factor login is asked from then on.
    pub phase2_at: Option<Timestamp>,
    /// Enrolment must be complete from then on.
    pub deadline_at: Option<Timestamp>,
    /// Legacy credentials open nothing from then on.
    pub cutoff_at: Option<Timestamp>,
}

/// Where a company is in its rollout. Later stages are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing has begun.
    BeforePhase1,
    /// Users prepare; one factor still opens the application.
    Phase1,
    /// Two factors.
    Phase2,
    /// Two factors, and enrolment has to be complete.
    DeadlinePassed,
    /// As before, and the legacy credentials are gone.
    CutOffPassed,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 5] =
        [Self::BeforePhase1, Self::Phase1, Self::Phase2, Self::DeadlinePassed, Self::CutOffPassed];
}

/// Two dates stand in the wrong order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{later} must not come before {earlier}")]
pub struct OutOfOrder {
    /// The date that has to come first.
    pub earlier: &'static str,
    /// The date that stands before it.
    pub later: &'static str,
}

impl Rollout {
    const NAMES: [&'static str; 4] = ["phase1", "phase2", "deadline", "cutoff"];

    const fn dates(&self) -> [Option<Timestamp>; 4] {
        [self.phase1_at, self.phase2_at, self.deadline_at, self.cutoff_at]
    }

    /// The last date that has come decides; a date that is reached counts as passed.
    #[must_use]
    pub fn stage(&self, now: Timestamp) -> Stage {
        let passed = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        let reached = self.dates().iter().rposition(|at| passed(*at));
        reached.map_or(Stage::BeforePhase1, |index| Stage::ALL[index + 1])
    }

    /// Checks that the given dates stand in order.
    ///
    /// # Errors
    /// Names the first pair that does not.
    pub fn check_order(&self) -> Result<(), OutOfOrder> {
        let given: Vec<_> =
            self.dates().into_iter().zip(Self::NAMES).filter_map(|(at, name)| Some((at?, name))).collect();
        for pair in given.windows(2) {
            if let [(first, earlier), (second, later)] = pair
                && second < first
            {
                return Err(OutOfOrder { earlier, later });
            }
        }
        Ok(())
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BeforePhase1 => "before phase 1",
            Self::Phase1 => "phase 1",
            Self::Phase2 => "phase 2",
            Self::DeadlinePassed => "deadline passed",
            Self::CutOffPassed => "cut-off passed",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Rollout {
        Rollout {
            phase1_at: Some(Timestamp(10)),
            phase2_at: Some(Timestamp(20)),
            deadline_at: Some(Timestamp(30)),
            cutoff_at: Some(Timestamp(40)),
        }
    }

    #[test]
    fn a_date_counts_from_its_very_millisecond() {
        let stages = [9, 10, 19, 20, 29, 30, 39, 40].map(|at| all().stage(Timestamp(at)));
        use Stage::*;
        assert_eq!(
            stages,
            [BeforePhase1, Phase1, Phase1, Phase2, Phase2, DeadlinePassed, DeadlinePassed, CutOffPassed]
        );
    }

    #[test]
    fn dates_that_are_not_planned_are_skipped() {
        let rollout = Rollout { phase2_at: None, ..all() };
        assert_eq!(rollout.stage(Timestamp(25)), Stage::Phase1);
        assert_eq!(rollout.stage(Timestamp(30)), Stage::DeadlinePassed);
        assert_eq!(Rollout::default().stage(Timestamp(i64::MAX)), Stage::BeforePhase1);
    }

    #[test]
    fn order_is_checked_over_gaps() {
        assert_eq!(all().check_order(), Ok(()));
        let rollout = Rollout { phase2_at: None, deadline_at: Some(Timestamp(9)), ..all() };
        assert_eq!(rollout.check_order().unwrap_err().to_string(), "deadline must not come before phase1");
    }
}
