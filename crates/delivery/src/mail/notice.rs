//! Notices: what changed about somebody's login. Several that happen close together make one mail.

use domain::{factor::Channel, time::Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    inert::inert,
    sheet::{Fact, Item, Line, Sheet, Stop},
    writer::{Word::Soft, Writer},
};

/// One change, as it waits to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What happened.
    pub event: NoticeEvent,
    /// When.
    pub at: Timestamp,
    /// The browser that did it, for example `Firefox on Windows`; empty where none did.
    pub browser: String,
}

/// What can happen to a login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum NoticeEvent {
    /// A browser is now a Trusted Device.
    NewDevice {
        /// The device's name, as its owner knows it.
        device: String,
        /// When the trust ends.
        trusted_until: Timestamp,
    },
    /// The oldest Trusted Device gave way to a new one.
    DeviceDropped {
        /// Its name.
        device: String,
    },
    /// An old or forged copy of a Trusted Device was used, so it is no longer trusted.
    DeviceAlarm {
        /// Its name.
        device: String,
    },
    /// The password was right and the second step was wrong.
    WrongSecondStep,
    /// The user changed the password.
    PasswordChanged,
    /// The user made the first security code.
    SecurityCodeMade,
    /// The user changed the security code.
    SecurityCodeChanged,
    /// The security code was entered wrong too often: nobody can use it any more.
    SecurityCodeDisabled,
    /// Another second step is asked for first.
    ChannelChanged {
        /// The new one.
        to: Channel,
    },
    /// A way to do the second step was added.
    FactorAdded {
        /// Which.
        factor: Factor,
    },
    /// A way to do the second step was removed.
    FactorRemoved {
        /// Which.
        factor: Factor,
    },
    /// A passkey's counter went back: there may be a copy of it.
    PasskeyAlarm {
        /// Its name, as its owner knows it.
        passkey: String,
    },
    /// A recovery code was used in place of a lost factor.
    RecoveryCodeUsed,
    /// Somebody has the mailbox and goes on to recover the account.
    RecoveryStarted,
    /// A recovery made a new password.
    RecoveryDone,
    /// "This was not me" was pressed in a mail: the password opens nothing until it is made anew.
    NotMe,
}

/// What the second step can be done with beside the mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    /// An authenticator app.
    AuthenticatorApp,
    /// A passkey.
    Passkey,
    /// Recovery codes on paper.
    RecoveryCodes,
}

impl NoticeEvent {
    /// Whether it is told at once, because its reader may have to act; the others wait a moment for company.
    #[must_use]
    pub const fn is_urgent(&self) -> bool {
        match self {
            Self::DeviceAlarm { .. }
            | Self::PasskeyAlarm { .. }
            | Self::SecurityCodeDisabled
            | Self::RecoveryStarted
            | Self::RecoveryDone
            | Self::NotMe => true,
            Self::NewDevice { .. }
            | Self::DeviceDropped { .. }
            | Self::WrongSecondStep
            | Self::PasswordChanged
            | Self::SecurityCodeMade
            | Self::SecurityCodeChanged
            | Self::ChannelChanged { .. }
            | Self::FactorAdded { .. }
            | Self::FactorRemoved { .. }
            | Self::RecoveryCodeUsed => false,
        }
    }

    /// The messages of this event: its heading, what it means, and what to do when it was somebody else.
    const fn words(&self) -> [&'static str; 3] {
        match self {
            Self::NewDevice { .. } => {
                ["notice-new-device", "notice-new-device-text", "notice-new-device-not-you"]
            }
            Self::DeviceDropped { .. } => {
                ["notice-device-dropped", "notice-device-dropped-text", "notice-not-you-look"]
            }
            Self::DeviceAlarm { .. } => {
                ["notice-device-alarm", "notice-device-alarm-text", "notice-device-alarm-not-you"]
            }
            Self::WrongSecondStep => {
                ["notice-wrong-second", "notice-wrong-second-text", "notice-wrong-second-not-you"]
            }
            Self::PasswordChanged => ["notice-password", "notice-password-text", "notice-not-you-recover"],
            Self::SecurityCodeMade => {
                ["notice-security-code-made", "notice-security-code-made-text", "notice-not-you-look"]
            }
            Self::SecurityCodeChanged => {
                ["notice-security-code", "notice-security-code-text", "notice-not-you-look"]
            }
            Self::SecurityCodeDisabled => {
                ["notice-code-disabled", "notice-code-disabled-text", "notice-code-disabled-not-you"]
            }
            Self::ChannelChanged { to: Channel::Email } => {
                ["notice-channel", "notice-channel-email-text", "notice-not-you-look"]
            }
            Self::ChannelChanged { to: Channel::AuthenticatorApp } => {
                ["notice-channel", "notice-channel-app-text", "notice-not-you-recover"]
            }
            Self::ChannelChanged { to: Channel::Passkey } => {
                ["notice-channel", "notice-channel-passkey-text", "notice-not-you-recover"]
            }
            Self::FactorAdded { factor: Factor::AuthenticatorApp } => {
                ["notice-app-added", "notice-app-added-text", "notice-not-you-look"]
            }
            Self::FactorAdded { factor: Factor::Passkey } => {
                ["notice-passkey-added", "notice-passkey-added-text", "notice-not-you-look"]
            }
            Self::FactorAdded { factor: Factor::RecoveryCodes } => {
                ["notice-codes-made", "notice-codes-made-text", "notice-not-you-look"]
            }
            Self::FactorRemoved { factor: Factor::AuthenticatorApp } => {
                ["notice-app-removed", "notice-app-removed-text", "notice-not-you-look"]
            }
            Self::FactorRemoved { factor: Factor::Passkey } => {
                ["notice-passkey-removed", "notice-passkey-removed-text", "notice-not-you-look"]
            }
            Self::FactorRemoved { factor: Factor::RecoveryCodes } => {
                ["notice-codes-removed", "notice-codes-removed-text", "notice-not-you-look"]
            }
            Self::PasskeyAlarm { .. } => {
                ["notice-passkey-alarm", "notice-passkey-alarm-text", "notice-not-you-look"]
            }
            Self::RecoveryCodeUsed => ["notice-code-used", "notice-code-used-text", "notice-not-you-look"],
            Self::RecoveryStarted => {
                ["notice-recovery-started", "notice-recovery-started-text", "notice-recovery-started-not-you"]
            }
            Self::RecoveryDone => {
                ["notice-recovery-done", "notice-recovery-done-text", "notice-not-you-recover"]
            }
            Self::NotMe => ["notice-not-me", "notice-not-me-text", "notice-not-me-not-you"],
        }
    }

