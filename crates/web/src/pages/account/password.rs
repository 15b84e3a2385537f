//! `/account/password`: another password.

use app::{
    Zeroizing,
    change_password::{Change, Outcome, change_password, judge_password},
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;
use serde::Deserialize;
use text::Text;

use super::{
    super::{
        S,
        login::paused,
        new_secret::{password_words, tell_strength},
    },
    Done,
};
use crate::{
    error::Refused,
    form::CheckedForm,
    signed_in::{Fresh, SignedIn},
    site::Site,
    view::{AccountPassword, Problems},
    visit::Visit,
};

/// What the form sends. The ID is there for password managers alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    current: Zeroizing<String>,
    password: Zeroizing<String>,
    #[serde(default, rename = "user_id")]
    _user_id: String,
}

/// What the script of the page sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tried {
    password: Zeroizing<String>,
    #[serde(default, rename = "user_id")]
    _user_id: String,
}

/// Shows the form.
pub async fn show(
    State(site): S,
    visit: Visit,
    Fresh(user): Fresh,
    Query(done): Query<Done>,
) -> Result<Response, Refused> {
    page(&site, &visit, &user, done.is_done(), Problems::none()).await
}

/// Changes it.
pub async fn submit(
    State(site): S,
    visit: Visit,
    Fresh(user): Fresh,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let text = visit.text;
    let change = Change { current: typed.current, new: typed.password };
    let problems = match change_password(&site.app, &visit.browser, &user.signed, change).await? {
        Outcome::Changed => return Ok(Redirect::to("/account/password?done=yes").into_response()),
        Outcome::Gone => return Ok(Redirect::to("/login").into_response()),
        Outcome::Dead => problem(text, "current", text.get("account-password-dead"))
            .with_way_out("/recover", text.get("account-password-dead-way")),
        Outcome::NoPassword => return Ok(Redirect::to("/account/password").into_response()),
        Outcome::Paused(until) => return paused(&site, &visit, until).await,
        Outcome::WrongCurrent => problem(text, "current", text.get("account-password-wrong")),
        Outcome::Same => problem(text, "password", text.get("account-password-same")),
        Outcome::Refused(rule) => problem(text, "password", password_words(text, &rule)),
    };
    let page = page(&site, &visit, &user, false, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// How strong a password is, for the script of the page.
pub async fn strength(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    CheckedForm(tried): CheckedForm<Tried>,
) -> Result<Response, Refused> {
    let (strength, problem) = judge_password(&site.app, &user.signed, &tried.password).await?;
    Ok(tell_strength(visit.text, strength, problem.as_ref()))
}

fn problem(text: Text, field: &'static str, words: String) -> Problems {
    Problems::one(text.get("common-problem"), field, words.clone(), words)
        .with_note(text.get("problem-password-again"))
}

async fn page(
    site: &Site,
    visit: &Visit,
    user: &SignedIn,
    done: bool,
    problems: Problems,
) -> Result<Response, Refused> {
    let policy = site.app.directory().await?.policy(user.signed.user.company);
    let page = AccountPassword {
        layout: user.layout(site, visit).await?.with_problems(problems),
        user_id: user.signed.user_id.clone(),
        least_password: policy.password.min_length,
        done,
    };
    site.page(&page).await
}
