//! `/account/security-code`: the security code, made or changed.

use app::{
    Zeroizing,
    change_security_code::{Change, Outcome, change_security_code},
    secrets_since::secrets_since,
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;
use serde::Deserialize;
use text::Text;

use super::{
    super::{S, new_secret::security_code_words},
    Done,
};
use crate::{
    error::Refused,
    form::CheckedForm,
    signed_in::{FreshByBoth, SignedIn},
    site::Site,
    view::{AccountSecurityCode, Problems},
    visit::Visit,
};

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    #[serde(default)]
    current: Zeroizing<String>,
    security_code: Zeroizing<String>,
}

/// Shows the form.
pub async fn show(
    State(site): S,
    visit: Visit,
    FreshByBoth(user): FreshByBoth,
    Query(done): Query<Done>,
) -> Result<Response, Refused> {
    page(&site, &visit, &user, done.is_done(), Problems::none()).await
}

/// Makes or changes it.
pub async fn submit(
    State(site): S,
    visit: Visit,
    FreshByBoth(user): FreshByBoth,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let text = visit.text;
    let change = Change { current: typed.current, new: typed.security_code };
    let problems = match change_security_code(&site.app, &visit.browser, &user.signed, change).await? {
        Outcome::Changed => return Ok(Redirect::to("/account/security-code?done=yes").into_response()),
        Outcome::Gone => return Ok(Redirect::to("/login").into_response()),
        Outcome::NoUserId => return Ok(Redirect::to("/account/security-code").into_response()),
        Outcome::Overtaken => problem(text, "security-code", text.get("account-security-code-overtaken")),
        Outcome::Refused(rule) => problem(text, "security-code", security_code_words(text, rule)),
        Outcome::Same => problem(text, "security-code", text.get("account-security-code-same")),
        Outcome::Malformed => problem(text, "current", text.get("account-security-code-malformed")),
        Outcome::WrongCurrent(left) => {
            let words = text.message("account-security-code-wrong").with("left", left).to_string();
            problem(text, "current", words)
        }
        Outcome::Paused(until) => {
            let clock = user.layout(&site, &visit).await?.until(&until);
            problem(
                text,
                "current",
                text.message("account-security-code-paused").with("clock", clock).to_string(),
            )
        }
        Outcome::Disabled => problem(text, "current", text.get("account-security-code-disabled")),
    };
    let page = page(&site, &visit, &user, false, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn problem(text: Text, field: &'static str, words: String) -> Problems {
    Problems::one(text.get("common-problem"), field, words.clone(), words)
}

async fn page(
    site: &Site,
    visit: &Visit,
    user: &SignedIn,
    done: bool,
    problems: Problems,
) -> Result<Response, Refused> {
    let person = &user.signed.user;
    let policy = site.app.directory().await?.policy(person.company);
    let page = AccountSecurityCode {
        layout: user.layout(site, visit).await?.with_problems(problems),
        name: person.name.clone(),
        email: person.email.clone(),
        has_user_id: user.signed.user_id.is_some(),
        since: secrets_since(&site.app, &user.signed).await?.security_code,
        least: policy.security_code.min_digits,
        most: policy.security_code.max_digits,
        done,
    };
    site.page(&page).await
}