    fn device(&self) -> Option<&str> {
        match self {
            Self::NewDevice { device, .. }
            | Self::DeviceDropped { device }
            | Self::DeviceAlarm { device }
            | Self::PasskeyAlarm { passkey: device } => Some(device),
            Self::WrongSecondStep
            | Self::PasswordChanged
            | Self::SecurityCodeMade
            | Self::SecurityCodeChanged
            | Self::SecurityCodeDisabled
            | Self::ChannelChanged { .. }
            | Self::FactorAdded { .. }
            | Self::FactorRemoved { .. }
            | Self::RecoveryCodeUsed
            | Self::RecoveryStarted
            | Self::RecoveryDone
            | Self::NotMe => None,
        }
    }
}

impl Writer {
    /// One notice is a mail about that; several are a list.
    pub(super) fn notices(&self, notices: &[Notice]) -> Sheet {
        let mut not_you: Vec<&'static str> = Vec::new();
        for notice in notices {
            let [_, _, words] = notice.event.words();
            if !not_you.contains(&words) {
                not_you.push(words);
            }
        }
        let paragraphs = not_you.iter().map(|id| self.line(id, &[])).chain([self.call()]).collect();
        let stop = Some(Stop { title: self.words("mail-not-you", &[]), paragraphs, button: None });
        if let [notice] = notices {
            let [heading, text, _] = notice.event.words();
            let [subject, title] = [self.words(heading, &[]), self.words(heading, &[])];
            let told = self.told(notice, text);
            let preview = told.plain.clone();
            let facts = self.notice_facts(notice);
            return Sheet { paragraphs: vec![told], facts, stop, ..self.sheet(subject, preview, title) };
        }
        let items: Vec<Item> = notices.iter().map(|notice| self.item(notice)).collect();
        let headings: Vec<&str> = items.iter().map(|item| item.title.as_str()).collect();
        let preview = headings.join(" · ");
        // What cannot wait is what the mail is about.
        let urgent = notices.iter().find(|notice| notice.event.is_urgent());
        let subject = match urgent.map(|notice| notice.event.words()) {
            Some([heading, _, _]) => self.words(heading, &[]),
            None => self.words("notice-several-subject", &[]),
        };
        Sheet { items, stop, ..self.sheet(subject, preview, self.words("notice-several-title", &[])) }
    }

    fn item(&self, notice: &Notice) -> Item {
        let [heading, text, _] = notice.event.words();
        Item {
            title: self.words(heading, &[]),
            text: self.told(notice, text),
            facts: self.notice_facts(notice),
        }
    }

    fn told(&self, notice: &Notice, text: &str) -> Line {
        let device = inert(notice.event.device().unwrap_or_default());
        self.line(text, &[("device", Soft(&device))])
    }

    fn notice_facts(&self, notice: &Notice) -> Vec<Fact> {
        let device = notice.event.device().map(|device| self.fact("mail-fact-device", inert(device)));
        let mut facts: Vec<Fact> = device.into_iter().collect();
        facts.push(self.fact("mail-fact-when", self.moment(notice.at)));
        if !notice.browser.is_empty() {
            facts.push(self.fact("mail-fact-browser", inert(&notice.browser)));
        }
        if let NoticeEvent::NewDevice { trusted_until, .. } = notice.event {
            facts.push(self.fact("mail-fact-until", self.date(trusted_until)));
        }
        facts
    }

    /// For administrators: who of their users said "this was not me" since the last such mail.
    pub(super) fn not_me_digest(&self, company: &str, names: &[String], since: Timestamp) -> Sheet {
        let company = inert(company);
        let values = [("company", Soft(company.as_str()))];
        let [subject, title] =
            ["notice-digest-subject", "notice-digest-title"].map(|id| self.words(id, &values));
        let mut facts = vec![
            self.fact("notice-digest-count", names.len().to_string()),
            self.fact("notice-digest-since", self.moment(since)),
        ];
        facts.extend(names.iter().map(|name| self.fact("notice-digest-name", inert(name))));
        Sheet {
            paragraphs: vec![self.line("notice-digest-text", &values), self.line("notice-digest-next", &[])],
            facts,
            stop: Some(Stop {
                title: self.words("notice-digest-many", &[]),
                paragraphs: vec![self.line("notice-digest-many-text", &[]), self.call()],
                button: None,
            }),
            ..self.sheet(subject, self.words("notice-digest-preview", &values), title)
        }
    }
}
