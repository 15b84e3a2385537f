//! The way in with an Enterprise User ID: `/`, `/login`, `/login/code`, `/login/locked`.

use askama::Template;
use domain::{device::Reauthorisation, time::Timestamp};
use text::Html;

use super::{CodeSlip, CodeState, Resend};
use crate::layout::Layout;

/// `/`: the two doors.
#[derive(Clone, Debug, Template)]
#[template(path = "welcome.html")]
pub struct Welcome {
    /// The frame.
    pub layout: Layout,
    /// The first door, `/login` with where to go afterwards.
    pub login_href: String,
    /// The second door, `/start` with where to go afterwards.
    pub start_href: String,
    /// From when the new login is asked of the companies of this host, where they share a date.
    pub required_from: Option<Timestamp>,
}

/// `/login`: ID and password.
#[derive(Clone, Debug, Template)]
#[template(path = "login.html")]
pub struct Login {
    /// The frame.
    pub layout: Layout,
    /// What was typed before; never a password.
    pub user_id: String,
    /// Where to go afterwards, as a checked path or address; empty for the application's front page.
    pub to: String,
    /// The other door.
    pub start_href: String,
    /// Why this page is shown, where it was not asked for.
    pub notice: Option<LoginNotice>,
    /// What the keys of Trusted Devices sign.
    pub device_challenge: String,
    /// Whether a passkey can log in without a name.
    pub has_passkeys: bool,
}

/// Why somebody finds themselves at the login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginNotice {
    /// The session was not used for that long.
    IdleEnded(std::time::Duration),
    /// The session reached its longest life.
    TotalEnded(std::time::Duration),
    /// Ended by an event elsewhere: log-out everywhere, a changed password, a correction.
    Revoked,
    /// The attempt was left alone for too long.
    AttemptExpired,
    /// Their password was right, and is dead: they said "this was not me".
    PasswordDead,
    /// "This was not me", on the activity page: everything ended, the password too.
    Disowned,
    /// The same, and the password has to be changed.
    DisownedStands,
    /// The mailbox was proven, and this browser may try the password.
    DoorOpen,
    /// Their old credentials were right, and no longer open anything: the ID does.
    UseYourUserId,
}

impl LoginNotice {
    /// The heading.
    fn title(self) -> &'static str {
        match self {
            Self::IdleEnded(_) => "login-notice-idle-title",
            Self::TotalEnded(_) => "login-notice-total-title",
            Self::Revoked => "login-notice-revoked-title",
            Self::AttemptExpired => "login-notice-attempt-title",
            Self::PasswordDead => "notme-dead-title",
            Self::Disowned | Self::DisownedStands => "account-disowned-title",
            Self::DoorOpen => "recover-open-title",
            Self::UseYourUserId => "login-notice-user-id-title",
        }
    }

    fn text(self, layout: &Layout) -> Html {
        match self {
            Self::IdleEnded(idle) => layout.m("login-notice-idle").with("span", layout.span(&idle)).html(),
            Self::TotalEnded(total) => {
                layout.m("login-notice-total").with("span", layout.span(&total)).html()
            }
            Self::Revoked => layout.m("login-notice-revoked").html(),
            Self::AttemptExpired => layout.m("login-notice-attempt").html(),
            Self::PasswordDead => layout.m("notme-dead").with("recover", "/recover/password").html(),
            Self::Disowned => layout.m("account-disowned").with("recover", "/recover/password").html(),
            Self::DisownedStands => layout.m("account-disowned-stands").html(),
            Self::DoorOpen => layout.m("recover-open").html(),
            Self::UseYourUserId => layout.m("login-notice-user-id").html(),
        }
    }
}

/// `/login/code`: the one-time password.
#[derive(Clone, Debug, Template)]
#[template(path = "login-code.html")]
pub struct LoginCode {
    /// The frame.
    pub layout: Layout,
    /// The ID that logs in, as its owner writes it.
    pub user_id: String,
    /// This browser, such as "Firefox on Windows".
    pub browser: String,
    /// The code that is out.
    pub code: CodeSlip,
    /// What was typed before, when it was wrong.
    pub typed: String,
    /// Why a code is asked for, where this browser used to be trusted.
    pub reason: Option<Reauthorised>,
    /// The offer to be trusted; none where policy gives no trust.
    pub trust: Option<TrustOffer>,
    /// Whether another code can be had.
    pub resend: Resend,
    /// Whether the offer holds another way.
    pub has_other_ways: bool,
}

/// Why a browser that was trusted must prove itself again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reauthorised {
    /// What ended the trust.
    pub reason: Reauthorisation,
    /// When it ended.
    pub at: Timestamp,
}

/// The checkbox "Make this a Trusted Device".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustOffer {
    /// Until when it would be trusted.
    pub until: Timestamp,
    /// What was chosen when the form was sent before; never ticked for the user.
    pub chosen: bool,
    /// Whether only a browser that makes a key can be trusted.
    pub needs_key: bool,
}

impl LoginCode {
    fn reason_text(&self) -> Option<String> {
        let Reauthorised { reason, at } = self.reason?;
        let id = match reason {
            Reauthorisation::NotTrusted => return None,
            Reauthorisation::Expired => "login-reason-expired",
            Reauthorisation::Idle => "login-reason-idle",
            Reauthorisation::Removed => "login-reason-removed",
            Reauthorisation::KeyMissing => "device-reason-key",
            Reauthorisation::Alarm => "login-reason-alarm",
        };
        Some(self.layout.m(id).with("date", self.layout.date(&at)).to_string())
    }
}

/// `/login/locked`: why, until when, and what to do now.
#[derive(Clone, Debug, Template)]
#[template(path = "login-locked.html")]
pub struct LoginLocked {
    /// The frame.
    pub layout: Layout,
    /// Why.
    pub reason: LockReason,
    /// Until when.
    pub until: Timestamp,
}

/// Why logging in is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockReason {
    /// Wrong passwords for the typed name, whether or not anybody has that name.
    Passwords,
    /// So many wrong codes in a row.
    Codes(u32),
    /// Mails were asked for too often before anything was proven.
    Mails,
    /// Wrong codes of recoveries on this browser.
    RecoveryCodes,
    /// Wrong security codes.
    SecurityCodes,
}

impl LoginLocked {
    const fn is_recovery(&self) -> bool {
        match self.reason {
            LockReason::Passwords | LockReason::Codes(_) => false,
            LockReason::Mails | LockReason::RecoveryCodes | LockReason::SecurityCodes => true,
        }
    }

    /// Where to try again.
    const fn again(&self) -> &'static str {
        match self.reason {
            LockReason::Passwords | LockReason::Codes(_) => "/login",
            LockReason::Mails => "/recover",
            LockReason::RecoveryCodes => "/recover/code",
            LockReason::SecurityCodes => "/recover/security-code",
        }
    }

    fn title(&self) -> String {
        let id = if self.is_recovery() { "recover-locked-title" } else { "login-locked-title" };
        self.layout.m(id).with("until", self.layout.until(&self.until)).to_string()
    }

    fn why(&self) -> String {
        match self.reason {
            LockReason::Passwords => self.layout.t("login-locked-why-passwords"),
            LockReason::Codes(count) => {
                self.layout.m("login-locked-why-codes").with("count", count).to_string()
            }
            LockReason::Mails => self.layout.t("recover-locked-mails"),
            LockReason::RecoveryCodes => self.layout.t("recover-locked-codes"),
            LockReason::SecurityCodes => self.layout.t("recover-locked-security-codes"),
        }
    }
}
