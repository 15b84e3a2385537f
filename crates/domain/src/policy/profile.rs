//! Profiles: several keys set by one word.

use std::time::Duration;

use super::{
    Policy,
    key::Key,
    layer::{PolicyProblem, RawValue},
    value::{Value, days},
};

/// A named set of values that any layer can take over; its own settings still override them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// The defaults, where an earlier layer is strict.
    Standard,
    /// For users with more to lose: longer passwords, because a Trusted Device login rests on the password alone, and
    /// trust that ends when it is not used.
    Strict,
}

/// When trust that is not used ends, in the strict profile.
const STRICT_IDLE: Duration = days(14);
/// Least password length in the strict profile. (NIST SP 800-63B-4, 3.1.1.2, for passwords used alone)
const STRICT_LENGTH: u32 = 15;

impl Profile {
    /// The key that names a profile.
    pub const KEY: &'static str = "profile";
    const KEYS: [&'static str; 2] = ["device.trust_idle", "password.min_length"];

    /// The word that names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Strict => "strict",
        }
    }

    pub(super) fn parse(raw: &RawValue) -> Result<Self, PolicyProblem> {
        let text = raw.to_string();
        [Self::Standard, Self::Strict].into_iter().find(|profile| profile.name() == text.trim()).ok_or_else(
            || PolicyProblem::OutOfRange {
                key: Self::KEY,
                given: text,
                range: "standard or strict".to_owned(),
            },
        )
    }

    /// What the profile says about a key, if it says anything.
    pub(super) fn value(self, key: &Key) -> Option<Value> {
        let mut policy = Policy::default();
        if self == Self::Strict {
            policy.device.trust_idle = Some(STRICT_IDLE);
            policy.password.min_length = STRICT_LENGTH;
        }
        Self::KEYS.contains(&key.name).then(|| key.value_in(&policy))
    }
}
