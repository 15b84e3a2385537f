//! What can happen next: a tick, a request, or the second half of one.

use domain::{enrolment::EnrolmentEvent, factor::Channel, recovery::Goal};

use crate::{
    check::Theft,
    world::{Value, Who, World},
};

/// One request that a browser can send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Job {
    /// The right password, at `/login`.
    Password,
    /// The same, and the answer is lost on its way.
    PasswordAnswerLost,
    /// The right password, at `/account/confirm`.
    Confirm,
    /// The same for what asks for both factors at every stage.
    ConfirmByBoth,
    /// A wrong password.
    Guess,
    /// The existing credentials.
    Legacy,
    /// The link of an invitation.
    Invitation,
    /// The right mailed code, without asking for trust.
    Code,
    /// The right mailed code, asking for trust.
    CodeAndTrust,
    WrongCode,
    /// A code of the authenticator app.
    AppCode,
    RecoveryCode,
    Enrolment(EnrolmentEvent),
    /// "Yes, these are right", in an onboarding.
    Profile,
    /// Enterprise User ID and password.
    ChooseId,
    /// "Not now", in an onboarding.
    PutOff,
    /// The right mailed code of a recovery.
    RescueCode,
    WrongRescueCode,
    SecurityCode,
    WrongSecurityCode,
    /// Staff have approved the recovery's case.
    Approval,
    NewPassword,
    Channel(Channel),
    /// An authenticator app of one's own, in place of the one before.
    BindApp,
    ChangePassword,
}

/// What the checker tries next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    /// Time passes.
    Tick,
    /// A request from its beginning to its end.
    Whole(Who, Job),
    /// A request up to the point where it has read what it needs.
    Begin(Who, Job),
    /// The rest of one.
    Finish(usize),
    /// Another code is asked for.
    Resend(Who),
    /// A recovery is asked for.
    Recover(Who, Goal),
    /// "Stop the removal", the link in a mail.
    KeepFactor(Who),
    /// The worker removes a factor that is due.
    RemoveFactor,
    /// "Log out."
    LogOut(Who),
    /// "This was not me", the link in the mail of that browser's code.
    NotMe(Who, Who),
}

const ANYBODY: [Job; 3] = [Job::Password, Job::Code, Job::CodeAndTrust];
const ENROLMENT: [EnrolmentEvent; 3] =
    [EnrolmentEvent::ProfileConfirmed, EnrolmentEvent::SecurityCodeMade, EnrolmentEvent::PutOff];
const ONBOARDING: [Job; 5] = [Job::Legacy, Job::Invitation, Job::Profile, Job::ChooseId, Job::PutOff];
const RECOVERY: [Job; 4] = [Job::RescueCode, Job::SecurityCode, Job::Approval, Job::NewPassword];
const GUESSES: [Job; 4] = [Job::Guess, Job::WrongCode, Job::WrongRescueCode, Job::WrongSecurityCode];
const ACCOUNT: [Job; 6] = [
    Job::Confirm,
    Job::ConfirmByBoth,
    Job::BindApp,
    Job::Channel(Channel::Email),
    Job::Channel(Channel::AuthenticatorApp),
    Job::ChangePassword,
];

/// Every request of the scene, whether it leads anywhere or not.
fn jobs(theft: &Theft) -> Vec<Job> {
    let (scene, moves) = (&theft.scene, theft.scene.moves);
    let mut jobs = ANYBODY.to_vec();
    jobs.extend(ENROLMENT.map(Job::Enrolment));
    if scene.trusted {
        jobs.push(Job::PasswordAnswerLost);
    }
    if scene.owned.authenticator_app || moves.account {
        jobs.extend([Job::AppCode, Job::RecoveryCode]);
    }
    if moves.onboarding {
        jobs.extend(ONBOARDING);
    }
    if moves.recovery {
        jobs.extend(RECOVERY);
    }
    if moves.account {
        jobs.extend(ACCOUNT);
    }
    jobs
}

/// All moves of a scene; the surroundings drop those that lead nowhere.
pub(crate) fn all(theft: &Theft, world: &World) -> Vec<Move> {
    let moves = theft.scene.moves;
    let mut list = vec![];
    if world.tick < theft.scene.ticks {
        list.push(Move::Tick);
    }
    list.extend((0..world.flights.len()).map(Move::Finish));
    for who in Who::BOTH {
        for job in jobs(theft) {
            list.push(if moves.parallel > 1 { Move::Begin(who, job) } else { Move::Whole(who, job) });
        }
        if moves.guesses && who == Who::Intruder {
            list.extend(GUESSES.map(|job| Move::Whole(who, job)));
        }
        list.push(Move::Resend(who));
        if moves.recovery {
            list.extend(Goal::ALL.map(|goal| Move::Recover(who, goal)));
            list.push(Move::KeepFactor(who));
        }
        if moves.account {
            list.push(Move::LogOut(who));
        }
        if moves.not_me {
            list.extend(Who::BOTH.map(|whose| Move::NotMe(who, whose)));
        }
    }
    if moves.recovery {
        list.push(Move::RemoveFactor);
    }
    list
}

impl Theft {
    pub(crate) const fn knows_legacy(&self, who: Who) -> bool {
        matches!(who, Who::Owner) || self.holds.legacy
    }

    pub(crate) const fn reads_mail(&self, who: Who) -> bool {
        matches!(who, Who::Owner) || self.holds.mailbox
    }

    pub(crate) fn knows_password(&self, who: Who, value: Value) -> bool {
        knows(who, value, self.holds.password)
    }

    pub(crate) fn knows_security_code(&self, who: Who, value: Value) -> bool {
        knows(who, value, self.holds.security_code)
    }
}

/// Somebody knows what they chose; the owner knows the first one, and the intruder where it was stolen.
fn knows(who: Who, value: Value, stolen: bool) -> bool {
    match value {
        Value::First => who == Who::Owner || stolen,
        Value::By(author) => who == author,
    }
}
