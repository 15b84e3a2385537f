//! A machine's state as columns, and back: one exhaustive match each way.

use domain::{
    access::{NotNow, Then},
    attempt::Machine,
    enrolment::Enrolment,
    factor::Offer,
    id::UserId,
    login::{Login, Refusal},
    onboarding::Onboarding,
};

use super::Row;
use crate::{
    error::StoreError,
    proofs::{ProofColumns, StoredProofs},
};

/// The columns of a machine's state.
#[derive(Default)]
pub(super) struct StateColumns {
    pub(super) state: &'static str,
    pub(super) proofs: ProofColumns,
    pub(super) follow: Option<&'static str>,
    pub(super) enrolment: Option<&'static str>,
    pub(super) not_now: Option<&'static str>,
    pub(super) misses: u32,
    pub(super) refusal: Option<&'static str>,
    pub(super) offer: Option<String>,
}

pub(super) fn state_columns(machine: &Machine) -> StateColumns {
    match *machine {
        Machine::Login(login) | Machine::Onboarding(Onboarding::Over(login)) => login_columns(login),
        Machine::Onboarding(Onboarding::Identify) => StateColumns { state: "start", ..Default::default() },
        Machine::Onboarding(Onboarding::CheckProfile { first, not_now }) => StateColumns {
            state: "profile",
            proofs: first.into(),
            not_now: Some(not_now_name(not_now)),
            ..Default::default()
        },
        Machine::Onboarding(Onboarding::ProveMailbox { first, not_now, misses }) => StateColumns {
            state: "mailbox",
            proofs: first.into(),
            not_now: Some(not_now_name(not_now)),
            misses,
            ..Default::default()
        },
        Machine::Onboarding(Onboarding::ChooseUserId { assurance, not_now }) => StateColumns {
            state: "user_id",
            proofs: assurance.into(),
            not_now: Some(not_now_name(not_now)),
            ..Default::default()
        },
    }
}

fn login_columns(login: Login) -> StateColumns {
    match login {
        Login::Identify => StateColumns { state: "identify", ..Default::default() },
        Login::Challenge { first, then, offer, misses } => {
            let (follow, not_now) = then_columns(then);
            StateColumns {
                state: "challenge",
                proofs: first.into(),
                follow: Some(follow),
                not_now,
                misses,
                offer: Some(offer.words()),
                ..Default::default()
            }
        }
        Login::Enrol { assurance, enrolment } => {
            let (enrolment, not_now) = match enrolment {
                Enrolment::CheckProfile(not_now) => ("profile", Some(not_now_name(not_now))),
                Enrolment::MakeSecurityCode(not_now) => ("security_code", Some(not_now_name(not_now))),
                Enrolment::Complete => ("complete", None),
                Enrolment::Postponed => ("postponed", None),
            };
            StateColumns {
                state: "enrol",
                proofs: assurance.into(),
                enrolment: Some(enrolment),
                not_now,
                ..Default::default()
            }
        }
        Login::SignedIn { assurance } => {
            StateColumns { state: "signed_in", proofs: assurance.into(), ..Default::default() }
        }
        Login::Refused(refusal) => {
            let name = match refusal {
                Refusal::NotAdmitted => "not_admitted",
                Refusal::Disabled => "disabled",
                Refusal::PasswordDead => "password_dead",
                Refusal::Ended => "ended",
                Refusal::Expired => "expired",
            };
            StateColumns { state: "refused", refusal: Some(name), ..Default::default() }
        }
    }
}

