//! Enrolment as a typed machine: confirm the profile, then make the security code.

use serde::{Deserialize, Serialize};

use crate::access::NotNow;

/// Where an enrolment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Enrolment {
    /// The prepopulated name and e-mail are shown.
    CheckProfile(NotNow),
    /// The security code is asked for.
    MakeSecurityCode(NotNow),
    /// Everything is there.
    Complete,
    /// Put off until the next login.
    Postponed,
}

/// What can happen to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentEvent {
    /// "Yes, these are right."
    ProfileConfirmed,
    /// "This is wrong": a case for the servicing team.
    WrongDetailsReported,
    /// A sound security code was stored.
    SecurityCodeMade,
    /// "Not now."
    PutOff,
}

impl EnrolmentEvent {
    /// All events.
    pub const ALL: [Self; 4] =
        [Self::ProfileConfirmed, Self::WrongDetailsReported, Self::SecurityCodeMade, Self::PutOff];
}

/// What has to be done in the transaction that saves the new state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnrolmentEffect {
    /// Remember that the profile was confirmed.
    RecordProfileConfirmed,
    /// Open a case.
    OpenCase,
    /// Count the postponement.
    CountPostponement,
    /// Remember that enrolment is complete.
    RecordEnrolled,
}

/// The event does not fit the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that step is not open now")]
pub struct NotAllowed;

impl Enrolment {
    /// One step.
    ///
    /// # Errors
    /// [`NotAllowed`] when the event does not fit the state: steps out of order, a second answer, "not now" where it is refused.
    pub fn step(self, event: EnrolmentEvent) -> Result<(Self, Option<EnrolmentEffect>), NotAllowed> {
        use EnrolmentEvent::{ProfileConfirmed, PutOff, SecurityCodeMade, WrongDetailsReported};
        match (self, event) {
            (Self::CheckProfile(not_now), ProfileConfirmed) => {
                Ok((Self::MakeSecurityCode(not_now), Some(EnrolmentEffect::RecordProfileConfirmed)))
            }
            (state @ Self::CheckProfile(_), WrongDetailsReported) => {
                Ok((state, Some(EnrolmentEffect::OpenCase)))
            }
            (Self::MakeSecurityCode(_), SecurityCodeMade) => {
                Ok((Self::Complete, Some(EnrolmentEffect::RecordEnrolled)))
            }
            (Self::CheckProfile(NotNow::Offered) | Self::MakeSecurityCode(NotNow::Offered), PutOff) => {
                Ok((Self::Postponed, Some(EnrolmentEffect::CountPostponement)))
            }
            (Self::CheckProfile(_), SecurityCodeMade)
            | (Self::MakeSecurityCode(_), ProfileConfirmed | WrongDetailsReported)
            | (Self::CheckProfile(NotNow::Refused) | Self::MakeSecurityCode(NotNow::Refused), PutOff)
            | (
                Self::Complete | Self::Postponed,
                ProfileConfirmed | WrongDetailsReported | SecurityCodeMade | PutOff,
            ) => Err(NotAllowed),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    const STATES: [Enrolment; 6] = [
        Enrolment::CheckProfile(NotNow::Offered),
        Enrolment::CheckProfile(NotNow::Refused),
        Enrolment::MakeSecurityCode(NotNow::Offered),
        Enrolment::MakeSecurityCode(NotNow::Refused),
        Enrolment::Complete,
        Enrolment::Postponed,
    ];

    #[test]
    fn every_state_with_every_event() {
        let mut table = String::new();
        for state in STATES {
            for event in EnrolmentEvent::ALL {
                let outcome = match state.step(event) {
                    Ok((next, effect)) => format!("{next:?} {effect:?}"),
                    Err(NotAllowed) => "not allowed".to_owned(),
                };
                writeln!(table, "{:<28} {:<22} {outcome}", format!("{state:?}"), format!("{event:?}"))
                    .unwrap();
            }
        }
        insta::assert_snapshot!(table);
    }
}
