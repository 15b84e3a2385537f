//! Proofs of identity, and what they add up to.
//!
//! A proof cannot be made by wishing: its constructors carry `danger` in their names, and a test in `xtask` fails when
//! any file but the verifying ones and the row mappings calls them.

use std::{marker::PhantomData, time::Duration};

use crate::{
    access::SecondStep,
    id::{CaseId, DeviceId, UserId},
    time::Timestamp,
};

/// Marker: the proof that opens a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum First {}
/// Marker: the proof that completes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Second {}
/// Marker: a recovery's proof that somebody reads the stored mailbox. Completes no login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mailbox {}
/// Marker: a recovery's proof of what only its owner knows, or of what staff know of the owner. Opens no login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Knowledge {}

/// How a login was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FirstMethod {
    /// Enterprise User ID and its password.
    Password,
    /// The credentials that the application used until now.
    Legacy,
    /// The link of an invitation.
    Invitation,
    /// A passkey whose authenticator verified its user: possession and knowledge (or biometrics) in one gesture.
    Passkey,
}

/// How a login was completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecondMethod {
    /// A one-time password sent to the stored business e-mail address.
    EmailOtp,
    /// A browser that was made trusted earlier.
    TrustedDevice(DeviceId),
    /// A code that an authenticator app computed (RFC 6238).
    AuthenticatorApp,
    /// A passkey.
    Passkey,
    /// A recovery code from paper, in place of a lost authenticator app or passkey.
    RecoveryCode,
}

/// How a mailbox was proven before anything else was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailboxMethod {
    /// A code that was sent there was entered on the browser that asked.
    Code,
    /// A link that was sent there was followed and confirmed.
    Link,
}

/// How a recovery was backed beside the mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KnowledgeMethod {
    /// The security code that was made at enrolment.
    SecurityCode,
    /// Two members of staff vouched for the person in this case.
    Approval(CaseId),
}

mod sealed {
    pub trait Factor {
        type Method: std::fmt::Debug + Clone + Copy + PartialEq + Eq + std::hash::Hash;
    }
    impl Factor for super::First {
        type Method = super::FirstMethod;
    }
    impl Factor for super::Second {
        type Method = super::SecondMethod;
    }
    impl Factor for super::Mailbox {
        type Method = super::MailboxMethod;
    }
    impl Factor for super::Knowledge {
        type Method = super::KnowledgeMethod;
    }
}
use sealed::Factor;

/// One verified proof: who, how and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Proof<F: Factor> {
    user: UserId,
    method: F::Method,
    at: Timestamp,
    factor: PhantomData<F>,
}

impl<F: Factor> Proof<F> {
    /// For verification code, after the secret was found right, and for reading back a stored proof. Nowhere else.
    pub const fn danger_mint(user: UserId, method: F::Method, at: Timestamp) -> Self {
        Self { user, method, at, factor: PhantomData }
    }

    /// Whose proof it is.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// How it was given.
    #[must_use]
    pub const fn method(&self) -> F::Method {
        self.method
    }

    /// When it was given.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }
}

/// What a session rests on. Made of proofs by the machines alone; everything said about its strength is computed from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Assurance {
    first: Proof<First>,
    second: Option<Proof<Second>>,
}

impl Assurance {
    pub(crate) const fn one(first: Proof<First>) -> Self {
        Self { first, second: None }
    }

    /// `None` when the proofs are of two people.
    pub(crate) fn two(first: Proof<First>, second: Proof<Second>) -> Option<Self> {
        (first.user == second.user).then_some(Self { first, second: Some(second) })
    }

    /// For the row mapping of stored sessions and attempts only. `None` when the proofs are of two people.
    #[must_use]
    pub fn danger_restore(first: Proof<First>, second: Option<Proof<Second>>) -> Option<Self> {
        match second {
            None => Some(Self::one(first)),
            Some(second) => Self::two(first, second),
        }
    }

