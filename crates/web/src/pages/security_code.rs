//! `/start/security-code` and `/enrol/security-code`: the last step of enrolment.

use app::{
    Step, Zeroizing,
    make_security_code::{Outcome, make_security_code},
    show_attempt::View,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::attempt::Entry;
use http::StatusCode;
use serde::Deserialize;

use super::{
    S,
    new_secret::security_code_words,
    postpone::not_now_view,
    profile::at_step,
    progress::{go_on, gone, path_of},
};
use crate::{
    error::Refused,
    form::CheckedForm,
    site::Site,
    view::{Journey, MakeSecurityCode, Problems, Step as PageStep, Steps},
    visit::Visit,
};

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    security_code: Zeroizing<String>,
}

/// Shows the form.
pub async fn show(State(site): S, visit: Visit) -> Result<Response, Refused> {
    match at_step(&site, &visit, &[Step::SecurityCode]).await? {
        Ok((_, view)) => page(&site, &visit, &view, Problems::none()).await,
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// Makes the code.
pub async fn submit(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let (token, view) = match at_step(&site, &visit, &[Step::SecurityCode]).await? {
        Ok(open) => open,
        Err(elsewhere) => return Ok(elsewhere),
    };
    match make_security_code(&site.app, &visit.browser, &token, typed.security_code).await? {
        Outcome::Made(progress) | Outcome::SecondDemanded(progress) => {
            go_on(&site, view.entry, progress, None).await
        }
        Outcome::Gone => Ok(gone(&site, view.entry)),
        Outcome::Refused(problem) => {
            let words = security_code_words(visit.text, problem);
            let heading = visit.text.get("problem-security-code-title");
            let problems = Problems::one(heading, "security-code", words.clone(), words);
            let page = page(&site, &visit, &view, problems).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn page(site: &Site, visit: &Visit, view: &View, problems: Problems) -> Result<Response, Refused> {
    let journey = match view.entry {
        Entry::Login | Entry::Confirm => Journey::Enrolment,
        Entry::Start | Entry::Invite => Journey::Onboarding,
    };
    let page = MakeSecurityCode {
        layout: site.layout_for(visit, &view.user).await?.with_problems(problems),
        steps: Steps::at(visit.text, journey, PageStep::SecurityCode),
        action: path_of(view.step, view.entry),
        least: view.policy.security_code.min_digits,
        most: view.policy.security_code.max_digits,
        not_now: not_now_view(view),
    };
    site.page(&page).await
}
