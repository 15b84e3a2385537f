//! What was measured, beside its bound and its aim.

use std::fmt;

/// What a measurement should reach, as a ratio of ours to the bound or as a plain figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Aim {
    /// The ratio of ours to the bound, at least.
    Ratio(f64),
    /// Our figure, at least, in the measurement's own unit.
    AtLeast(f64),
    /// The ratio of ours to the bound, at most.
    RatioAtMost(f64),
    /// Our figure, at most, in the measurement's own unit.
    AtMost(f64),
    /// Our figure, between these two.
    Within(f64, f64),
    /// Nothing: the line is printed for comparison.
    Shown,
}

impl Aim {
    /// Whether `ours`, which is `ratio` of its bound, reaches it; `None` where there is nothing to reach.
    pub(crate) fn reached(self, ours: f64, ratio: Option<f64>) -> Option<bool> {
        match self {
            Self::Ratio(least) => Some(ratio.is_some_and(|ratio| ratio >= least)),
            Self::AtLeast(least) => Some(ours >= least),
            Self::RatioAtMost(most) => Some(ratio.is_some_and(|ratio| ratio <= most)),
            Self::AtMost(most) => Some(ours <= most),
            Self::Within(least, most) => Some((least..=most).contains(&ours)),
            Self::Shown => None,
        }
    }
}

/// One line of the report.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) unit: &'static str,
    /// What the machine allows, measured in the same run; `None` where there is no such thing.
    pub(crate) bound: Option<f64>,
    pub(crate) ours: f64,
    pub(crate) aim: Aim,
}

impl Line {
    /// Ours as a share of the bound.
    pub(crate) fn ratio(&self) -> Option<f64> {
        self.bound.filter(|bound| *bound > 0.0).map(|bound| self.ours / bound)
    }

    /// Whether the aim is reached; `None` where there is none.
    pub(crate) fn reached(&self) -> Option<bool> {
        self.aim.reached(self.ours, self.ratio())
    }
}

impl fmt::Display for Line {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let aim = match self.aim {
            Aim::Ratio(least) => format!("ratio >= {least:.2}"),
            Aim::AtLeast(least) => format!(">= {least:.0}"),
            Aim::RatioAtMost(most) => format!("ratio <= {most:.2}"),
            Aim::AtMost(most) => format!("<= {most:.0}"),
            Aim::Within(least, most) => format!("{least:.2} to {most:.2}"),
            Aim::Shown => String::new(),
        };
        let bound = self.bound.map(|bound| format!("{bound:.1}")).unwrap_or_default();
        let ratio = self.ratio().map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
        let verdict = self.reached().map_or("", |reached| if reached { "PASS" } else { "SHORT" });
        let Self { name, unit, .. } = self;
        // A share of pairs says nothing with one decimal.
        let ours = match self.aim {
            Aim::Within(..) => format!("{:.3}", self.ours),
            _ => format!("{:.1}", self.ours),
        };
        write!(out, "{name:<50} {ours:>12} {bound:>12} {unit:<11} {ratio:>6}  {aim:<14} {verdict}")
    }
}

/// The head of the table.
pub(crate) fn head() -> String {
    let (name, ours, bound, unit, ratio, aim) = ("measurement", "ours", "bound", "unit", "ratio", "aim");
    format!("{name:<50} {ours:>12} {bound:>12} {unit:<11} {ratio:>6}  {aim:<14} verdict")
}

/// The middle one of `runs`; of an even number, the lower middle one. Zero of none.
pub(crate) fn median(mut runs: Vec<f64>) -> f64 {
    runs.sort_by(f64::total_cmp);
    runs.get(runs.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(bound: Option<f64>, ours: f64, aim: Aim) -> Line {
        Line { name: "checks".into(), unit: "1/s", bound, ours, aim }
    }

    #[test]
    fn each_aim_is_judged_on_both_sides() {
        assert_eq!(line(Some(100.0), 80.0, Aim::Ratio(0.8)).reached(), Some(true));
        assert_eq!(line(Some(100.0), 79.9, Aim::Ratio(0.8)).reached(), Some(false));
        assert_eq!(line(None, 79.9, Aim::Ratio(0.8)).reached(), Some(false));
        assert_eq!(line(None, 1000.0, Aim::AtLeast(1000.0)).reached(), Some(true));
        assert_eq!(line(None, 999.0, Aim::AtLeast(1000.0)).reached(), Some(false));
        assert_eq!(line(Some(1.0), 2.0, Aim::RatioAtMost(2.0)).reached(), Some(true));
        assert_eq!(line(Some(1.0), 2.1, Aim::RatioAtMost(2.0)).reached(), Some(false));
        assert_eq!(line(None, 40.0, Aim::AtMost(40.0)).reached(), Some(true));
        assert_eq!(line(None, 40.1, Aim::AtMost(40.0)).reached(), Some(false));
        for (ours, reached) in [(0.399, false), (0.4, true), (0.6, true), (0.601, false)] {
            assert_eq!(line(None, ours, Aim::Within(0.4, 0.6)).reached(), Some(reached), "{ours}");
        }
        assert_eq!(line(Some(1.0), 1.0, Aim::Shown).reached(), None);
    }

    #[test]
    fn the_verdict_is_the_last_word() {
        assert!(line(Some(100.0), 50.0, Aim::Ratio(0.8)).to_string().ends_with("0.50  ratio >= 0.80  SHORT"));
        assert!(line(Some(100.0), 90.0, Aim::Ratio(0.8)).to_string().ends_with("PASS"));
    }

    #[test]
    fn the_median_is_the_middle_run() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.0);
        assert_eq!(median(vec![]), 0.0);
    }
}