    /// Who is signed in.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.first.user
    }

    /// The first proof.
    #[must_use]
    pub const fn first(&self) -> Proof<First> {
        self.first
    }

    /// The second proof, if one was asked for.
    #[must_use]
    pub const fn second(&self) -> Option<Proof<Second>> {
        self.second
    }

    /// Whether it rests on two factors: two proofs, or a passkey that verified its user.
    #[must_use]
    pub fn is_two_factor(&self) -> bool {
        self.second.is_some() || self.first.method == FirstMethod::Passkey
    }

    /// When the person last proved anything by hand (OpenID Connect Core 1.0, section 2): device trust does not count.
    #[must_use]
    pub fn auth_time(&self) -> Timestamp {
        match self.second {
            Some(second) if is_by_hand(second.method) => self.first.at.max(second.at),
            Some(_) | None => self.first.at,
        }
    }

    /// Whether it is fresh enough for a sensitive change: everything that `asked` demands was proven by hand, the last of it
    /// less than `window` ago.
    #[must_use]
    pub fn is_fresh(&self, asked: SecondStep, window: Duration, now: Timestamp) -> bool {
        let whole = match (asked, self.first.method) {
            (SecondStep::None, _) | (_, FirstMethod::Passkey) => true,
            (SecondStep::OtpOrTrustedDevice, _) => {
                self.second.is_some_and(|second| is_by_hand(second.method))
            }
        };
        whole && now.since(self.auth_time()) < window
    }

    /// Authentication method references (RFC 8176, with names of our own where it has none). E-mail is reported as such.
    #[must_use]
    pub fn amr(&self) -> Vec<&'static str> {
        let first: &[&str] = match self.first.method {
            FirstMethod::Password => &["pwd"],
            FirstMethod::Legacy => &["vestibule:legacy-pwd"],
            FirstMethod::Invitation => &["vestibule:invitation"],
            FirstMethod::Passkey => &["pop", "user", "mfa", "vestibule:passkey"],
        };
        let second: &[&str] = match self.second.map(|proof| proof.method) {
            None => &[],
            Some(SecondMethod::EmailOtp) => &["otp", "vestibule:email"],
            Some(SecondMethod::TrustedDevice(_)) => &["vestibule:trusted-device"],
            Some(SecondMethod::AuthenticatorApp) => &["otp", "mfa", "vestibule:authenticator-app"],
            Some(SecondMethod::Passkey) => &["pop", "user", "mfa", "vestibule:passkey"],
            Some(SecondMethod::RecoveryCode) => &["mfa", "vestibule:recovery-code"],
        };
        [first, second].concat()
    }

    /// Authentication context class: says what really happened. Neither e-mail nor device trust is called AAL2
    /// (NIST SP 800-63B-4, 3.1.3.1).
    #[must_use]
    pub fn acr(&self) -> &'static str {
        match (self.first.method, self.second.map(|proof| proof.method)) {
            (FirstMethod::Legacy | FirstMethod::Invitation, None) => "urn:vestibule:acr:legacy",
            (FirstMethod::Password, None) => "urn:vestibule:acr:password",
            (FirstMethod::Passkey, None) | (_, Some(SecondMethod::Passkey)) => "urn:vestibule:acr:passkey",
            (_, Some(SecondMethod::EmailOtp)) => "urn:vestibule:acr:email-otp",
            (_, Some(SecondMethod::TrustedDevice(_))) => "urn:vestibule:acr:trusted-device",
            (_, Some(SecondMethod::AuthenticatorApp)) => "urn:vestibule:acr:authenticator-app",
            (_, Some(SecondMethod::RecoveryCode)) => "urn:vestibule:acr:recovery-code",
        }
    }
}

const fn is_by_hand(method: SecondMethod) -> bool {
    match method {
        SecondMethod::EmailOtp
        | SecondMethod::AuthenticatorApp
        | SecondMethod::Passkey
        | SecondMethod::RecoveryCode => true,
        SecondMethod::TrustedDevice(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const USER: UserId = UserId(Uuid::from_u128(1));
    const WINDOW: Duration = Duration::from_mins(10);

    fn assurance(first: FirstMethod, second: Option<SecondMethod>) -> Assurance {
        let second = second.map(|method| Proof::danger_mint(USER, method, Timestamp(2_000)));
        Assurance { first: Proof::danger_mint(USER, first, Timestamp(1_000)), second }
    }

    #[test]
    fn what_is_said_about_every_way_of_logging_in() {
        use std::fmt::Write as _;
        let seconds = [
            None,
            Some(SecondMethod::EmailOtp),
            Some(SecondMethod::TrustedDevice(DeviceId(Uuid::from_u128(2)))),
            Some(SecondMethod::AuthenticatorApp),
            Some(SecondMethod::Passkey),
            Some(SecondMethod::RecoveryCode),
        ];
        let mut table = String::new();
        for first in
            [FirstMethod::Password, FirstMethod::Legacy, FirstMethod::Invitation, FirstMethod::Passkey]
        {
            for second in seconds {
                let made = assurance(first, second);
                writeln!(table, "{:<35} {}", made.acr(), made.amr().join(" ")).unwrap();
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn fresh_means_everything_by_hand_and_a_moment_ago() {
        let both = assurance(FirstMethod::Password, Some(SecondMethod::EmailOtp));
        let end = Timestamp(2_000) + WINDOW;
        let asked = SecondStep::OtpOrTrustedDevice;
        assert!(both.is_fresh(asked, WINDOW, end - Duration::from_millis(1)));
        assert!(!both.is_fresh(asked, WINDOW, end));
        let trusted = SecondMethod::TrustedDevice(DeviceId(Uuid::from_u128(2)));
        assert!(!assurance(FirstMethod::Password, Some(trusted)).is_fresh(asked, WINDOW, Timestamp(2_000)));
        assert!(!assurance(FirstMethod::Password, None).is_fresh(asked, WINDOW, Timestamp(2_000)));
        assert!(assurance(FirstMethod::Password, None).is_fresh(SecondStep::None, WINDOW, Timestamp(2_000)));
        assert!(assurance(FirstMethod::Passkey, None).is_fresh(asked, WINDOW, Timestamp(2_000)));
    }
}
