//! Bounds of parameters, and the sentences for what is outside of them.

use std::ops::RangeInclusive;

use crate::HashProblem;

/// A parameter of a format and the values that it may have.
pub(crate) struct Limit<N> {
    pub(crate) scheme: &'static str,
    pub(crate) parameter: &'static str,
    pub(crate) range: RangeInclusive<N>,
}

impl<N: Copy + PartialOrd + Into<u64>> Limit<N> {
    /// The value, when it is within.
    pub(crate) fn check(&self, value: N) -> Result<N, HashProblem> {
        if self.range.contains(&value) {
            return Ok(value);
        }
        Err(HashProblem::OutOfRange {
            scheme: self.scheme,
            parameter: self.parameter,
            value: value.into(),
            least: (*self.range.start()).into(),
            most: (*self.range.end()).into(),
        })
    }
}

/// A number in decimal digits without sign or leading zero.
pub(crate) fn decimal(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    plain.then(|| text.parse().ok()).flatten()
}
