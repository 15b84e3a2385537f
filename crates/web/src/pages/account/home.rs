//! `/account`: the profile, read only, and how everything of the user's own stands.

use app::{
    list_factors::{Factors, list_factors},
    manage_access::{Access, list_access},
    secrets_since::{SecretsSince, secrets_since},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{factor::Channel, time::Timestamp};

use super::super::{S, code::Nothing};
use crate::{
    error::Refused,
    form::CheckedForm,
    layout::Layout,
    signed_in::SignedIn,
    view::{Account, AccountFact, AccountSection},
    visit::Visit,
};

/// Shows it.
pub async fn show(State(site): S, visit: Visit, user: SignedIn) -> Result<Response, Refused> {
    let directory = site.app.directory().await?;
    let person = &user.signed.user;
    let since = secrets_since(&site.app, &user.signed).await?;
    let factors = list_factors(&site.app, &user.signed).await?;
    let access = list_access(&site.app, &visit.browser, &user.signed).await?;
    let layout = user.layout(&site, &visit).await?;
    let page = Account {
        name: person.name.clone(),
        email: person.email.clone(),
        company: directory.company_of(person).map(|company| company.name.clone()),
        open_case: app::report_wrong_details::open_case(&site.app, person.id).await?,
        removal_due: factors.removal_due,
        sections: vec![
            login(&layout, user.signed.user_id.as_deref(), &since),
            second_steps(&layout, &factors),
            whereabouts(&layout, &access),
            own(&layout, person.language.as_deref()),
        ],
        layout,
    };
    site.page(&page).await
}

/// "Do not remove anything."
pub async fn stop_removal(
    State(site): S,
    user: SignedIn,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    app::remove_factors::stop_removal(&site.app, &user.signed).await?;
    Ok(Redirect::to("/account").into_response())
}

fn login(layout: &Layout, user_id: Option<&str>, since: &SecretsSince) -> AccountSection {
    let made = |at: Option<Timestamp>| match at {
        Some(at) => layout.m("account-made-on").with("date", layout.date(&at)).to_string(),
        None => layout.t("account-not-yet"),
    };
    let has_id = user_id.is_some();
    let code_link = if since.security_code.is_some() { "account-change" } else { "account-make" };
    AccountSection {
        title: "account-section-login",
        facts: vec![
            AccountFact {
                name: layout.t("login-user-id"),
                value: user_id.map_or_else(|| layout.t("account-not-yet"), str::to_owned),
                link: None,
            },
            AccountFact {
                name: layout.t("account-password"),
                value: made(since.password),
                link: has_id.then_some(("/account/password", "account-change")),
            },
            AccountFact {
                name: layout.t("account-security-code"),
                value: made(since.security_code),
                link: has_id.then_some(("/account/security-code", code_link)),
            },
        ],
    }
}

fn second_steps(layout: &Layout, factors: &Factors) -> AccountSection {
    let channel = match factors.channel {
        Channel::Email => "factor-way-email",
        Channel::AuthenticatorApp => "factor-way-app",
        Channel::Passkey => "factor-way-passkey",
    };
    let since = |at: Timestamp| layout.m("account-since-date").with("date", layout.date(&at)).to_string();
    let app = factors.app.map_or_else(|| layout.t("account-none"), |app| since(app.since));
    let count = |id: &str, count: usize| layout.m(id).with("count", count).to_string();
    AccountSection {
        title: "account-section-second",
        facts: vec![
            fact(layout, "factor-nav-channel", layout.t(channel), "/account/channel"),
            fact(layout, "factor-nav-app", app, "/account/authenticator-app"),
            fact(
                layout,
                "factor-nav-passkeys",
                count("account-passkeys", factors.passkeys.len()),
                "/account/passkeys",
            ),
            fact(
                layout,
                "factor-nav-codes",
                count("account-codes-left", usize::try_from(factors.recovery_left).unwrap_or(0)),
                "/account/recovery-codes",
            ),
        ],
    }
}

fn whereabouts(layout: &Layout, access: &Access) -> AccountSection {
    let devices = layout
        .m("account-devices-number")
        .with("count", access.devices.len())
        .with("most", access.most_devices)
        .to_string();
    let sessions = layout.m("account-sessions-number").with("count", access.sessions.len()).to_string();
    AccountSection {
        title: "account-section-where",
        facts: vec![
            fact(layout, "account-trusted-devices", devices, "/account/devices"),
            fact(layout, "account-sessions", sessions, "/account/devices"),
            fact(layout, "activity-title", layout.t("account-activity-text"), "/account/activity"),
        ],
    }
}

fn own(layout: &Layout, language: Option<&str>) -> AccountSection {
    let named = text::languages().iter().find(|shipped| Some(shipped.tag) == language);
    let language =
        named.map_or_else(|| layout.t("account-language-browser"), |language| language.name.to_owned());
    AccountSection {
        title: "account-section-own",
        facts: vec![
            fact(layout, "account-language", language, "/account/language"),
            fact(layout, "account-data", layout.t("account-data-text"), "/account/data"),
        ],
    }
}

fn fact(layout: &Layout, name: &str, value: String, href: &'static str) -> AccountFact {
    AccountFact { name: layout.t(name), value, link: Some((href, "account-look")) }
}
