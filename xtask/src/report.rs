//! The table at the end of `cargo xtask test`, and the one line that scripts read.

use std::{fmt, time::Duration};

use crate::tally::Tally;

/// What became of one stage.
#[derive(Debug)]
pub(crate) struct Stage {
    /// The name that the table shows; its log file has the same one.
    pub(crate) name: &'static str,
    pub(crate) took: Duration,
    pub(crate) tally: Tally,
}

/// All stages of a run, in the order in which they ended.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) stages: Vec<Stage>,
}

impl Report {
    /// The sum over all stages.
    pub(crate) fn total(&self) -> Tally {
        let mut total = Tally::default();
        for stage in &self.stages {
            total += stage.tally;
        }
        total
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:<12} {:>9} {:>8} {:>8} {:>8}", "stage", "time", "passed", "failed", "skipped")?;
        for Stage { name, took, tally } in &self.stages {
            let Tally { passed, failed, skipped } = tally;
            writeln!(out, "{name:<12} {:>9} {passed:>8} {failed:>8} {skipped:>8}", minutes(*took))?;
        }
        let total = self.total();
        write!(out, "\n{} passed, {} failed", total.passed, total.failed)
    }
}

/// `3:07`, in minutes and seconds.
pub(crate) fn minutes(took: Duration) -> String {
    format!("{}:{:02}", took.as_secs() / 60, took.as_secs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_the_plain_sum() {
        let stage = |name, passed, failed, seconds| Stage {
            name,
            took: Duration::from_secs(seconds),
            tally: Tally { passed, failed, skipped: 0 },
        };
        let report = Report { stages: vec![stage("fmt", 1, 0, 2), stage("unit", 41, 3, 187)] };
        let text = report.to_string();
        assert_eq!(text.lines().last(), Some("42 passed, 3 failed"));
        assert!(text.contains("unit              3:07       41        3        0"), "{text}");
    }
}
