//! One-time passwords: drawn evenly, stored as keyed MACs that hold for one code of one attempt only.

use std::fmt;

use domain::{
    id::{AttemptId, CodeId, RecoveryId, UserId},
    recovery::Goal,
};
use zeroize::Zeroizing;

use crate::{
    keyring::Keyring,
    random::{Random, RandomExt as _},
};

/// The digits of a code, before they are mailed.
#[derive(Clone)]
pub struct Otp(Zeroizing<String>);

impl Otp {
    /// A new code of `digits` digits (6 to 10), each value equally likely.
    pub fn generate(digits: u8, random: &(impl Random + ?Sized)) -> Self {
        let width = usize::from(digits.clamp(6, 10));
        let bound = 10_u64.pow(u32::from(digits.clamp(6, 10)));
        Self(Zeroizing::new(format!("{:0width$}", random.below(bound))))
    }

    /// The digits.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Otp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Otp(…)")
    }
}

/// What a code is for and bound to; a code opens nothing else.
#[derive(Debug, Clone, Copy)]
pub struct OtpBinding<'a> {
    /// The code's row.
    pub code: CodeId,
    /// The login attempt, and with it the browser.
    pub attempt: AttemptId,
    /// Whose code it is.
    pub user: UserId,
    /// What it is for.
    pub purpose: &'a str,
    /// How it travels.
    pub channel: &'a str,
}

impl OtpBinding<'_> {
    fn over<T>(&self, digits: &str, make: impl FnOnce(&str, &[&[u8]]) -> T) -> T {
        let (code, attempt, user) = (self.code.0, self.attempt.0, self.user.0);
        let bound = [code.as_bytes(), attempt.as_bytes(), user.as_bytes()].map(|id| id.as_slice());
        let [code, attempt, user] = bound;
        make(
            "otp",
            &[code, attempt, user, self.purpose.as_bytes(), self.channel.as_bytes(), digits.as_bytes()],
        )
    }
}

/// The MAC that is stored of `digits`.
#[must_use]
pub fn otp_mac(keys: &Keyring, binding: &OtpBinding<'_>, digits: &str) -> [u8; 32] {
    binding.over(digits, |purpose, parts| keys.sign(purpose, parts))
}

/// Whether `stored` is the MAC of `digits`.
pub(crate) fn is_otp(keys: &Keyring, binding: &OtpBinding<'_>, digits: &str, stored: &[u8]) -> bool {
    stored.len() == 32 && binding.over(digits, |purpose, parts| keys.has_signed(purpose, parts, stored))
}

/// What a recovery's code is for and bound to.
#[derive(Debug, Clone, Copy)]
pub struct RecoveryBinding {
    /// The code's key.
    pub code: CodeId,
    /// The recovery, and with it the browser.
    pub recovery: RecoveryId,
    /// Whose code it is.
    pub user: UserId,
    /// What it is for.
    pub goal: Goal,
}

impl RecoveryBinding {
    fn over<T>(&self, digits: &str, make: impl FnOnce(&str, &[&[u8]]) -> T) -> T {
        let goal: &[u8] = match self.goal {
            Goal::OpenDoor => b"open_door",
            Goal::Password => b"password",
            Goal::Factor => b"factor",
        };
        let (code, recovery, user) = (self.code.0, self.recovery.0, self.user.0);
        let parts = [code.as_bytes(), recovery.as_bytes(), user.as_bytes()].map(|id| id.as_slice());
        make("recovery code", &[parts[0], parts[1], parts[2], goal, digits.as_bytes()])
    }
}

/// The MAC that is stored of a recovery's `digits`.
#[must_use]
pub fn recovery_mac(keys: &Keyring, binding: &RecoveryBinding, digits: &str) -> [u8; 32] {
    binding.over(digits, |purpose, parts| keys.sign(purpose, parts))
}

/// Whether `stored` is the MAC of `digits`.
pub(crate) fn is_recovery_code(
    keys: &Keyring,
    binding: &RecoveryBinding,
    digits: &str,
    stored: &[u8],
) -> bool {
    stored.len() == 32 && binding.over(digits, |purpose, parts| keys.has_signed(purpose, parts, stored))
}
