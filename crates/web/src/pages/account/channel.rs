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

use super::factor_code;
use crate::{
    error::Refused,
    form::CheckedForm,
    pages::S,
    signed_in::{FreshByBoth, SignedIn},
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
    FreshByBoth(user): FreshByBoth,
    Query(asked): Query<Asked>,
) -> Result<Response, Refused> {
    let done = asked.done.map(|_| "factor-done-channel");
    render(&site, &visit, &user, None, done, Problems::none()).await
}

/// Chooses one.
pub async fn submit(
    State(site): S,
    visit: Visit,
    FreshByBoth(user): FreshByBoth,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let chosen = Channel::named(&typed.channel);
    let text = visit.text;
    let pick = |detail| {
        let (title, summary) = (text.get("factor-channel-wrong-title"), text.get("factor-channel-pick"));
        Problems::one(title, "channel", summary, text.get(detail))
    };
    let problems = match chosen {
        None => pick("factor-channel-pick"),
        Some(channel) => {
            let (browser, signed) = (&visit.browser, &user.signed);
            match choose_channel(&site.app, browser, signed, channel, &typed.security_code).await? {
                Outcome::Chosen => return Ok(Redirect::to("/account/channel?done=chosen").into_response()),
                Outcome::Gone => return Ok(Redirect::to("/login").into_response()),
                Outcome::NotOwned => pick("factor-channel-not-owned"),
                Outcome::NotOpened(why) => {
                    factor_code::problems(text, &user.layout(&site, &visit).await?, why)
                }
            }
        }
    };
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

/// The ways there are, and where one that is not there yet is set up.
pub fn ways(factors: &Factors, chosen: Channel) -> Vec<ChannelWay> {
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
