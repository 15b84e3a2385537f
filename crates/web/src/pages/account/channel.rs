//! `/account/channel`: what every login asks for first.

use app::{
    Zeroizing,
    choose_channel::{Outcome, choose_channel},
    list_factors::{Factors, list_factors},
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::factor::Channel;
use http::StatusCode;
use serde::Deserialize;

use crate::{
    error::Refused,
    form::CheckedForm,
    pages::S,
    signed_in::{Fresh, SignedIn},
    site::Site,
    view::{AccountChannel, ChannelWay, Problems},
    visit::Visit,
};

/// `?done=`.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    done: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    #[serde(default)]
    channel: String,
    security_code: Zeroizing<String>,
}

/// Shows the ways.
pub async fn show(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Refused> {
    let done = asked.done.map(|_| "factor-done-channel");
    render(&site, &visit, &user, None, done, Problems::none()).await
}

/// Chooses one.
pub async fn submit(
    State(site): S,
    visit: Visit,
    Fresh(user): Fresh,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let chosen = Channel::named(&typed.channel);
    let text = visit.text;
    let (field, detail) = match chosen {
        None => ("channel", text.get("factor-channel-pick")),
        Some(channel) => {
            match choose_channel(&site.app, &visit.browser, &user.signed, channel, &typed.security_code)
                .await?
            {
                Outcome::Chosen => {
                    return Ok(Redirect::to("/account/channel?done=chosen").into_response());
                }
                Outcome::NotOwned => ("channel", text.get("factor-channel-not-owned")),
                Outcome::NoSecurityCode | Outcome::Disabled => {
                    ("security-code", text.get("factor-channel-disabled"))
                }
                Outcome::Malformed => ("security-code", text.get("factor-channel-malformed")),
                Outcome::Wrong { left } => (
                    "security-code",
                    text.message("factor-channel-wrong-detail").with("left", left).to_string(),
                ),
                Outcome::Paused(until) => {
                    let layout = user.layout(&site, &visit).await?;
                    let words = text.message("factor-channel-paused").with("until", layout.until(&until));
                    ("security-code", words.to_string())
                }
            }
        }
    };
    let summary = if field == "channel" { "factor-channel-pick" } else { "factor-channel-wrong" };
    let problems = Problems::one(text.get("factor-channel-wrong-title"), field, text.get(summary), detail);
    let page = render(&site, &visit, &user, chosen, None, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn render(
    site: &Site,
    visit: &Visit,
    user: &SignedIn,
    picked: Option<Channel>,
    done: Option<&'static str>,
    problems: Problems,
) -> Result<Response, Refused> {
    let factors = list_factors(&site.app, &user.signed).await?;
    let page = AccountChannel {
        layout: user.layout(site, visit).await?.with_problems(problems),
        has_security_code: factors.has_security_code,
        email: user.signed.user.email.clone(),
        ways: ways(&factors, picked.unwrap_or(factors.channel)),
        has_recovery_codes: factors.recovery_left > 0,
        done,
    };
    site.page(&page).await
}

fn ways(factors: &Factors, chosen: Channel) -> Vec<ChannelWay> {
    let way = |channel: Channel, title, text, set_up: Option<&'static str>| ChannelWay {
        name: channel.name(),
        title,
        text,
        is_chosen: chosen == channel && set_up.is_none(),
        set_up,
    };
    let app = factors.app.is_none().then_some("/account/authenticator-app");
    let passkey = factors.passkeys.is_empty().then_some("/account/passkeys");
    let mut ways = vec![
        way(Channel::Email, "factor-channel-email", "factor-channel-email-text", None),
        way(Channel::AuthenticatorApp, "factor-channel-app", "factor-channel-app-text", app),
    ];
    if factors.passkeys_possible || passkey.is_none() {
        ways.push(way(Channel::Passkey, "factor-channel-passkey", "factor-channel-passkey-text", passkey));
    }
    ways
}
