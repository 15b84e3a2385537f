//! Strength as zxcvbn sees it, in words that pages can translate.

use std::time::Duration;

use zeroize::Zeroizing;
use zxcvbn::{feedback::Warning, zxcvbn};

use super::PersonalWords;

/// zxcvbn's cost grows faster than the length, so it sees the first characters only; more of them never weaken a password.
pub(super) const LOOKED_AT: usize = 100;

/// How hard a password is to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strength {
    /// zxcvbn's score, 0 (worst) to 4.
    pub score: u8,
    /// How long guessing would take somebody who has the hash.
    pub crack_time: CrackTime,
}

/// Time to guess a password at ten thousand tries a second, as against a stolen slow hash. Later ones are longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CrackTime {
    /// Less than a minute.
    Seconds,
    /// Less than an hour.
    Minutes,
    /// Less than a day.
    Hours,
    /// Less than a month.
    Days,
    /// Less than a year.
    Months,
    /// Less than a hundred years.
    Years,
    /// Longer.
    Centuries,
}

impl CrackTime {
    fn from_span(span: Duration) -> Self {
        const DAY: u64 = 86_400;
        match span.as_secs() {
            0..60 => Self::Seconds,
            60..3_600 => Self::Minutes,
            3_600..DAY => Self::Hours,
            DAY..2_592_000 => Self::Days,
            2_592_000..31_536_000 => Self::Months,
            31_536_000..3_153_600_000 => Self::Years,
            _ => Self::Centuries,
        }
    }
}

/// What makes a password easy to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Keys that lie side by side.
    Keyboard,
    /// The same letters again and again.
    Repeats,
    /// Runs such as abc or 6543.
    Sequence,
    /// A date or a year.
    Date,
    /// A name.
    Name,
    /// A common password, or nearly one.
    Common,
    /// One word.
    SingleWord,
}

/// Strength, and what weakens it.
pub(super) fn estimate(password: &str, personal: &PersonalWords) -> (Strength, Option<Weakness>) {
    let looked_at: Zeroizing<String> = Zeroizing::new(password.chars().take(LOOKED_AT).collect());
    let entropy = zxcvbn(&looked_at, &personal.as_strs());
    let crack_time = CrackTime::from_span(entropy.crack_times().offline_slow_hashing_1e4_per_second().into());
    let weakness = entropy.feedback().and_then(|feedback| feedback.warning()).map(weakness);
    (Strength { score: u8::from(entropy.score()), crack_time }, weakness)
}

const fn weakness(warning: Warning) -> Weakness {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess => {
            Weakness::Keyboard
        }
        Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            Weakness::Repeats
        }
        Warning::SequencesLikeAbcAreEasyToGuess => Weakness::Sequence,
        Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => Weakness::Date,
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
        | Warning::CommonNamesAndSurnamesAreEasyToGuess => Weakness::Name,
        Warning::ThisIsATop10Password
        | Warning::ThisIsATop100Password
        | Warning::ThisIsACommonPassword
        | Warning::ThisIsSimilarToACommonlyUsedPassword => Weakness::Common,
        Warning::AWordByItselfIsEasyToGuess => Weakness::SingleWord,
    }
}
