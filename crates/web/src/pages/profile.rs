//! `/start/profile` and `/enrol/profile`: the prepopulated data, and "this is wrong".

use app::{
    Step, Token,
    confirm_profile::confirm_profile,
    report_wrong_details::{Outcome, report_wrong_details},
    show_attempt::{View, show_attempt},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;

use super::{
    S,
    code::Nothing,
    postpone::not_now_view,
    progress::{go_on, gone, path_of},
    report::{Report, report_problems},
};
use crate::{
    error::Refused,
    form::CheckedForm,
    site::Site,
    view::{Journey, Problems, Profile, ReportWrong, Step as PageStep, Steps, WrongReported},
    visit::Visit,
};

/// Shows name and e-mail.
pub async fn show(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let view = match open(&site, &visit).await? {
        Ok((_, view)) => view,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let layout = site.layout_for(&visit, &view.user).await?;
    let page = Profile {
        steps: steps(&visit, &view),
        action: path_of(view.step, view.entry),
        wrong_href: wrong_path(&view),
        name: view.user.name.clone(),
        email: view.user.email.clone(),
        company: view.company.as_ref().map(|company| company.name.clone()).unwrap_or_default(),
        open_case: view.case.clone(),
        not_now: not_now_view(&view),
        layout,
    };
    site.page(&page).await
}

/// "Yes, these are right."
pub async fn confirm(
    State(site): S,
    visit: Visit,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    let (token, view) = match open(&site, &visit).await? {
        Ok(open) => open,
        Err(elsewhere) => return Ok(elsewhere),
    };
    match confirm_profile(&site.app, &visit.browser, &token).await? {
        Some(progress) => go_on(&site, view.entry, progress, None).await,
        None => Ok(gone(&site, view.entry)),
    }
}

/// Shows the form that says what is wrong.
pub async fn show_report(State(site): S, visit: Visit) -> Result<Response, Refused> {
    match open(&site, &visit).await? {
        Ok((_, view)) => report_page(&site, &visit, &view, Report::default(), Problems::none()).await,
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// "This is wrong."
pub async fn report(
    State(site): S,
    visit: Visit,
    CheckedForm(report): CheckedForm<Report>,
) -> Result<Response, Refused> {
    let (token, view) = match open(&site, &visit).await? {
        Ok(open) => open,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let outcome = if report.is_too_long() {
        Outcome::TooLong
    } else {
        report_wrong_details(&site.app, &visit.browser, &token, &report.said()).await?
    };
    let problems = match outcome {
        Outcome::Gone => return Ok(gone(&site, view.entry)),
        Outcome::Opened(case_number) => return reported(&site, &visit, &view, case_number).await,
        Outcome::Empty | Outcome::TooLong => report_problems(visit.text, &outcome),
    };
    let page = report_page(&site, &visit, &view, report, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn report_page(
    site: &Site,
    visit: &Visit,
    view: &View,
    report: Report,
    problems: Problems,
) -> Result<Response, Refused> {
    let layout = site.layout_for(visit, &view.user).await?.with_problems(problems);
    let page = ReportWrong {
        layout,
        steps: Some(steps(visit, view)),
        action: wrong_path(view),
        back_href: path_of(view.step, view.entry),
        name_wrong: report.name_wrong.is_some(),
        email_wrong: report.email_wrong.is_some(),
        not_mine: report.not_mine.is_some(),
        message: report.message,
    };
    site.page(&page).await
}

async fn reported(site: &Site, visit: &Visit, view: &View, case_number: String) -> Result<Response, Refused> {
    let page = WrongReported {
        layout: site.layout_for(visit, &view.user).await?,
        steps: Some(steps(visit, view)),
        case_number,
        go_on: not_now_view(view),
        profile_href: path_of(view.step, view.entry),
    };
    site.page(&page).await
}

const fn wrong_path(view: &View) -> &'static str {
    match view.step {
        Step::EnrolProfile => "/enrol/profile/wrong",
        _ => "/start/profile/wrong",
    }
}

fn steps(visit: &Visit, view: &View) -> Steps {
    let journey = if view.step == Step::EnrolProfile { Journey::Enrolment } else { Journey::Onboarding };
    Steps::at(visit.text, journey, PageStep::Profile)
}

/// The pending attempt at its profile step, or the way to where it stands.
async fn open(site: &Site, visit: &Visit) -> Result<Result<(Token, View), Response>, Refused> {
    at_step(site, visit, &[Step::Profile, Step::EnrolProfile]).await
}

/// The pending attempt at one of these steps, or the way to where it stands.
pub async fn at_step(
    site: &Site,
    visit: &Visit,
    steps: &[Step],
) -> Result<Result<(Token, View), Response>, Refused> {
    let Some(token) = visit.attempt.clone() else { return Ok(Err(gone(site, visit.door))) };
    let Some(view) = show_attempt(&site.app, &visit.browser, &token).await? else {
        return Ok(Err(gone(site, visit.door)));
    };
    if steps.contains(&view.step) {
        return Ok(Ok((token, view)));
    }
    Ok(Err(Redirect::to(path_of(view.step, view.entry)).into_response()))
}
