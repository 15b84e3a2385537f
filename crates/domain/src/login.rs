//! Login with an Enterprise User ID, as a typed machine.
//!
//! No state signs a user in without the proofs that [`admission`](crate::access::admission) demands: `SignedIn` is made here
//! alone, from [`Proof`]s.

use crate::{
    access::{Admission, Key, SecondStep, Then},
    enrolment::{Enrolment, EnrolmentEffect, EnrolmentEvent, NotAllowed},
    factor::Offer,
    proof::{Assurance, First, FirstMethod, Proof, Second},
};

/// Where a login stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Login {
    /// Nothing is proven.
    Identify,
    /// The password was right; the second factor is asked for.
    Challenge {
        /// The password.
        first: Proof<First>,
        /// What comes after the second proof.
        then: Then,
        /// The second factors that complete it.
        offer: Offer,
        /// Wrong codes so far.
        misses: u32,
    },
    /// Proven, and enrolment is due.
    Enrol {
        /// What the session will rest on.
        assurance: Assurance,
        /// Where enrolment stands.
        enrolment: Enrolment,
    },
    /// Done.
    SignedIn {
        /// What the session rests on.
        assurance: Assurance,
    },
    /// Over without a session.
    Refused(Refusal),
}

/// Why a login ended without a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The credentials are right, and do not open this door: no such row in the table.
    NotAdmitted,
    /// The user is disabled.
    Disabled,
    /// The password is right, and dead: its owner said "this was not me". Recovery makes a new one.
    PasswordDead,
    /// Ended by the user, or by an event of the revocation matrix.
    Ended,
    /// Left alone for too long.
    Expired,
}

/// What can happen to a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginEvent {
    /// The password or passkey was right; the table says what follows, and the offer how it goes on.
    FirstProven(Proof<First>, Admission, Offer),
    /// A second factor of the offer was right, or the browser is a Trusted Device.
    SecondProven(Proof<Second>),
    /// The code was wrong.
    SecondFailed,
    /// A step of enrolment.
    Enrolment(EnrolmentEvent),
    /// Two-factor login has begun for the company since the password was proven alone: the second factor is asked for before
    /// anything else, and enrolment begins again after it.
    SecondDemanded(Offer),
    /// It is over.
    Refuse(Refusal),
}

/// What has to be done in the transaction that saves the new state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Ask for the preferred factor of the offer (send a code to the stored address), unless a Trusted Device answers at once.
    AskSecond,
    /// Make a session of this assurance.
    StartSession(Assurance),
    /// An effect of enrolment.
    Enrolment(EnrolmentEffect),
}

impl Login {
    /// One step.
    ///
    /// # Errors
    /// [`NotAllowed`] when the event does not fit the state, or a proof is of another user.
    pub fn step(self, event: LoginEvent) -> Result<(Self, Vec<Effect>), NotAllowed> {
        use LoginEvent::{
            Enrolment as Enrol, FirstProven, Refuse, SecondDemanded, SecondFailed, SecondProven,
        };
        match (self, event) {
            (Self::Identify, FirstProven(first, admission, offer)) => {
                Ok(Self::admit(first, admission, offer))
            }
            (Self::Challenge { first, then, offer, .. }, SecondProven(second)) => {
                if !cfg!(feature = "planted-bug") && !offer.allows(second.method()) {
                    return Err(NotAllowed);
                }
                let assurance = Assurance::two(first, second).ok_or(NotAllowed)?;
                Ok(Self::proceed(assurance, then))
            }
            (Self::Challenge { first, then, offer, misses }, SecondFailed) => {
                Ok((Self::Challenge { first, then, offer, misses: misses.saturating_add(1) }, vec![]))
            }
            (Self::Enrol { assurance, enrolment }, Enrol(event)) => {
                let (enrolment, effect) = enrolment.step(event)?;
                Ok(Self::enrolled(assurance, enrolment, effect))
            }
            (Self::Enrol { assurance, enrolment }, SecondDemanded(offer)) => {
                Self::demand_second(assurance, enrolment, offer)
            }
            (Self::Identify | Self::Challenge { .. } | Self::Enrol { .. }, Refuse(refusal)) => {
                Ok((Self::Refused(refusal), vec![]))
            }
            (Self::Identify, SecondProven(_) | SecondFailed | Enrol(_) | SecondDemanded(_))
            | (Self::Challenge { .. }, FirstProven(..) | Enrol(_) | SecondDemanded(_))
            | (Self::Enrol { .. }, FirstProven(..) | SecondProven(_) | SecondFailed)
            | (
                Self::SignedIn { .. } | Self::Refused(_),
                FirstProven(..) | SecondProven(_) | SecondFailed | Enrol(_) | SecondDemanded(_) | Refuse(_),
            ) => Err(NotAllowed),
        }
    }

