//! Audit events: what is recorded, in the transaction of what it records.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{CompanyId, UserId};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal),* $(,)?) => {
        /// What happened. The names are stable: reports and alerts rest on them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum AuditKind { $($(#[$doc])* $kind),* }

        impl AuditKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name),* }
            }

            /// The kind of this name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.name() == name)
            }
        }
    };
}

kinds! {
    /// A first proof failed.
    LoginFailed = "login.failed",
    /// A first proof was right.
    FirstProven = "login.first_proven",
    /// A code was sent.
    CodeSent = "otp.sent",
    /// A code was wrong.
    CodeFailed = "otp.failed",
    /// A factor or a login name has to wait.
    Locked = "login.locked",
    /// An authenticator app or a passkey was added.
    FactorAdded = "factor.added",
    /// An authenticator app or a passkey was removed or replaced.
    FactorRemoved = "factor.removed",
    /// The way that is asked for at the second step was chosen.
    ChannelChosen = "factor.channel_chosen",
    /// Recovery codes were made; older ones became worthless.
    RecoveryCodesMade = "factor.recovery_codes_made",
    /// A recovery code was used.
    RecoveryCodeUsed = "factor.recovery_code_used",
    /// A passkey's signature counter went back: there may be a copy.
    PasskeyAlarm = "factor.passkey_alarm",
    /// A factor was disabled after too many failures.
    FactorDisabled = "otp.disabled",
    /// A session began.
    SessionStarted = "session.started",
    /// A session ended.
    SessionEnded = "session.ended",
    /// Somebody who was signed in proved it afresh.
    IdentityConfirmed = "session.confirmed",
    /// The password was changed by who knew the one before.
    PasswordChanged = "password.changed",
    /// The security code was changed by who knew the one before.
    SecurityCodeChanged = "security_code.changed",
    /// A security code that was to be changed was wrong.
    SecurityCodeMissed = "security_code.missed",
    /// The user chose a language.
    LanguageChosen = "user.language_chosen",
    /// The user took a copy of what is kept about them.
    DataExported = "user.data_exported",
    /// "This was not me", on the activity page.
    ActivityDisowned = "not_me.activity",
    /// A browser was made a Trusted Device.
    DeviceTrusted = "device.trusted",
    /// A Trusted Device was removed.
    DeviceRevoked = "device.revoked",
    /// A Trusted Device was given another name.
    DeviceRenamed = "device.renamed",
    /// "This was not me", pressed in a mail.
    NotMe = "login.not_me",
    /// Administrators were told how often that was pressed.
    NotMeTold = "login.not_me_told",
    /// An old token or a forged signature of a Trusted Device was used.
    DeviceAlarm = "device.alarm",
    /// Onboarding began: the profile was confirmed.
    OnboardingStarted = "onboarding.started",
    /// An Enterprise User ID was made and the legacy credentials deleted.
    UserIdMade = "onboarding.user_id_made",
    /// A security code was made.
    SecurityCodeMade = "enrolment.security_code_made",
    /// "Not now."
    Postponed = "enrolment.postponed",
    /// Enrolment is complete.
    Enrolled = "enrolment.completed",
    /// "This is wrong."
    CaseOpened = "case.opened",
    /// An invitation was sent.
    Invited = "invitation.sent",
    /// A user was imported.
    UserImported = "user.imported",
    /// A user was disabled.
    UserDisabled = "user.disabled",
    /// A user was enabled.
    UserEnabled = "user.enabled",
    /// A user's counters were cleared.
    UserUnlocked = "user.unlocked",
    /// The configuration of the installation was applied.
    Applied = "installation.applied",
    /// A code for a recovery was asked for; whether there is such a person is told by the event's user.
    RecoveryAsked = "recovery.asked",
    /// A recovery's mailed code was wrong.
    RecoveryCodeFailed = "recovery.code_failed",
    /// A recovery's mailbox was proven.
    RecoveryStarted = "recovery.started",
    /// A browser may try passwords for a name that is under attack.
    DoorOpened = "recovery.door_opened",
    /// A security code was wrong.
    SecurityCodeFailed = "recovery.security_code_failed",
    /// A recovery's security code, or what stood in for it, was right.
    RecoveryProven = "recovery.proven",
    /// A recovery ended in a new password.
    RecoveryCompleted = "recovery.completed",
    /// The Enterprise User IDs of an address were mailed to it.
    UserIdsMailed = "recovery.user_ids_mailed",
    /// A member of staff vouched for a person.
    CaseApproved = "case.approved",
    /// A case was closed: used up, or refused.
    CaseClosed = "case.closed",
    /// A lost factor will be removed.
    FactorRemovalScheduled = "factor.removal_scheduled",
    /// Its owner stopped that.
    FactorRemovalCancelled = "factor.removal_cancelled",
    /// A mail could not be delivered.
    MailFailed = "mail.failed",
    /// A mail server reported that an address takes no mail.
    MailBounced = "mail.bounced",
    /// A step of a rollout was done, or left out because it came too late.
    RolloutStepDone = "rollout.step_done",
    /// An operator asked for a reminder.
    RolloutReminderAsked = "rollout.reminder_asked",
    /// Mails of a company's rollout were stopped.
    RolloutMailsStopped = "rollout.mails_stopped",
    /// Mails of a company's rollout go out again.
    RolloutMailsResumed = "rollout.mails_resumed",
    /// A person wants no more reminders.
    RemindersStopped = "rollout.reminders_stopped",
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The user in question.
    User,
    /// Somebody who has proven nothing.
    Stranger,
    /// Somebody at the command line of the host.
    CommandLine,
    /// Vestibule itself: a worker.
    System,
}

/// One event. `facts` hold nothing that tells who somebody is; `personal` is encrypted with the person's own key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// What.
    pub kind: AuditKind,
    /// Who did it.
    pub actor: Actor,
    /// Whom it is about.
    pub user: Option<UserId>,
    /// Whose company it is about.
    pub company: Option<CompanyId>,
    /// Details that are no personal data: identifiers, reasons, numbers.
    pub facts: BTreeMap<&'static str, String>,
    /// Details that are: network addresses, browser names, addresses. Dropped when `user` is unknown.
    pub personal: BTreeMap<&'static str, String>,
}

impl AuditEvent {
    /// An event without details.
    #[must_use]
    pub const fn new(kind: AuditKind, actor: Actor) -> Self {
        Self { kind, actor, user: None, company: None, facts: BTreeMap::new(), personal: BTreeMap::new() }
    }

    /// About this user.
    #[must_use]
    pub const fn about(mut self, user: UserId, company: Option<CompanyId>) -> Self {
        self.user = Some(user);
        self.company = company;
        self
    }

    /// With one more detail.
    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl ToString) -> Self {
        self.facts.insert(name, value.to_string());
        self
    }

    /// With one more personal detail.
    #[must_use]
    pub fn personal(mut self, name: &'static str, value: impl ToString) -> Self {
        self.personal.insert(name, value.to_string());
        self
    }
}
