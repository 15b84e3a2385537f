//! One-time passwords: drawn evenly, stored as keyed MACs that hold for one code of one attempt only.

use std::fmt;

use domain::id::{AttemptId, CodeId, UserId};
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