pub(super) fn machine(row: &Row, user: UserId) -> Result<Machine, StoreError> {
    let proofs = StoredProofs {
        table: "attempts",
        user,
        first_method: row.first_method.as_deref(),
        first_at: row.first_at,
        second_method: row.second_method.as_deref(),
        second_device: row.second_device,
        second_at: row.second_at,
    };
    let misses = u32::try_from(row.misses).unwrap_or(u32::MAX);
    let not_now = || not_now_named(row.not_now.as_deref());
    let login = |login| Ok(Machine::Login(login));
    let onboarding = |onboarding| Ok(Machine::Onboarding(onboarding));
    match row.state.as_str() {
        "start" => onboarding(Onboarding::Identify),
        "profile" => onboarding(Onboarding::CheckProfile { first: proofs.first()?, not_now: not_now()? }),
        "mailbox" => {
            onboarding(Onboarding::ProveMailbox { first: proofs.first()?, not_now: not_now()?, misses })
        }
        "user_id" => {
            onboarding(Onboarding::ChooseUserId { assurance: proofs.assurance()?, not_now: not_now()? })
        }
        "identify" => login(Login::Identify),
        "challenge" => login(Login::Challenge {
            first: proofs.first()?,
            then: then_named(row)?,
            offer: offer_named(row.offer.as_deref())?,
            misses,
        }),
        "enrol" => login(Login::Enrol { assurance: proofs.assurance()?, enrolment: enrolment_named(row)? }),
        "signed_in" => login(Login::SignedIn { assurance: proofs.assurance()? }),
        "refused" => login(Login::Refused(refusal_named(row.refusal.as_deref())?)),
        _ => Err(StoreError::inconsistent("attempts", "unknown state")),
    }
}

const fn then_columns(then: Then) -> (&'static str, Option<&'static str>) {
    match then {
        Then::Application => ("application", None),
        Then::ApplicationWithAnnouncement => ("announcement", None),
        Then::Onboarding(not_now) => ("onboarding", Some(not_now_name(not_now))),
        Then::Enrolment(not_now) => ("enrolment", Some(not_now_name(not_now))),
    }
}

fn then_named(row: &Row) -> Result<Then, StoreError> {
    let not_now = || not_now_named(row.not_now.as_deref());
    match row.follow.as_deref() {
        Some("application") => Ok(Then::Application),
        Some("announcement") => Ok(Then::ApplicationWithAnnouncement),
        Some("onboarding") => Ok(Then::Onboarding(not_now()?)),
        Some("enrolment") => Ok(Then::Enrolment(not_now()?)),
        _ => Err(StoreError::inconsistent("attempts", "unknown follow")),
    }
}

fn enrolment_named(row: &Row) -> Result<Enrolment, StoreError> {
    let not_now = || not_now_named(row.not_now.as_deref());
    match row.enrolment.as_deref() {
        Some("profile") => Ok(Enrolment::CheckProfile(not_now()?)),
        Some("security_code") => Ok(Enrolment::MakeSecurityCode(not_now()?)),
        Some("complete") => Ok(Enrolment::Complete),
        Some("postponed") => Ok(Enrolment::Postponed),
        _ => Err(StoreError::inconsistent("attempts", "unknown enrolment")),
    }
}

const fn not_now_name(not_now: NotNow) -> &'static str {
    match not_now {
        NotNow::Offered => "offered",
        NotNow::Refused => "refused",
    }
}

fn not_now_named(name: Option<&str>) -> Result<NotNow, StoreError> {
    match name {
        Some("offered") => Ok(NotNow::Offered),
        Some("refused") => Ok(NotNow::Refused),
        _ => Err(StoreError::inconsistent("attempts", "unknown not_now")),
    }
}

/// An attempt of a version without other factors is one of the mailbox.
fn offer_named(words: Option<&str>) -> Result<Offer, StoreError> {
    let Some(words) = words else { return Ok(Offer::email()) };
    Offer::from_words(words).map_err(|_| StoreError::inconsistent("attempts", "unknown offer"))
}

fn refusal_named(name: Option<&str>) -> Result<Refusal, StoreError> {
    match name {
        Some("not_admitted") => Ok(Refusal::NotAdmitted),
        Some("disabled") => Ok(Refusal::Disabled),
        Some("password_dead") => Ok(Refusal::PasswordDead),
        Some("ended") => Ok(Refusal::Ended),
        Some("expired") => Ok(Refusal::Expired),
        _ => Err(StoreError::inconsistent("attempts", "unknown refusal")),
    }
}
