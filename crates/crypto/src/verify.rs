//! The only places where a proof is made: after the secret was found right.

use domain::{
    id::{DeviceId, UserId},
    proof::{First, FirstMethod, Proof, Second, SecondMethod},
    time::Timestamp,
};
use subtle::ConstantTimeEq as _;

use crate::{
    hashing::{HashCheck, Verified},
    keyring::Keyring,
    otp::{OtpBinding, otp_mac},
};

/// The password check as a proof: `None` when it failed.
#[must_use]
pub fn first_proof(
    check: HashCheck,
    user: UserId,
    method: FirstMethod,
    now: Timestamp,
) -> Option<Proof<First>> {
    match check {
        HashCheck::Right(Verified { .. }) => Some(Proof::danger_mint(user, method, now)),
        HashCheck::Wrong => None,
    }
}

/// The password that was stored a moment ago, typed by its new owner.
#[must_use]
pub fn new_password_proof(
    _stored: &crate::hashing::PasswordHash,
    user: UserId,
    now: Timestamp,
) -> Proof<First> {
    Proof::danger_mint(user, FirstMethod::Password, now)
}

/// The bearer of an invitation's link; the digest of the token was found and is still good.
#[must_use]
pub fn invitation_proof(
    shown: &crate::token::Token,
    stored: &[u8],
    user: UserId,
    now: Timestamp,
) -> Option<Proof<First>> {
    bool::from(shown.hash().ct_eq(stored)).then(|| Proof::danger_mint(user, FirstMethod::Invitation, now))
}

/// The code as a proof: `None` when the digits are not those that were sent.
#[must_use]
pub fn otp_proof(
    keys: &Keyring,
    binding: &OtpBinding<'_>,
    digits: &str,
    stored: &[u8],
    now: Timestamp,
) -> Option<Proof<Second>> {
    let right = otp_mac(keys, binding, digits).ct_eq(stored);
    bool::from(right).then(|| Proof::danger_mint(binding.user, SecondMethod::EmailOtp, now))
}

/// A Trusted Device as a proof: `None` when `recognition` is anything but trust.
#[must_use]
pub fn device_proof(
    recognition: domain::device::Recognition,
    device: DeviceId,
    user: UserId,
    now: Timestamp,
) -> Option<Proof<Second>> {
    match recognition {
        domain::device::Recognition::Trusted => {
            Some(Proof::danger_mint(user, SecondMethod::TrustedDevice(device), now))
        }
        domain::device::Recognition::Reauthorise(_) | domain::device::Recognition::Alarm => None,
    }
}