    /// A passkey that verified its user is two factors in one, so no second step follows it.
    fn admit(first: Proof<First>, admission: Admission, offer: Offer) -> (Self, Vec<Effect>) {
        match (admission.key, admission.second, first.method()) {
            (Key::Legacy | Key::Invitation, _, _)
            | (Key::Password, _, FirstMethod::Legacy | FirstMethod::Invitation) => {
                (Self::Refused(Refusal::NotAdmitted), vec![])
            }
            (Key::Password, SecondStep::None, FirstMethod::Password)
            | (Key::Password, _, FirstMethod::Passkey) => {
                Self::proceed(Assurance::one(first), admission.then)
            }
            (Key::Password, SecondStep::OtpOrTrustedDevice, FirstMethod::Password) => {
                let state = Self::Challenge { first, then: admission.then, offer, misses: 0 };
                (state, vec![Effect::AskSecond])
            }
        }
    }

    fn demand_second(
        assurance: Assurance,
        enrolment: Enrolment,
        offer: Offer,
    ) -> Result<(Self, Vec<Effect>), NotAllowed> {
        let not_now = match enrolment {
            Enrolment::CheckProfile(not_now) | Enrolment::MakeSecurityCode(not_now) => not_now,
            Enrolment::Complete | Enrolment::Postponed => return Err(NotAllowed),
        };
        if assurance.is_two_factor() {
            return Err(NotAllowed);
        }
        let (first, then) = (assurance.first(), Then::Enrolment(not_now));
        Ok((Self::Challenge { first, then, offer, misses: 0 }, vec![Effect::AskSecond]))
    }

    fn proceed(assurance: Assurance, then: Then) -> (Self, Vec<Effect>) {
        match then {
            Then::Application | Then::ApplicationWithAnnouncement => Self::sign_in(assurance),
            Then::Enrolment(not_now) => {
                (Self::Enrol { assurance, enrolment: Enrolment::CheckProfile(not_now) }, vec![])
            }
            Then::Onboarding(_) => (Self::Refused(Refusal::NotAdmitted), vec![]),
        }
    }

    fn enrolled(
        assurance: Assurance,
        enrolment: Enrolment,
        effect: Option<EnrolmentEffect>,
    ) -> (Self, Vec<Effect>) {
        let mut effects: Vec<_> = effect.map(Effect::Enrolment).into_iter().collect();
        let state = match enrolment {
            Enrolment::CheckProfile(_) | Enrolment::MakeSecurityCode(_) => {
                Self::Enrol { assurance, enrolment }
            }
            Enrolment::Complete | Enrolment::Postponed => {
                let (state, more) = Self::sign_in(assurance);
                effects.extend(more);
                state
            }
        };
        (state, effects)
    }

    fn sign_in(assurance: Assurance) -> (Self, Vec<Effect>) {
        (Self::SignedIn { assurance }, vec![Effect::StartSession(assurance)])
    }
}

#[cfg(test)]
mod tests;
