//! Where an attempt stands, as the pages know it.

use crypto::token::Token;
use domain::{
    access::NotNow,
    attempt::{Entry, Machine},
    enrolment::Enrolment,
    factor::Channel,
    login::{Login, Refusal},
    onboarding::Onboarding,
    policy::Policy,
    proof::SecondMethod,
    role::Role,
};

use crate::DeviceCookie;

/// Where the user goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Enter the code of a login that was mailed.
    Code,
    /// Enter a code of the authenticator app.
    AppCode,
    /// Show a passkey.
    Passkey,
    /// Onboarding: check name and e-mail.
    Profile,
    /// Onboarding: enter the code that proves the mailbox.
    Mailbox,
    /// Onboarding: choose ID and password.
    UserId,
    /// Enrolment: check name and e-mail.
    EnrolProfile,
    /// Enrolment: make the security code.
    SecurityCode,
}

/// What a turn led to.
#[derive(Debug)]
pub enum Progress {
    /// There is more to do. A new token replaces the attempt's cookie.
    At(Step, Option<Token>),
    /// Done.
    SignedIn(Box<SignedIn>),
    /// Over without a session; the first proof was given, so the truth is told.
    Refused(Refusal),
}

/// A finished login.
#[derive(Debug)]
pub struct SignedIn {
    /// The session's token.
    pub session: Token,
    /// Where the user wanted to go.
    pub return_to: Option<String>,
    /// By which door it came in.
    pub entry: Entry,
    /// What they are: staff have no business at the application.
    pub role: Role,
    /// Whether the security code was made just now: the last page of onboarding tells how it goes on.
    pub enrolled_now: bool,
    /// Whether the page has to say what will come.
    pub announcement: bool,
}

/// The page of a pending machine; the state of one that is over.
pub(crate) const fn step_of(machine: &Machine) -> Result<Step, Login> {
    match *machine {
        Machine::Login(Login::Challenge { offer, .. }) => Ok(match offer.preferred() {
            Channel::Email => Step::Code,
            Channel::AuthenticatorApp => Step::AppCode,
            Channel::Passkey => Step::Passkey,
        }),
        Machine::Login(Login::Enrol { enrolment: Enrolment::CheckProfile(_), .. }) => Ok(Step::EnrolProfile),
        Machine::Login(Login::Enrol { enrolment: Enrolment::MakeSecurityCode(_), .. }) => {
            Ok(Step::SecurityCode)
        }
        Machine::Onboarding(Onboarding::CheckProfile { .. }) => Ok(Step::Profile),
        Machine::Onboarding(Onboarding::ProveMailbox { .. }) => Ok(Step::Mailbox),
        Machine::Onboarding(Onboarding::ChooseUserId { .. }) => Ok(Step::UserId),
        Machine::Onboarding(Onboarding::Identify) => Err(Login::Identify),
        Machine::Login(login) | Machine::Onboarding(Onboarding::Over(login)) => Err(login),
    }
}

/// Whether "not now" is offered at this step.
pub(crate) const fn not_now_of(machine: &Machine) -> NotNow {
    match *machine {
        Machine::Login(Login::Enrol {
            enrolment: Enrolment::CheckProfile(not_now) | Enrolment::MakeSecurityCode(not_now),
            ..
        })
        | Machine::Onboarding(
            Onboarding::CheckProfile { not_now, .. }
            | Onboarding::ProveMailbox { not_now, .. }
            | Onboarding::ChooseUserId { not_now, .. },
        ) => not_now,
        Machine::Login(_) | Machine::Onboarding(Onboarding::Identify | Onboarding::Over(_)) => {
            NotNow::Refused
        }
    }
}

/// Whether a code by e-mail is what this machine waits for, or one way on among others.
pub(crate) fn takes_mailed_code(machine: &Machine) -> bool {
    match machine {
        Machine::Login(Login::Challenge { offer, .. }) => offer.allows(SecondMethod::EmailOtp),
        Machine::Onboarding(Onboarding::ProveMailbox { .. }) => true,
        Machine::Login(_) | Machine::Onboarding(_) => false,
    }
}

/// A Trusted Device's cookie for a policy's life time.
pub(crate) const fn device_cookie(name: String, value: String, policy: &Policy) -> DeviceCookie {
    DeviceCookie { name, value, max_age: policy.device.trust_lifetime.as_secs() }
}
