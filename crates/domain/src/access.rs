//! Who gets in, with what: the table of the rollout, as one pure function.
//!
//! Login, simulator and model check all ask here; nothing else knows what a stage of the rollout means for a user.

use serde::{Deserialize, Serialize};

use crate::rollout::Stage;

/// How far a user has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// No Enterprise User ID; the application's old credentials are on record.
    Legacy,
    /// No Enterprise User ID, and nothing to take over.
    Invited,
    /// ID and password made; the security code is missing.
    IdMade,
    /// ID, password and security code made.
    Enrolled,
}

impl Standing {
    /// All standings, in order.
    pub const ALL: [Self; 4] = [Self::Legacy, Self::Invited, Self::IdMade, Self::Enrolled];
}

/// Whether a prompt may still be put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotNow {
    /// "Not now" is offered, and advised against.
    Offered,
    /// It has to be done first.
    Refused,
}

/// The credentials that open the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// Enterprise User ID and password.
    Password,
    /// The application's old credentials.
    Legacy,
    /// Only an invitation.
    Invitation,
}

/// What is asked after the first proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondStep {
    /// Nothing.
    None,
    /// A code by e-mail, or a Trusted Device in its place.
    OtpOrTrustedDevice,
}

/// What stands between the proofs and the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Nothing.
    Application,
    /// Nothing; the page says what will come.
    ApplicationWithAnnouncement,
    /// Making the ID: profile, code to the stored address, ID and password, security code.
    Onboarding(NotNow),
    /// The enrolment prompt: profile and security code.
    Enrolment(NotNow),
}

/// The answer of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Admission {
    /// What opens the login.
    pub key: Key,
    /// What completes it.
    pub second: SecondStep,
    /// What comes before the application.
    pub then: Then,
}

/// Who gets in, with what, at `stage` of the company's rollout. `postponable` says whether the user's own time for "not now"
/// (30 days from the first prompt by default) still runs; the deadline ends it for everyone.
#[must_use]
pub fn admission(stage: Stage, standing: Standing, postponable: NotNow) -> Admission {
    Admission {
        key: key(stage, standing),
        second: second(stage, standing),
        then: then(stage, standing, postponable),
    }
}

fn key(stage: Stage, standing: Standing) -> Key {
    match (standing, stage) {
        (Standing::IdMade | Standing::Enrolled, _) => Key::Password,
        (Standing::Invited, _) | (Standing::Legacy, Stage::CutOffPassed) => Key::Invitation,
        (Standing::Legacy, Stage::BeforePhase1 | Stage::Phase1 | Stage::Phase2 | Stage::DeadlinePassed) => {
            Key::Legacy
        }
    }
}

/// Without an ID the mailed code is a step of onboarding itself, so no second step stands before it.
fn second(stage: Stage, standing: Standing) -> SecondStep {
    match (standing, stage) {
        (Standing::Legacy | Standing::Invited, _)
        | (Standing::IdMade | Standing::Enrolled, Stage::BeforePhase1 | Stage::Phase1) => SecondStep::None,
        (
            Standing::IdMade | Standing::Enrolled,
            Stage::Phase2 | Stage::DeadlinePassed | Stage::CutOffPassed,
        ) => SecondStep::OtpOrTrustedDevice,
    }
}

fn then(stage: Stage, standing: Standing, postponable: NotNow) -> Then {
    match (standing, stage) {
        (Standing::Enrolled, _) => Then::Application,
        (Standing::Invited, _)
        | (Standing::Legacy, Stage::Phase2 | Stage::DeadlinePassed | Stage::CutOffPassed) => {
            Then::Onboarding(NotNow::Refused)
        }
        (Standing::Legacy, Stage::BeforePhase1) => Then::ApplicationWithAnnouncement,
        (Standing::Legacy, Stage::Phase1) => Then::Onboarding(postponable),
        (Standing::IdMade, Stage::BeforePhase1 | Stage::Phase1 | Stage::Phase2) => {
            Then::Enrolment(postponable)
        }
        (Standing::IdMade, Stage::DeadlinePassed | Stage::CutOffPassed) => Then::Enrolment(NotNow::Refused),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn every_row_of_the_table() {
        let mut table = String::new();
        for stage in Stage::ALL {
            for standing in Standing::ALL {
                let offered = admission(stage, standing, NotNow::Offered);
                let refused = admission(stage, standing, NotNow::Refused);
                let Admission { key, second, then } = offered;
                write!(table, "{stage:<16} {:<9} {key:?} + {second:?} -> {then:?}", format!("{standing:?}"))
                    .unwrap();
                if refused != offered {
                    write!(table, " | time over: {:?}", refused.then).unwrap();
                }
                table.push('\n');
            }
        }
        insta::assert_snapshot!(table);
    }
}
