//! The only places where a proof is made: after the secret was found right.

use domain::{
    approval::Vouched,
    id::{CaseId, DeviceId, UserId},
    proof::{
        First, FirstMethod, Knowledge, KnowledgeMethod, Mailbox, MailboxMethod, Proof, Second, SecondMethod,
    },
    time::Timestamp,
};
use subtle::ConstantTimeEq as _;

use crate::{
    hashing::{HashCheck, Verified},
    keyring::Keyring,
    otp::{OtpBinding, RecoveryBinding, is_otp, is_recovery_code},
    passkeys::ShownPasskey,
    totp::{AppSecret, Reach},
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
    is_otp(keys, binding, digits, stored)
        .then(|| Proof::danger_mint(binding.user, SecondMethod::EmailOtp, now))
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

/// The code of an authenticator app as a proof, with the step that it was of: `None` when it is of none around `expected`, or
/// of one that is not later than `last`. It counts once the step was written down as used.
#[must_use]
pub fn app_proof(
    secret: &AppSecret,
    digits: &str,
    expected: i64,
    last: i64,
    user: UserId,
    now: Timestamp,
) -> Option<(Proof<Second>, i64)> {
    let step = secret.find_step(digits, expected, Reach::Login).filter(|step| *step > last)?;
    Some((Proof::danger_mint(user, SecondMethod::AuthenticatorApp, now), step))
}

/// A recovery code as a proof: `None` when its hash is another.
#[must_use]
pub fn recovery_code_proof(check: HashCheck, user: UserId, now: Timestamp) -> Option<Proof<Second>> {
    match check {
        HashCheck::Right(Verified { .. }) => Some(Proof::danger_mint(user, SecondMethod::RecoveryCode, now)),
        HashCheck::Wrong => None,
    }
}

/// A passkey that opens a login: `None` when its authenticator did not verify its user.
#[must_use]
pub fn passkey_first_proof(shown: &ShownPasskey, user: UserId, now: Timestamp) -> Option<Proof<First>> {
    shown.user_was_verified().then(|| Proof::danger_mint(user, FirstMethod::Passkey, now))
}

/// A passkey that completes a login: `None` when its authenticator did not verify its user.
#[must_use]
pub fn passkey_second_proof(shown: &ShownPasskey, user: UserId, now: Timestamp) -> Option<Proof<Second>> {
    shown.user_was_verified().then(|| Proof::danger_mint(user, SecondMethod::Passkey, now))
}

/// A recovery's mailed code as a proof: `None` when the digits are not those that were sent.
#[must_use]
pub fn mailbox_code_proof(
    keys: &Keyring,
    binding: &RecoveryBinding,
    digits: &str,
    stored: &[u8],
    now: Timestamp,
) -> Option<Proof<Mailbox>> {
    is_recovery_code(keys, binding, digits, stored)
        .then(|| Proof::danger_mint(binding.user, MailboxMethod::Code, now))
}

/// The bearer of a link that was mailed to `user`; the digest of its token was found and is still good.
#[must_use]
pub fn mailbox_link_proof(
    shown: &crate::token::Token,
    stored: &[u8],
    user: UserId,
    now: Timestamp,
) -> Option<Proof<Mailbox>> {
    bool::from(shown.hash().ct_eq(stored)).then(|| Proof::danger_mint(user, MailboxMethod::Link, now))
}

/// The security code's check as a proof: `None` when it failed.
#[must_use]
pub fn knowledge_proof(check: HashCheck, user: UserId, now: Timestamp) -> Option<Proof<Knowledge>> {
    match check {
        HashCheck::Right(Verified { .. }) => {
            Some(Proof::danger_mint(user, KnowledgeMethod::SecurityCode, now))
        }
        HashCheck::Wrong => None,
    }
}

/// A case about `user` as a proof: `None` unless two others, or the command line, vouched for them lately.
#[must_use]
pub fn approval_proof(
    case: CaseId,
    vouched: &Vouched,
    user: UserId,
    now: Timestamp,
) -> Option<Proof<Knowledge>> {
    vouched.suffices(user, now).then(|| Proof::danger_mint(user, KnowledgeMethod::Approval(case), now))
}
