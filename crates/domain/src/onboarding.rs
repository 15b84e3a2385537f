//! Onboarding as a typed machine: from the legacy credentials (or an invitation) to an Enterprise User ID.
//!
//! It rests on two proofs, the first and a code sent to the stored e-mail address, bound to one browser; nothing is created
//! before both. Once the ID is made (or put off, or refused) it ends in a [`Login`], which knows the rest of the way.

use crate::{
    access::{Admission, Key, NotNow, Then},
    enrolment::{Enrolment, NotAllowed},
    login::{self, Login, Refusal},
    proof::{Assurance, First, FirstMethod, Proof, Second, SecondMethod},
};

/// Where an onboarding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Onboarding {
    /// Nothing is proven.
    Identify,
    /// The prepopulated name and e-mail are shown.
    CheckProfile {
        /// The legacy credentials, or the invitation.
        first: Proof<First>,
        /// Whether it may be put off.
        not_now: NotNow,
    },
    /// A code went to the stored address.
    ProveMailbox {
        /// The legacy credentials, or the invitation.
        first: Proof<First>,
        /// Whether it may be put off.
        not_now: NotNow,
        /// Wrong codes so far.
        misses: u32,
    },
    /// Both proofs are there: ID and password can be made.
    ChooseUserId {
        /// What the session would rest on.
        assurance: Assurance,
        /// Whether it may be put off.
        not_now: NotNow,
    },
    /// The ID is made, put off or refused: a login goes on from here.
    Over(Login),
}

/// What can happen to an onboarding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnboardingEvent {
    /// The legacy credentials were right, or the invitation is good; the table says what follows.
    FirstProven(Proof<First>, Admission),
    /// "Yes, these are right."
    ProfileConfirmed,
    /// "This is wrong": a case for the servicing team.
    WrongDetailsReported,
    /// The mailed code was right, on this browser.
    MailboxProven(Proof<Second>),
    /// The mailed code was wrong.
    MailboxFailed,
    /// ID and password were accepted; the proof is the new password.
    UserIdMade(Proof<First>),
    /// "Not now."
    PutOff,
    /// It is over.
    Refuse(Refusal),
}

/// What has to be done in the transaction that saves the new state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Remember that the profile was confirmed.
    RecordProfileConfirmed,
    /// Open a case.
    OpenCase,
    /// Send a code to the stored address.
    SendCode,
    /// Tell the user that onboarding began.
    NotifyStarted,
    /// Claim the ID, store the password and delete the legacy credentials, all or nothing.
    ReplaceCredentials,
    /// Count the postponement.
    CountPostponement,
    /// What the login asks for.
    Login(login::Effect),
}

type Step = Result<(Onboarding, Vec<Effect>), NotAllowed>;

