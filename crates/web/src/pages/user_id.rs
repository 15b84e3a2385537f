//! `/start/user-id`: the Enterprise User ID and its password.

use app::{
    Step, Zeroizing,
    choose_user_id::{
        Choice, IdRefusal, Outcome, ask_user_id, choose_user_id, estimate_password, suggest_user_ids,
    },
    show_attempt::View,
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    attempt::Entry,
    enterprise_user_id::{MAX_CHARACTERS, MIN_CHARACTERS, UserIdProblem},
    password::PasswordProblem,
};
use http::StatusCode;
use serde::Deserialize;
use text::Text;

use super::{
    S,
    new_secret::{password_words, tell_strength},
    postpone::not_now_view,
    profile::at_step,
    progress::{go_on, gone},
};
use crate::{
    error::Refused,
    form::CheckedForm,
    layout::Layout,
    site::Site,
    view::{Journey, Problem, Problems, Step as PageStep, Steps, UserId},
    visit::Visit,
};

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    user_id: String,
    password: Zeroizing<String>,
}

/// What a suggestion, or the question whether a name is free, sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    user_id: String,
}

/// Shows the form.
pub async fn show(State(site): S, visit: Visit) -> Result<Response, Refused> {
    match at_step(&site, &visit, &[Step::UserId]).await? {
        Ok((_, view)) => page(&site, &visit, &view, String::new(), String::new(), Problems::none()).await,
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// Takes a suggestion over into the form, without a script.
pub async fn take_suggestion(
    State(site): S,
    visit: Visit,
    CheckedForm(Name { user_id }): CheckedForm<Name>,
) -> Result<Response, Refused> {
    match at_step(&site, &visit, &[Step::UserId]).await? {
        Ok((_, view)) => page(&site, &visit, &view, user_id, String::new(), Problems::none()).await,
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// Makes the ID.
pub async fn submit(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let (token, view) = match at_step(&site, &visit, &[Step::UserId]).await? {
        Ok(open) => open,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let choice = Choice { user_id: typed.user_id.trim().to_owned(), password: typed.password };
    match choose_user_id(&site.app, &visit.browser, &token, choice).await? {
        Outcome::Made(progress) => go_on(&site, view.entry, progress, None).await,
        Outcome::Gone => Ok(gone(&site, Entry::Start)),
        Outcome::Refused { user_id, password } => {
            let layout = site.layout_for(&visit, &view.user).await?;
            let problems = problems(&layout, user_id.as_ref(), password.as_ref());
            let page = page(&site, &visit, &view, typed.user_id, String::new(), problems).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Whether a name is free, for the script of the page.
pub async fn availability(
    State(site): S,
    visit: Visit,
    CheckedForm(Name { user_id }): CheckedForm<Name>,
) -> Result<Response, Refused> {
    let Ok((token, view)) = at_step(&site, &visit, &[Step::UserId]).await? else {
        return Ok(StatusCode::GONE.into_response());
    };
    let typed = user_id.trim();
    let answer = match ask_user_id(&site.app, &visit.browser, &token, typed).await? {
        None => return Ok(StatusCode::GONE.into_response()),
        Some(Ok(id)) => {
            let words = visit.text.message("problem-user-id-free").with("user_id", id.display()).to_string();
            serde_json::json!({ "free": true, "words": words })
        }
        Some(Err(IdRefusal::TooMany(_))) => return Ok(StatusCode::TOO_MANY_REQUESTS.into_response()),
        Some(Err(refusal)) => {
            let layout = site.layout_for(&visit, &view.user).await?;
            let suggestions = suggest_user_ids(&site.app, &view.user).await?;
            serde_json::json!({ "free": false, "words": id_words(&layout, &refusal), "suggestions": suggestions })
        }
    };
    Ok(([(http::header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// How strong a password is, for the script of the page.
pub async fn strength(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let Some(token) = &visit.attempt else { return Ok(StatusCode::GONE.into_response()) };
    let choice = Choice { user_id: typed.user_id, password: typed.password };
    let estimate = estimate_password(&site.app, &visit.browser, token, &choice).await?;
    let Some((strength, problem)) = estimate else { return Ok(StatusCode::GONE.into_response()) };
    Ok(tell_strength(visit.text, strength, problem.as_ref()))
}

async fn page(
    site: &Site,
    visit: &Visit,
    view: &View,
    user_id: String,
    availability: String,
    problems: Problems,
) -> Result<Response, Refused> {
    let page = UserId {
        layout: site.layout_for(visit, &view.user).await?.with_problems(problems),
        steps: Steps::at(visit.text, Journey::Onboarding, PageStep::UserId),
        user_id,
        availability,
        suggestions: suggest_user_ids(&site.app, &view.user).await?,
        least_password: view.policy.password.min_length,
        replaces: view.legacy_login.is_some(),
        not_now: not_now_view(view),
    };
    site.page(&page).await
}

fn problems(layout: &Layout, user_id: Option<&IdRefusal>, password: Option<&PasswordProblem>) -> Problems {
    let mut problems = Problems::heading(layout.t("problem-user-id-title"));
    if let Some(refusal) = user_id {
        let words = id_words(layout, refusal);
        problems.items.push(Problem { field: "user-id", summary: words.clone(), detail: words });
    }
    if let Some(problem) = password {
        let words = password_words(layout.text, problem);
        problems.items.push(Problem { field: "password", summary: words.clone(), detail: words });
    } else {
        problems.note = layout.t("problem-password-again");
    }
    problems
}

fn id_words(layout: &Layout, refusal: &IdRefusal) -> String {
    let text = layout.text;
    match refusal {
        IdRefusal::Taken => text.get("problem-user-id-taken"),
        IdRefusal::TooMany(until) => {
            text.message("problem-user-id-too-many").with("clock", layout.until(until)).to_string()
        }
        IdRefusal::Rule(rule) => rule_words(text, rule),
    }
}

fn rule_words(text: Text, rule: &UserIdProblem) -> String {
    let signed = |id: &str, sign: &char| text.message(id).with("sign", sign.to_string()).to_string();
    match rule {
        UserIdProblem::Empty => text.get("problem-user-id-empty"),
        UserIdProblem::TooShort { characters } => {
            let message = text.message("problem-user-id-short").with("least", MIN_CHARACTERS);
            message.with("characters", *characters).to_string()
        }
        UserIdProblem::TooLong => {
            text.message("problem-user-id-long").with("most", MAX_CHARACTERS).to_string()
        }
        UserIdProblem::Character { character } => signed("problem-user-id-character", character),
        UserIdProblem::Edge { character } => signed("problem-user-id-edge", character),
        UserIdProblem::Doubled => text.get("problem-user-id-doubled"),
        UserIdProblem::NoLetter => text.get("problem-user-id-no-letter"),
        UserIdProblem::MixedScripts => text.get("problem-user-id-mixed"),
        UserIdProblem::Direction => text.get("problem-user-id-direction"),
        UserIdProblem::Reserved { word } => {
            text.message("problem-user-id-reserved").with("word", *word).to_string()
        }
    }
}
