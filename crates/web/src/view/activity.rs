//! `/account/activity`: what happened to one's own login, in plain words.

use askama::Template;
use domain::{audit::AuditKind, time::Timestamp};

use crate::layout::Layout;

/// One page of it.
#[derive(Clone, Debug, Template)]
#[template(path = "account-activity.html")]
pub struct AccountActivity {
    /// The frame.
    pub layout: Layout,
    /// The latest first.
    pub events: Vec<ActivityRow>,
    /// The page of older ones.
    pub older: Option<String>,
    /// Whether these are the latest.
    pub is_first: bool,
    /// The time zone in which moments are told, by name.
    pub zone: String,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityRow {
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub words: String,
    /// Whether its reader should look twice.
    pub is_alarming: bool,
    /// "Firefox on Windows"; empty where it is not known.
    pub browser: String,
    /// The network address; empty where it is not known.
    pub network: String,
}

/// `/account/activity/not-me`: asks before everything ends.
#[derive(Clone, Debug, Template)]
#[template(path = "disown-activity.html")]
pub struct DisownActivity {
    /// The frame.
    pub layout: Layout,
    /// Whether a new password can be made afterwards, with mailbox and security code.
    pub can_recover: bool,
}

/// How an event is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// By this message.
    Plain(&'static str),
    /// By this message, and marked.
    Alarming(&'static str),
    /// Not at all: it is told by another event, or is not about the person's own login.
    Untold,
}

/// How each kind is told to the person it is about.
#[must_use]
pub const fn telling(kind: AuditKind) -> Telling {
    use Telling::{Alarming, Plain, Untold};
    match kind {
        AuditKind::LoginFailed => Alarming("activity-login-failed"),
        AuditKind::CodeSent => Plain("activity-code-sent"),
        AuditKind::CodeFailed => Alarming("activity-code-failed"),
        AuditKind::Locked => Alarming("activity-locked"),
        AuditKind::FactorAdded => Plain("activity-factor-added"),
        AuditKind::FactorRemoved => Plain("activity-factor-removed"),
        AuditKind::ChannelChosen => Plain("activity-channel-chosen"),
        AuditKind::RecoveryCodesMade => Plain("activity-recovery-codes-made"),
        AuditKind::RecoveryCodeUsed => Plain("activity-recovery-code-used"),
        AuditKind::PasskeyAlarm => Alarming("activity-passkey-alarm"),
        AuditKind::FactorDisabled => Alarming("activity-factor-disabled"),
        AuditKind::SessionStarted => Plain("activity-session-started"),
        AuditKind::SessionEnded => Plain("activity-session-ended"),
        AuditKind::IdentityConfirmed => Plain("activity-confirmed"),
        AuditKind::PasswordChanged => Plain("activity-password-changed"),
        AuditKind::SecurityCodeChanged => Plain("activity-security-code-changed"),
        AuditKind::SecurityCodeMissed | AuditKind::SecurityCodeFailed => {
            Alarming("activity-security-code-failed")
        }
        AuditKind::LanguageChosen => Plain("activity-language"),
        AuditKind::DataExported => Plain("activity-exported"),
        AuditKind::ActivityDisowned | AuditKind::NotMe => Alarming("activity-not-me"),
        AuditKind::DeviceTrusted => Plain("activity-device-trusted"),
        AuditKind::DeviceRevoked => Plain("activity-device-revoked"),
        AuditKind::DeviceRenamed => Plain("activity-device-renamed"),
        AuditKind::DeviceAlarm => Alarming("activity-device-alarm"),
        AuditKind::OnboardingStarted => Plain("activity-onboarding-started"),
        AuditKind::UserIdMade => Plain("activity-user-id-made"),
        AuditKind::SecurityCodeMade => Plain("activity-security-code-made"),
        AuditKind::Postponed => Plain("activity-postponed"),
        AuditKind::Enrolled => Plain("activity-enrolled"),
        AuditKind::CaseOpened => Plain("activity-case-opened"),
        AuditKind::CaseClosed => Plain("activity-case-closed"),
        AuditKind::CaseApproved => Plain("activity-case-approved"),
        AuditKind::Invited => Plain("activity-invited"),
        AuditKind::UserDisabled => Plain("activity-disabled"),
        AuditKind::UserEnabled => Plain("activity-enabled"),
        AuditKind::UserUnlocked => Plain("activity-unlocked"),
        AuditKind::RecoveryAsked => Plain("activity-recovery-asked"),
        AuditKind::RecoveryCodeFailed => Alarming("activity-recovery-code-failed"),
        AuditKind::RecoveryStarted => Alarming("activity-recovery-started"),
        AuditKind::DoorOpened => Plain("activity-door-opened"),
        AuditKind::RecoveryCompleted => Alarming("activity-recovery-completed"),
        AuditKind::UserIdsMailed => Plain("activity-user-ids-mailed"),
        AuditKind::FactorRemovalScheduled => Alarming("activity-removal-scheduled"),
        AuditKind::FactorRemovalCancelled => Plain("activity-removal-cancelled"),
        AuditKind::MailFailed | AuditKind::MailBounced => Plain("activity-mail-failed"),
        AuditKind::RemindersStopped => Plain("activity-reminders-stopped"),
        // The session or the code that follows is told.
        AuditKind::FirstProven | AuditKind::RecoveryProven
        // Nothing that a login did.
        | AuditKind::UserImported | AuditKind::Applied | AuditKind::NotMeTold
        | AuditKind::RolloutStepDone | AuditKind::RolloutReminderAsked | AuditKind::RolloutMailsStopped
        | AuditKind::RolloutMailsResumed => Untold,
    }
}

#[cfg(test)]
mod tests {
    use text::Text;

    use super::*;

    #[test]
    fn every_kind_of_event_is_told_or_deliberately_not() {
        let text = Text::default();
        let mut told: Vec<&str> = Vec::new();
        for kind in AuditKind::ALL {
            if let Telling::Plain(id) | Telling::Alarming(id) = telling(*kind) {
                let words = text.message(id).with("how", "password").to_string();
                assert!(words.ends_with('.') && !words.contains("activity-"), "{kind:?}: {words}");
                told.push(id);
            }
        }
        let all = told.len();
        told.sort_unstable();
        told.dedup();
        assert_eq!(all - told.len(), 3, "three pairs of kinds share a sentence");
    }
}