impl Onboarding {
    /// One step.
    ///
    /// # Errors
    /// [`NotAllowed`] when the event does not fit the state, or a proof is of another user.
    pub fn step(self, event: OnboardingEvent) -> Step {
        use OnboardingEvent as E;
        match (self, event) {
            (Self::Identify, E::FirstProven(first, admission)) => Ok(Self::admit(first, admission)),
            (Self::CheckProfile { first, not_now }, E::ProfileConfirmed) => Ok((
                Self::ProveMailbox { first, not_now, misses: 0 },
                vec![Effect::RecordProfileConfirmed, Effect::NotifyStarted, Effect::SendCode],
            )),
            (state @ Self::CheckProfile { .. }, E::WrongDetailsReported) => {
                Ok((state, vec![Effect::OpenCase]))
            }
            (Self::ProveMailbox { first, not_now, .. }, E::MailboxProven(second)) => {
                // Only the code shows that the stored address is theirs; no app and no device does.
                if second.method() != SecondMethod::EmailOtp {
                    return Err(NotAllowed);
                }
                let assurance = Assurance::two(first, second).ok_or(NotAllowed)?;
                Ok((Self::ChooseUserId { assurance, not_now }, vec![]))
            }
            (Self::ProveMailbox { first, not_now, misses }, E::MailboxFailed) => {
                Ok((Self::ProveMailbox { first, not_now, misses: misses.saturating_add(1) }, vec![]))
            }
            (Self::ChooseUserId { assurance, not_now }, E::UserIdMade(password)) => {
                Self::with_new_password(assurance, not_now, password)
            }
            (
                Self::CheckProfile { first, not_now: NotNow::Offered }
                | Self::ProveMailbox { first, not_now: NotNow::Offered, .. },
                E::PutOff,
            ) => Ok(Self::put_off(Assurance::one(first))),
            (Self::ChooseUserId { assurance, not_now: NotNow::Offered }, E::PutOff) => {
                Ok(Self::put_off(assurance))
            }
            (
                Self::Identify
                | Self::CheckProfile { .. }
                | Self::ProveMailbox { .. }
                | Self::ChooseUserId { .. },
                E::Refuse(refusal),
            ) => Ok(Self::refuse(refusal)),
            (
                Self::CheckProfile { not_now: NotNow::Refused, .. }
                | Self::ProveMailbox { not_now: NotNow::Refused, .. }
                | Self::ChooseUserId { not_now: NotNow::Refused, .. },
                E::PutOff,
            )
            | (
                Self::Identify,
                E::ProfileConfirmed
                | E::WrongDetailsReported
                | E::MailboxProven(_)
                | E::MailboxFailed
                | E::UserIdMade(_)
                | E::PutOff,
            )
            | (
                Self::CheckProfile { .. },
                E::FirstProven(..) | E::MailboxProven(_) | E::MailboxFailed | E::UserIdMade(_),
            )
            | (
                Self::ProveMailbox { .. },
                E::FirstProven(..) | E::ProfileConfirmed | E::WrongDetailsReported | E::UserIdMade(_),
            )
            | (
                Self::ChooseUserId { .. },
                E::FirstProven(..)
                | E::ProfileConfirmed
                | E::WrongDetailsReported
                | E::MailboxProven(_)
                | E::MailboxFailed,
            )
            | (
                Self::Over(_),
                E::FirstProven(..)
                | E::ProfileConfirmed
                | E::WrongDetailsReported
                | E::MailboxProven(_)
                | E::MailboxFailed
                | E::UserIdMade(_)
                | E::PutOff
                | E::Refuse(_),
            ) => Err(NotAllowed),
        }
    }

    /// An invitation of an administrator opens onboarding for anybody without an ID, those with legacy credentials included.
    fn admit(first: Proof<First>, admission: Admission) -> (Self, Vec<Effect>) {
        match (first.method(), admission.key, admission.then) {
            (FirstMethod::Invitation, Key::Legacy | Key::Invitation, _) => {
                (Self::CheckProfile { first, not_now: NotNow::Refused }, vec![])
            }
            (FirstMethod::Legacy, Key::Legacy, Then::Onboarding(not_now)) => {
                (Self::CheckProfile { first, not_now }, vec![])
            }
            (FirstMethod::Legacy, Key::Legacy, Then::ApplicationWithAnnouncement) => {
                Self::sign_in(Assurance::one(first))
            }
            (FirstMethod::Legacy, Key::Legacy, Then::Application | Then::Enrolment(_))
            | (FirstMethod::Legacy, Key::Password | Key::Invitation, _)
            | (FirstMethod::Invitation, Key::Password, _)
            | (
                FirstMethod::Password | FirstMethod::Passkey,
                Key::Password | Key::Legacy | Key::Invitation,
                _,
            ) => Self::refuse(Refusal::NotAdmitted),
        }
    }

    /// From here on everything rests on the new password: the first proof is worthless the moment the ID is made.
    fn with_new_password(assurance: Assurance, not_now: NotNow, password: Proof<First>) -> Step {
        let (Some(second), FirstMethod::Password) = (assurance.second(), password.method()) else {
            return Err(NotAllowed);
        };
        let assurance = Assurance::two(password, second).ok_or(NotAllowed)?;
        let enrolment = Enrolment::MakeSecurityCode(not_now);
        Ok((Self::Over(Login::Enrol { assurance, enrolment }), vec![Effect::ReplaceCredentials]))
    }

    fn put_off(assurance: Assurance) -> (Self, Vec<Effect>) {
        let (state, mut effects) = Self::sign_in(assurance);
        effects.insert(0, Effect::CountPostponement);
        (state, effects)
    }

    fn sign_in(assurance: Assurance) -> (Self, Vec<Effect>) {
        let start = Effect::Login(login::Effect::StartSession(assurance));
        (Self::Over(Login::SignedIn { assurance }), vec![start])
    }

    fn refuse(refusal: Refusal) -> (Self, Vec<Effect>) {
        (Self::Over(Login::Refused(refusal)), vec![])
    }
}

#[cfg(test)]
mod tests;
