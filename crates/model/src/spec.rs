//! What policy demands of each outcome, said without the product's code: the other side of the comparison.

use domain::{access::Standing, factor::Channel, rollout::Stage};

use crate::world::{Attempt, Rescue, Session, World};

/// What a browser really showed, as the surroundings saw it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Shown(u16);

impl Shown {
    pub(crate) const LEGACY: Self = Self(1);
    pub(crate) const INVITATION: Self = Self(2);
    pub(crate) const PASSWORD: Self = Self(4);
    /// A code that was mailed for this very attempt or recovery.
    pub(crate) const MAILBOX: Self = Self(8);
    pub(crate) const DEVICE: Self = Self(16);
    pub(crate) const APP: Self = Self(32);
    pub(crate) const RECOVERY_CODE: Self = Self(64);
    pub(crate) const PASSKEY: Self = Self(128);
    pub(crate) const SECURITY_CODE: Self = Self(256);
    /// Two members of staff vouched for the person.
    pub(crate) const APPROVAL: Self = Self(512);
    /// The password that was chosen in this very onboarding.
    pub(crate) const NEW_PASSWORD: Self = Self(1024);

    pub(crate) const fn and(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }

    const fn has(self, what: Self) -> bool {
        self.0 & what.0 == what.0
    }

    const fn any(self, what: &[Self]) -> bool {
        let mut index = 0;
        while index < what.len() {
            if self.has(what[index]) {
                return true;
            }
            index += 1;
        }
        false
    }

    pub(crate) const fn second_by_hand(self) -> bool {
        self.any(&[Self::MAILBOX, Self::APP, Self::RECOVERY_CODE, Self::PASSKEY])
    }
}

/// The moment of a first proof: it decides what the attempt needs, for the hour that it lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Opened {
    pub(crate) stage: Stage,
    pub(crate) standing: Standing,
    pub(crate) channel: Channel,
    /// Whether a Trusted Device may answer for the second step.
    pub(crate) trust_counts: bool,
}

/// What must never happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Breach {
    /// A session without the proofs that stage, standing and channel demand.
    Session,
    /// A session while enrolment is due.
    Enrolment,
    /// An Enterprise User ID without both proofs.
    UserId,
    /// A new password without both proofs.
    Password,
    /// Another channel, or a factor removed, without the proofs and the wait.
    Channel,
    /// A factor bound without the security code and both proofs, whatever the stage.
    Factor,
    /// A security code put in place of the owner's.
    SecurityCode,
    /// Device trust before the second step was done by hand.
    Trust,
    /// A recovery signed somebody in.
    RecoverySession,
    /// An attempt or recovery did something after its end.
    AfterEnd,
    /// A stranger ended the owner's Trusted Device.
    DeviceEnded,
    /// An alarm about a copied cookie that nobody copied.
    FalseAlarm,
    /// The owner's Trusted Device does not open although nothing ended it.
    LockedOut,
}

impl Breach {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Session,
        Self::Enrolment,
        Self::UserId,
        Self::Password,
        Self::Channel,
        Self::Factor,
        Self::SecurityCode,
        Self::Trust,
        Self::RecoverySession,
        Self::AfterEnd,
        Self::DeviceEnded,
        Self::FalseAlarm,
        Self::LockedOut,
    ];
}

/// Whether this attempt may end in a session.
pub(crate) fn allows_session(attempt: &Attempt, now: Stage) -> bool {
    let Attempt { shown, opened, .. } = attempt;
    let made_id = makes_id(attempt) && shown.has(Shown::NEW_PASSWORD);
    match (opened.standing, now) {
        (Standing::Legacy, Stage::BeforePhase1 | Stage::Phase1) => shown.has(Shown::LEGACY) || made_id,
        (Standing::Legacy, Stage::Phase2 | Stage::DeadlinePassed | Stage::CutOffPassed)
        | (Standing::Invited, _) => made_id,
        (Standing::IdMade | Standing::Enrolled, Stage::BeforePhase1 | Stage::Phase1) => {
            shown.any(&[Shown::PASSWORD, Shown::PASSKEY])
        }
        (
            Standing::IdMade | Standing::Enrolled,
            Stage::Phase2 | Stage::DeadlinePassed | Stage::CutOffPassed,
        ) => shown.has(Shown::PASSKEY) || (shown.has(Shown::PASSWORD) && completes(*shown, *opened)),
    }
}

/// The second steps that rank as high as the user's own choice.
fn completes(shown: Shown, opened: Opened) -> bool {
    let by_hand = match opened.channel {
        Channel::Email => shown.any(&[Shown::MAILBOX, Shown::APP, Shown::PASSKEY]),
        Channel::AuthenticatorApp => shown.any(&[Shown::APP, Shown::RECOVERY_CODE, Shown::PASSKEY]),
        Channel::Passkey => shown.any(&[Shown::RECOVERY_CODE, Shown::PASSKEY]),
    };
    by_hand || (opened.trust_counts && shown.has(Shown::DEVICE))
}

/// Whether this attempt may make an Enterprise User ID: both proofs, and the first of them still good at its stage.
pub(crate) const fn makes_id(attempt: &Attempt) -> bool {
    let Attempt { shown, opened, .. } = attempt;
    let first = match opened.stage {
        Stage::BeforePhase1 | Stage::CutOffPassed => shown.has(Shown::INVITATION),
        Stage::Phase1 | Stage::Phase2 | Stage::DeadlinePassed => {
            shown.any(&[Shown::LEGACY, Shown::INVITATION])
        }
    };
    first && shown.has(Shown::MAILBOX)
}

/// Whether nobody may be signed in before something is done first.
pub(crate) fn enrolment_is_due(stage: Stage, standing: Standing) -> bool {
    match standing {
        Standing::Enrolled => false,
        Standing::IdMade => stage >= Stage::DeadlinePassed,
        Standing::Legacy | Standing::Invited => stage >= Stage::Phase2,
    }
}

/// Whether this recovery may make a new password, or have a factor removed.
pub(crate) const fn allows_recovery(shown: Shown) -> bool {
    shown.has(Shown::MAILBOX) && shown.any(&[Shown::SECURITY_CODE, Shown::APPROVAL])
}

/// Whether this session may make a sensitive change now.
pub(crate) fn allows_change(world: &World, session: &Session, stage: Stage) -> bool {
    let whole = stage < Stage::Phase2 || session.shown.second_by_hand();
    whole && world.tick == session.by_hand
}

/// Whether this session may bind or choose a factor now, beside the security code: both proofs by hand, at every stage.
pub(crate) const fn allows_binding(world: &World, session: &Session) -> bool {
    session.shown.second_by_hand() && world.tick == session.by_hand
}

/// Whether this attempt has earned trust for its browser.
pub(crate) const fn earns_trust(shown: Shown) -> bool {
    shown.has(Shown::PASSWORD) && shown.second_by_hand()
}

/// Whether nothing may happen to it any more.
pub(crate) const fn is_over(attempt: &Attempt) -> bool {
    use domain::{attempt::Machine, login::Login, onboarding::Onboarding};
    matches!(
        attempt.machine,
        Machine::Login(Login::SignedIn { .. } | Login::Refused(_)) | Machine::Onboarding(Onboarding::Over(_))
    )
}

/// The same for a recovery.
pub(crate) const fn is_rescue_over(rescue: &Rescue) -> bool {
    use domain::recovery::Recovery;
    matches!(rescue.machine, Recovery::Completed | Recovery::Scheduled | Recovery::Ended)
}
