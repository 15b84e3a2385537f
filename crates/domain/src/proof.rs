//! Proofs of identity, and what they add up to.
//!
//! A proof cannot be made by wishing: its constructors carry `danger` in their names, and a test in `xtask` fails when
//! any file but the verifying ones and the row mappings calls them.

use std::marker::PhantomData;

use crate::{
    id::{DeviceId, UserId},
    time::Timestamp,
};

/// Marker: the proof that opens a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {}
/// Marker: the proof that completes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Second {}

/// How a login was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstMethod {
    /// Enterprise User ID and its password.
    Password,
    /// The credentials that the application used until now.
    Legacy,
    /// The link of an invitation.
    Invitation,
}

/// How a login was completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondMethod {
    /// A one-time password sent to the stored business e-mail address.
    EmailOtp,
    /// A browser that an OTP made trusted earlier.
    TrustedDevice(DeviceId),
}

mod sealed {
    pub trait Factor {
        type Method: std::fmt::Debug + Clone + Copy + PartialEq + Eq;
    }
    impl Factor for super::First {
        type Method = super::FirstMethod;
    }
    impl Factor for super::Second {
        type Method = super::SecondMethod;
    }
}
use sealed::Factor;

/// One verified proof: who, how and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

    /// When the person last proved anything by hand (OpenID Connect Core 1.0, section 2): device trust does not count.
    #[must_use]
    pub fn auth_time(&self) -> Timestamp {
        match self.second {
            Some(second) if second.method == SecondMethod::EmailOtp => self.first.at.max(second.at),
            Some(_) | None => self.first.at,
        }
    }

    /// Authentication method references (RFC 8176, with names of our own where it has none). E-mail is reported as such.
    #[must_use]
    pub fn amr(&self) -> Vec<&'static str> {
        let first = match self.first.method {
            FirstMethod::Password => "pwd",
            FirstMethod::Legacy => "vestibule:legacy-pwd",
            FirstMethod::Invitation => "vestibule:invitation",
        };
        match self.second.map(|proof| proof.method) {
            None => vec![first],
            Some(SecondMethod::EmailOtp) => vec![first, "otp", "vestibule:email"],
            Some(SecondMethod::TrustedDevice(_)) => vec![first, "vestibule:trusted-device"],
        }
    }

    /// Authentication context class: says what really happened. None of them is called AAL2 (NIST SP 800-63B-4, 3.1.3.1).
    #[must_use]
    pub fn acr(&self) -> &'static str {
        match (self.first.method, self.second.map(|proof| proof.method)) {
            (FirstMethod::Legacy | FirstMethod::Invitation, None) => "urn:vestibule:acr:legacy",
            (FirstMethod::Password, None) => "urn:vestibule:acr:password",
            (_, Some(SecondMethod::EmailOtp)) => "urn:vestibule:acr:email-otp",
            (_, Some(SecondMethod::TrustedDevice(_))) => "urn:vestibule:acr:trusted-device",
        }
    }
}
