//! Where a story begins: what the account has, when the company moves, and which moves the checker may try.

use std::time::Duration;

use domain::{
    access::{NotNow, Standing},
    budget::{GrowingWait, Growth},
    factor::{Channel, Owned},
    policy::DevicePolicy,
    rollout::{Rollout, Stage},
    time::Timestamp,
};

/// A tick of the clock. Whatever lasts is a whole number of them, so that both sides of each limit are tried.
pub(crate) const TICK: Duration = Duration::from_mins(10);
/// A mailed code lives this long.
pub(crate) const CODE_LIFETIME: u8 = 1;
/// A pending attempt or recovery lives this long.
pub(crate) const ATTEMPT_LIFETIME: u8 = 2;
/// Trust ends at this tick, where it was earned at the first.
pub(crate) const TRUST: u8 = 3;
/// A lost factor is removed after this long.
pub(crate) const REMOVAL_WAIT: u8 = 2;
/// A sensitive change needs proof younger than this.
pub(crate) const WINDOW: Duration = TICK;
/// Wrong codes that one code takes.
pub(crate) const TRIES: u8 = 2;
/// Wrong passwords for the account, after which an unknown browser needs a mailed code first.
pub(crate) const GUARDED_FROM: u32 = 3;

/// Failures in a row, scaled down: a wait after each two, disabled at four.
pub(crate) const FAILURES: GrowingWait =
    GrowingWait { every: 2, growth: Growth::Doubling(TICK), longest: TICK, disable_at: Some(4) };
/// Wrong passwords, scaled down; they never disable anything.
pub(crate) const PASSWORDS: GrowingWait = GrowingWait { disable_at: None, ..FAILURES };

/// Trust lasts three ticks.
pub(crate) const DEVICES: DevicePolicy = DevicePolicy {
    trust_lifetime: Duration::from_mins(30),
    trust_idle: None,
    max_per_user: 2,
    require_key: false,
};

/// The moment of a tick.
pub(crate) const fn at(tick: u8) -> Timestamp {
    Timestamp(tick as i64 * 600_000)
}

/// Moves that the checker tries, beside those that every story has: password, code, enrolment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moves {
    /// Existing credentials and invitations.
    pub onboarding: bool,
    /// Recovery in all its forms.
    pub recovery: bool,
    /// Changes by somebody who is signed in.
    pub account: bool,
    /// Wrong guesses of the intruder.
    pub guesses: bool,
    /// "This was not me" from a mail.
    pub not_me: bool,
    /// Requests that are half-way at the same time.
    pub parallel: usize,
}

/// One beginning.
#[derive(Debug, Clone, Copy)]
pub struct Scene {
    /// What it is called in reports.
    pub name: &'static str,
    /// How far the user has come.
    pub standing: Standing,
    /// The channel that the user chose.
    pub channel: Channel,
    /// The factors that the user has.
    pub owned: Owned,
    /// The stage at each tick; the last one stays.
    pub stages: &'static [Stage],
    /// Whether the user's own time for "not now" still runs.
    pub postponable: NotNow,
    /// Whether the owner's browser is a Trusted Device already.
    pub trusted: bool,
    /// Whether a Trusted Device is bound to a key that its browser cannot export.
    pub keyed: bool,
    /// What is tried.
    pub moves: Moves,
    /// The last tick.
    pub ticks: u8,
    /// How often each browser may begin a login or onboarding.
    pub attempts: u8,
    /// How often each browser may begin a recovery.
    pub recoveries: u8,
}

impl Scene {
    /// Whether there is anything of that kind to steal.
    #[must_use]
    pub fn has(&self, holds: crate::Holdings) -> bool {
        let made = matches!(self.standing, Standing::IdMade | Standing::Enrolled);
        (!holds.legacy || self.standing == Standing::Legacy)
            && (!holds.password || made)
            && (!holds.security_code || self.standing == Standing::Enrolled)
            && (!holds.cookie || self.trusted)
    }

    /// Whether an invitation was mailed.
    pub(crate) fn invited(&self) -> bool {
        self.standing == Standing::Invited || self.stages.contains(&Stage::CutOffPassed)
    }

    /// The stage at a tick, asked of the product's own timetable.
    pub(crate) fn stage(&self, tick: u8) -> Stage {
        let from = |stage: Stage| {
            let tick = self.stages.iter().position(|other| *other >= stage)?;
            u8::try_from(tick).ok().map(at)
        };
        let rollout = Rollout {
            phase1_at: from(Stage::Phase1),
            phase2_at: from(Stage::Phase2),
            deadline_at: from(Stage::DeadlinePassed),
            cutoff_at: from(Stage::CutOffPassed),
        };
        rollout.stage(at(tick))
    }
}

const NOTHING: Owned = Owned { authenticator_app: false, passkey: false, recovery_code: false };
const APP: Owned = Owned { authenticator_app: true, passkey: false, recovery_code: true };

