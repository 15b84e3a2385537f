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

/// The MAC that is stored of `digits`.
#[must_use]
pub fn otp_mac(keys: &Keyring, binding: &OtpBinding<'_>, digits: &str) -> [u8; 32] {
    let (code, attempt, user) = (binding.code.0, binding.attempt.0, binding.user.0);
    keys.mac(
        "otp",
        &[
            code.as_bytes(),
            attempt.as_bytes(),
            user.as_bytes(),
            binding.purpose.as_bytes(),
            binding.channel.as_bytes(),
            digits.as_bytes(),
        ],
    )
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

/// The MAC that is stored of a recovery's `digits`.
#[must_use]
pub fn recovery_mac(keys: &Keyring, binding: &RecoveryBinding, digits: &str) -> [u8; 32] {
    let (code, recovery, user) = (binding.code.0, binding.recovery.0, binding.user.0);
    let goal: &[u8] = match binding.goal {
        Goal::OpenDoor => b"open_door",
        Goal::Password => b"password",
        Goal::Factor => b"factor",
    };
    keys.mac(
        "recovery code",
        &[code.as_bytes(), recovery.as_bytes(), user.as_bytes(), goal, digits.as_bytes()],
    )
}
