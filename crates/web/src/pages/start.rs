//! `/start`: existing credentials.

use std::time::Duration;

use app::{
    Zeroizing,
    recovery::Door,
    submit_legacy_credentials::{self, Outcome},
    submit_password::Credentials,
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use domain::attempt::Entry;
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use serde::Deserialize;

use super::{
    S,
    login::paused,
    progress::go_on,
    recover::{go_to, opened_name},
    to::{To, with_to},
};
use crate::{
    error::Refused,
    form::CheckedForm,
    site::Site,
    view::{Problems, Start},
    visit::Visit,
};

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    login_name: String,
    password: Zeroizing<String>,
    #[serde(default)]
    to: String,
    #[serde(default)]
    company: String,
}

/// `?company=` of a company's entry link, unchecked: it decides only where unknown login names are asked about.
#[derive(Default, Deserialize)]
pub struct Link {
    #[serde(default)]
    company: String,
}

/// What the form holds, but for the password.
#[derive(Default)]
struct Held {
    login_name: String,
    to: Option<String>,
    company: String,
    /// Whether the mailbox was proven a moment ago.
    door_open: bool,
}

/// Shows the form.
pub async fn show(
    State(site): S,
    visit: Visit,
    Query(query): Query<To>,
    Query(link): Query<Link>,
) -> Result<Response, Refused> {
    let to = site.checked_return(query.to.as_deref()).await?;
    let held = Held { to, company: link.company, ..Held::default() };
    if query.ended.as_deref() == Some("door") {
        let login_name = opened_name(&site, &visit, Door::Start).await?;
        let held = Held { login_name, door_open: true, ..held };
        return page(&site, &visit, held, Problems::none()).await;
    }
    let problems = if query.ended.is_some() {
        Problems::heading(visit.text.get("problem-ended-title")).with_note(visit.text.get("problem-ended"))
    } else {
        Problems::none()
    };
    page(&site, &visit, held, problems).await
}

/// Checks the credentials.
pub async fn submit(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let Typed { login_name, password, to, company } = typed;
    let keep = |fault| Refused::keeping(&fault, visit.text.get("start-existing-login"), &login_name);
    let to = site.checked_return(Some(&to)).await.map_err(keep)?;
    let problems = missing(&visit, &login_name, &password);
    let held =
        Held { login_name: login_name.clone(), to: to.clone(), company: company.clone(), door_open: false };
    if problems.any() {
        return again(&site, &visit, held, problems).await;
    }
    let credentials = Credentials { name: login_name.clone(), password, return_to: to };
    let company = Some(company).filter(|company| !company.is_empty());
    let typed = submit_legacy_credentials::Typed { credentials, company };
    let outcome =
        submit_legacy_credentials::submit_legacy_credentials(&site.app, &visit.browser, typed).await;
    match outcome.map_err(keep)? {
        Outcome::Proven(progress) => go_on(&site, Entry::Start, progress, None).await,
        Outcome::Paused(until) => paused(&site, &visit, until).await,
        Outcome::Guarded(token) => Ok(go_to(&site, &token, "/recover/code")),
        Outcome::Unanswered(wait) => unanswered(&site, &visit, held, wait).await,
        Outcome::Wrong => again(&site, &visit, held, wrong(&visit)).await,
    }
}

fn missing(visit: &Visit, login_name: &str, password: &str) -> Problems {
    let mut problems = Problems::none();
    for (empty, field, message) in [
        (login_name.trim().is_empty(), "login-name", "problem-login-name-missing"),
        (password.is_empty(), "password", "problem-password-missing"),
    ] {
        if empty {
            problems.add(&visit.text, field, message);
        }
    }
    problems
}

fn wrong(visit: &Visit) -> Problems {
    let text = visit.text;
    Problems::one(
        text.get("problem-legacy-title"),
        "login-name",
        text.get("problem-legacy-summary"),
        text.get("problem-legacy-detail"),
    )
    .with_note(text.get("problem-legacy-note"))
    .with_way_out("/login", text.get("problem-legacy-way-out"))
}

/// Where existing credentials are checked does not answer: the same form again, with when to send it.
async fn unanswered(site: &Site, visit: &Visit, held: Held, wait: Duration) -> Result<Response, Refused> {
    let text = visit.text;
    let span = site.layout(visit).await?.span(&wait);
    let problems = Problems::heading(text.get("start-unanswered-title"))
        .with_note(text.message("start-unanswered").with("span", span).to_string())
        .with_way_out("/login", text.get("problem-legacy-way-out"));
    let page = page(site, visit, held, problems).await?;
    let after = [(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)))];
    Ok((StatusCode::SERVICE_UNAVAILABLE, after, page).into_response())
}

async fn again(site: &Site, visit: &Visit, held: Held, problems: Problems) -> Result<Response, Refused> {
    let page = page(site, visit, held, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn page(site: &Site, visit: &Visit, held: Held, problems: Problems) -> Result<Response, Refused> {
    let layout = site.layout(visit).await?.with_problems(problems);
    let Held { login_name, to, company, door_open } = held;
    let login_href = with_to("/login", to.as_deref());
    let to = to.unwrap_or_default();
    site.page(&Start { layout, login_name, to, company, login_href, replaced: false, door_open }).await
}
