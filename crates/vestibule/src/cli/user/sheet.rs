//! `vestibule user show`: who somebody is and how they stand.

use std::io;

use app::change_user::{Found, SecondSteps};
use domain::{factor::Channel, time::Timestamp};
use serde::Serialize;

use crate::cli::Screen;

#[derive(Serialize)]
pub(super) struct Sheet {
    key: String,
    name: String,
    email: String,
    role: &'static str,
    company: Option<String>,
    region: Option<String>,
    user_id: Option<String>,
    legacy_login: Option<String>,
    standing: &'static str,
    enrolled: Option<String>,
    postponed: u32,
    disabled: Option<String>,
    trusted_devices: usize,
    sessions: usize,
    logins_confirmed_by: &'static str,
    authenticator_app: bool,
    passkeys: usize,
    recovery_codes: u32,
    second_steps_removed: Option<String>,
    password_dead: Option<String>,
}

/// What is told about somebody.
pub(super) fn sheet(found: &Found) -> Sheet {
    let user = &found.user;
    let SecondSteps { authenticator_app, passkeys, recovery_codes, removed_at } = found.second_steps;
    let standing = user.standing(found.user_id.is_some(), found.legacy_login.is_some());
    Sheet {
        key: user.id.to_string(),
        name: user.name.clone(),
        email: user.email.clone(),
        role: user.role.name(),
        company: found.company.clone(),
        region: user.region.as_ref().map(ToString::to_string),
        user_id: found.user_id.clone(),
        legacy_login: found.legacy_login.clone(),
        standing: match standing {
            domain::access::Standing::Legacy => "no Enterprise User ID yet; legacy credentials are on record",
            domain::access::Standing::Invited => "no Enterprise User ID yet; needs an invitation",
            domain::access::Standing::IdMade => "Enterprise User ID made; not enrolled",
            domain::access::Standing::Enrolled => "enrolled",
        },
        enrolled: user.enrolled_at.map(moment),
        postponed: user.postponed_count,
        disabled: user.disabled_at.map(moment),
        trusted_devices: found.devices,
        sessions: found.sessions,
        logins_confirmed_by: match user.channel {
            Channel::Email => "codes by e-mail",
            Channel::AuthenticatorApp => "authenticator app",
            Channel::Passkey => "passkey",
        },
        authenticator_app,
        passkeys,
        recovery_codes,
        second_steps_removed: removed_at.map(moment),
        password_dead: user.password_dead_at.map(moment),
    }
}

fn moment(at: Timestamp) -> String {
    format!("{at:?}")
}

impl Sheet {
    /// For people.
    pub(super) fn show(&self, screen: &mut Screen) -> io::Result<()> {
        let or_dash = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
        let rows = vec![
            ["name".to_owned(), self.name.clone()],
            ["e-mail".to_owned(), self.email.clone()],
            ["role".to_owned(), self.role.to_owned()],
            ["company".to_owned(), or_dash(&self.company)],
            ["region".to_owned(), or_dash(&self.region)],
            ["Enterprise User ID".to_owned(), or_dash(&self.user_id)],
            ["old login name".to_owned(), or_dash(&self.legacy_login)],
            ["standing".to_owned(), self.standing.to_owned()],
            ["enrolled".to_owned(), or_dash(&self.enrolled)],
            ["\"not now\"".to_owned(), self.postponed.to_string()],
            ["disabled".to_owned(), or_dash(&self.disabled)],
            ["Trusted Devices".to_owned(), self.trusted_devices.to_string()],
            ["sessions".to_owned(), self.sessions.to_string()],
            ["logins confirmed by".to_owned(), self.logins_confirmed_by.to_owned()],
            ["authenticator app".to_owned(), if self.authenticator_app { "yes" } else { "no" }.to_owned()],
            ["passkeys".to_owned(), self.passkeys.to_string()],
            ["recovery codes left".to_owned(), self.recovery_codes.to_string()],
            ["to be removed".to_owned(), or_dash(&self.second_steps_removed)],
            ["password dead since".to_owned(), or_dash(&self.password_dead)],
        ];
        screen.table(["KEY", &self.key], rows)
    }
}
