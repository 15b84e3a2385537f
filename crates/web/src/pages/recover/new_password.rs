//! `/recover/new-password`: the end of a recovery. It signs nobody in.

use app::{
    Zeroizing,
    recover_password::{Outcome, judge_new_password, recover_password},
    show_recovery::{Step, View},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;
use serde::Deserialize;

use super::{S, elsewhere, gone, pending};
use crate::{
    error::Refused,
    form::CheckedForm,
    pages::new_secret::{password_words, tell_strength},
    site::Site,
    view::{Problems, RecoverNewPassword},
    visit::Visit,
};

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    password: Zeroizing<String>,
}

/// Shows the form.
pub async fn show(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let Some((_, view)) = pending(&site, &visit).await? else { return Ok(gone(&site)) };
    page(&site, &visit, &view, Problems::none()).await
}

/// Stores the new password.
pub async fn submit(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let Some((token, view)) = pending(&site, &visit).await? else { return Ok(gone(&site)) };
    if !matches!(view.step, Step::Password { .. }) {
        return Ok(elsewhere(&view));
    }
    match recover_password(&site.app, &visit.browser, &token, &typed.password).await? {
        // The cookie stays: the last page still knows whose contact to name.
        Outcome::Completed => Ok(Redirect::to("/recover/done").into_response()),
        Outcome::Gone => Ok(gone(&site)),
        Outcome::Refused(problem) => {
            let words = password_words(visit.text, &problem);
            let heading = visit.text.get("recover-new-problem");
            let problems = Problems::one(heading, "password", words.clone(), words);
            let page = page(&site, &visit, &view, problems).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// How strong a password is, for the script of the page.
pub async fn strength(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let Some(token) = &visit.recovery else { return Ok(StatusCode::GONE.into_response()) };
    let judged = judge_new_password(&site.app, &visit.browser, token, &typed.password).await?;
    let Some((strength, problem)) = judged else { return Ok(StatusCode::GONE.into_response()) };
    Ok(tell_strength(visit.text, strength, problem.as_ref()))
}

async fn page(site: &Site, visit: &Visit, view: &View, problems: Problems) -> Result<Response, Refused> {
    let Step::Password { user, user_id } = &view.step else { return Ok(elsewhere(view)) };
    let page = RecoverNewPassword {
        layout: site.layout_for(visit, user).await?.with_problems(problems),
        user_id: user_id.clone(),
        least_password: view.policy.password.min_length,
    };
    site.page(&page).await
}
