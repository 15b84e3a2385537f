//! `/start/channel`: the last choice of an onboarding. E-mail works already; whatever else is chosen is set up in the account, with
//! the security code, as everywhere.

use app::list_factors::list_factors;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::factor::Channel;
use http::StatusCode;
use serde::Deserialize;

use super::{
    S,
    account::channel::ways,
    to::{To, with_to},
};
use crate::{
    error::Refused,
    form::CheckedForm,
    signed_in::SignedIn,
    site::Site,
    view::{Journey, Problems, StartChannel, Step, Steps},
    visit::Visit,
};

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    #[serde(default)]
    channel: String,
    #[serde(default)]
    to: String,
}

/// Shows the ways. Who has no security code has no choice, and who has chosen another way already has made it.
pub async fn show(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    Query(query): Query<To>,
) -> Result<Response, Refused> {
    render(&site, &visit, &user, query.to.unwrap_or_default(), Problems::none()).await
}

/// Goes on, or to where the chosen way is set up.
pub async fn choose(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let to = match Channel::named(&typed.channel) {
        Some(Channel::Email) => done(&typed.to),
        Some(Channel::AuthenticatorApp) => "/account/authenticator-app".to_owned(),
        Some(Channel::Passkey) => "/account/passkeys".to_owned(),
        None => {
            let pick = visit.text.get("start-channel-pick");
            let title = visit.text.get("start-channel-pick-title");
            let problems = Problems::one(title, "channel", pick.clone(), pick);
            let page = render(&site, &visit, &user, typed.to, problems).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    Ok(Redirect::to(&to).into_response())
}

async fn render(
    site: &Site,
    visit: &Visit,
    user: &SignedIn,
    to: String,
    problems: Problems,
) -> Result<Response, Refused> {
    let factors = list_factors(&site.app, &user.signed).await?;
    if !factors.has_security_code || factors.channel != Channel::Email {
        return Ok(Redirect::to(&done(&to)).into_response());
    }
    let page = StartChannel {
        steps: Steps::at(visit.text, Journey::Onboarding, Step::Channel),
        email: user.signed.user.email.clone(),
        ways: ways(&factors, Channel::Email),
        to,
        layout: user.layout(site, visit).await?.with_problems(problems),
    };
    site.page(&page).await
}

fn done(to: &str) -> String {
    with_to("/start/done", Some(to).filter(|to| !to.is_empty()))
}
