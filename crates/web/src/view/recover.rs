//! Getting back in: `/recover/…`.

use askama::Template;
use domain::time::Timestamp;

use super::{CodeSlip, CodeState, Resend};
use crate::layout::Layout;

/// `/recover`: what can be lost, and the way from each.
#[derive(Clone, Debug, Template)]
#[template(path = "recover.html")]
pub struct Recover {
    /// The frame.
    pub layout: Layout,
    /// There was no such recovery, or none any more.
    pub ended: bool,
}

/// What a recovery is asked for; each has its own page and words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoverWhat {
    /// A forgotten password.
    Password,
    /// A paused or disabled login.
    Unlock,
    /// A lost authenticator app or passkey.
    Factor,
}

impl RecoverWhat {
    const fn action(self) -> &'static str {
        match self {
            Self::Password => "/recover/password",
            Self::Unlock => "/recover/unlock",
            Self::Factor => "/recover/factor",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Password => "recover-password-title",
            Self::Unlock => "recover-unlock-title",
            Self::Factor => "recover-factor-title",
        }
    }

    const fn lead(self) -> &'static str {
        match self {
            Self::Password => "recover-password-lead",
            Self::Unlock => "recover-unlock-lead",
            Self::Factor => "recover-factor-lead",
        }
    }
}

/// `/recover/password`, `/recover/unlock` and `/recover/factor`: the Enterprise User ID.
#[derive(Clone, Debug, Template)]
#[template(path = "recover-ask.html")]
pub struct RecoverAsk {
    /// The frame.
    pub layout: Layout,
    /// What for.
    pub what: RecoverWhat,
    /// What was typed before.
    pub user_id: String,
}

/// `/recover/user-id`: the e-mail address.
#[derive(Clone, Debug, Template)]
#[template(path = "recover-user-id.html")]
pub struct RecoverUserId {
    /// The frame.
    pub layout: Layout,
    /// What was typed before.
    pub email: String,
}

/// `/recover/user-id/sent`: the same for every address.
#[derive(Clone, Debug, Template)]
#[template(path = "recover-user-id-sent.html")]
pub struct RecoverUserIdSent {
    /// The frame.
    pub layout: Layout,
}

/// Why a code is asked for; decides the words of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoverWhy {
    /// Somebody wants to get back in.
    Lost,
    /// Somebody guesses passwords for this name.
    Guarded,
}

/// `/recover/code`: the mailed code. It tells no address, because nothing is proven yet.
#[derive(Clone, Debug, Template)]
#[template(path = "recover-code.html")]
pub struct RecoverCode {
    /// The frame.
    pub layout: Layout,
    /// Why.
    pub why: RecoverWhy,
    /// The code that was asked for; its address and delivery are not told.
    pub code: CodeSlip,
    /// What was typed before, when it was wrong.
    pub typed: String,
    /// Whether another code can be had.
    pub resend: Resend,
}

/// How a recovery goes on after the mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecoverWay {
    /// By the security code.
    SecurityCode,
    /// By staff: there is none that works.
    Staff,
    /// A case waits.
    Waiting {
        /// Its number.
        case: String,
        /// How many have vouched.
        vouched: usize,
        /// How many it takes.
        needed: usize,
        /// Until when the recovery waits.
        until: Timestamp,
        /// Whether the security code can be entered meanwhile.
        has_security_code: bool,
    },
    /// Staff refused the case; another can be opened.
    Refused {
        /// Its number.
        case: String,
        /// Whether the security code can be entered.
        has_security_code: bool,
    },
    /// Two people have vouched.
    Approved,
    /// Staff come back by the command line.
    NeverHere,
    /// There is nothing to remove.
    NothingToRemove,
}

/// `/recover/security-code`: the security code, or who helps without one.
#[derive(Clone, Debug, Template)]
#[template(path = "recover-security-code.html")]
pub struct RecoverSecurityCode {
    /// The frame.
    pub layout: Layout,
    /// Whose recovery it is.
    pub user_id: String,
    /// How it goes on.
    pub way: RecoverWay,
}

impl RecoverSecurityCode {
    fn title(&self) -> String {
        self.layout.t(match self.way {
            RecoverWay::SecurityCode => "recover-security-code-title",
            RecoverWay::Staff => "recover-staff-title",
            RecoverWay::Waiting { .. } => "recover-waiting-title",
            RecoverWay::Refused { .. } => "recover-refused-title",
            RecoverWay::Approved => "recover-approved-title",
            RecoverWay::NeverHere => "recover-never-here-title",
            RecoverWay::NothingToRemove => "recover-nothing-title",
        })
    }
}

/// `/recover/new-password`.
#[derive(Clone, Debug, Template)]
#[template(path = "recover-new-password.html")]
pub struct RecoverNewPassword {
    /// The frame.
    pub layout: Layout,
    /// Whose password it is, for password managers.
    pub user_id: String,
    /// The fewest characters of a password.
    pub least_password: u32,
}

/// `/recover/continue`: the link of the mail with the User IDs.
#[derive(Clone, Debug, Template)]
#[template(path = "recover-continue.html")]
pub struct RecoverContinue {
    /// The frame.
    pub layout: Layout,
    /// The token, for the form.
    pub token: String,
    /// The IDs of the address, at least one.
    pub ids: Vec<String>,
    /// Until when the link works.
    pub until: Timestamp,
}

/// `/recover/cancel`: the link of the mail about a lost factor.
#[derive(Clone, Debug, Template)]
#[template(path = "recover-cancel.html")]
pub struct RecoverCancel {
    /// The frame.
    pub layout: Layout,
    /// The token, for the form.
    pub token: String,
    /// When the factor would be removed.
    pub due: Timestamp,
}

/// How a recovery ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoverEnd {
    /// The new password counts.
    Done,
    /// The lost factor will be removed.
    Scheduled,
    /// It will not be.
    Cancelled,
    /// A link that works no more: used, too old, or none.
    LinkOver,
}

impl RecoverEnd {
    const fn words(self) -> [&'static str; 3] {
        match self {
            Self::Done => ["recover-done-title", "recover-done-lead", "recover-done-ended"],
            Self::Scheduled => {
                ["recover-scheduled-title", "recover-scheduled-lead", "recover-scheduled-text"]
            }
            Self::Cancelled => {
                ["recover-cancelled-title", "recover-cancelled-lead", "recover-cancelled-text"]
            }
            Self::LinkOver => ["recover-link-over-title", "recover-link-over-lead", "recover-link-over-text"],
        }
    }
}

/// `/recover/done` and its sisters.
#[derive(Clone, Debug, Template)]
#[template(path = "recover-end.html")]
pub struct RecoverEnded {
    /// The frame.
    pub layout: Layout,
    /// How.
    pub end: RecoverEnd,
}