const PLAIN: Scene = Scene {
    name: "",
    standing: Standing::Enrolled,
    channel: Channel::Email,
    owned: NOTHING,
    stages: &[Stage::Phase2],
    postponable: NotNow::Offered,
    trusted: false,
    keyed: false,
    moves: Moves {
        onboarding: false,
        recovery: false,
        account: false,
        guesses: false,
        not_me: false,
        parallel: 1,
    },
    ticks: 2,
    attempts: 1,
    recoveries: 1,
};

const RECOVERY: Moves = Moves { recovery: true, ..PLAIN.moves };
const ONBOARDING: Moves = Moves { onboarding: true, ..PLAIN.moves };

/// Every story.
pub const SCENES: [Scene; 20] = [
    Scene {
        name: "before phase 1, then phase 1, existing credentials",
        standing: Standing::Legacy,
        stages: &[Stage::BeforePhase1, Stage::Phase1],
        moves: ONBOARDING,
        attempts: 2,
        ..PLAIN
    },
    Scene {
        name: "phase 1, then phase 2, existing credentials",
        standing: Standing::Legacy,
        stages: &[Stage::Phase1, Stage::Phase2],
        moves: Moves { parallel: 2, ..ONBOARDING },
        ..PLAIN
    },
    Scene {
        name: "phase 2, then the deadline, existing credentials",
        standing: Standing::Legacy,
        stages: &[Stage::Phase2, Stage::DeadlinePassed],
        moves: Moves { parallel: 2, ..ONBOARDING },
        ..PLAIN
    },
    Scene {
        name: "deadline, then the cut-off, existing credentials",
        standing: Standing::Legacy,
        stages: &[Stage::DeadlinePassed, Stage::CutOffPassed],
        moves: ONBOARDING,
        attempts: 2,
        ..PLAIN
    },
    Scene {
        name: "phase 1, invited",
        standing: Standing::Invited,
        stages: &[Stage::Phase1],
        moves: ONBOARDING,
        attempts: 2,
        ..PLAIN
    },
    Scene {
        name: "phase 1, then phase 2, ID made",
        standing: Standing::IdMade,
        stages: &[Stage::Phase1, Stage::Phase2],
        attempts: 2,
        ..PLAIN
    },
    Scene {
        name: "phase 2, then the deadline, ID made",
        standing: Standing::IdMade,
        stages: &[Stage::Phase2, Stage::DeadlinePassed],
        moves: Moves { parallel: 2, ..PLAIN.moves },
        ..PLAIN
    },
    Scene {
        name: "deadline, ID made, recovery",
        standing: Standing::IdMade,
        stages: &[Stage::DeadlinePassed],
        moves: RECOVERY,
        ticks: 1,
        ..PLAIN
    },
    Scene { name: "phase 2, enrolled", trusted: true, ticks: 3, attempts: 2, ..PLAIN },
    Scene {
        name: "phase 2, enrolled, device with a key",
        trusted: true,
        keyed: true,
        ticks: 3,
        attempts: 2,
        ..PLAIN
    },
    Scene {
        name: "phase 2, enrolled, requests cross",
        trusted: true,
        moves: Moves { parallel: 2, ..PLAIN.moves },
        ticks: 1,
        attempts: 2,
        ..PLAIN
    },
    Scene { name: "phase 2, enrolled, recovery", trusted: true, moves: RECOVERY, attempts: 2, ..PLAIN },
    Scene {
        name: "phase 2, enrolled, recoveries cross",
        moves: Moves { parallel: 2, ..RECOVERY },
        ticks: 0,
        ..PLAIN
    },
    Scene {
        name: "phase 2, enrolled, guesses",
        trusted: true,
        moves: Moves { guesses: true, ..RECOVERY },
        ticks: 1,
        ..PLAIN
    },
    Scene {
        name: "phase 2, enrolled, not me",
        trusted: true,
        moves: Moves { not_me: true, ..RECOVERY },
        ..PLAIN
    },
    Scene {
        name: "phase 2, authenticator app, recovery",
        channel: Channel::AuthenticatorApp,
        owned: APP,
        trusted: true,
        moves: RECOVERY,
        ticks: 3,
        ..PLAIN
    },
    Scene {
        name: "phase 2, authenticator app, two recoveries",
        channel: Channel::AuthenticatorApp,
        owned: APP,
        moves: RECOVERY,
        recoveries: 2,
        ..PLAIN
    },
    Scene {
        name: "phase 1, enrolled, account and recovery",
        stages: &[Stage::Phase1],
        moves: Moves { account: true, ..RECOVERY },
        ticks: 1,
        attempts: 2,
        ..PLAIN
    },
    Scene {
        name: "phase 2, authenticator app, account",
        channel: Channel::AuthenticatorApp,
        owned: APP,
        trusted: true,
        moves: Moves { account: true, ..PLAIN.moves },
        attempts: 2,
        ..PLAIN
    },
    Scene {
        name: "phase 2, e-mail, account",
        owned: APP,
        trusted: true,
        moves: Moves { account: true, ..PLAIN.moves },
        attempts: 2,
        ..PLAIN
    },
];
