//! `/account/wrong`: "this is wrong", by somebody who is signed in.

use app::report_wrong_details::{Outcome, report_own_details};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;

use super::super::{
    S,
    report::{Report, report_problems},
};
use crate::{
    error::Refused,
    form::CheckedForm,
    signed_in::SignedIn,
    site::Site,
    view::{Problems, ReportWrong, WrongReported},
    visit::Visit,
};

/// Shows the form.
pub async fn show(State(site): S, visit: Visit, user: SignedIn) -> Result<Response, Refused> {
    page(&site, &visit, &user, Report::default(), Problems::none()).await
}

/// Opens a case.
pub async fn report(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    CheckedForm(report): CheckedForm<Report>,
) -> Result<Response, Refused> {
    let outcome = if report.is_too_long() {
        Outcome::TooLong
    } else {
        report_own_details(&site.app, &visit.browser, &user.signed, &report.said()).await?
    };
    match outcome {
        Outcome::Opened(case_number) => {
            let layout = user.layout(&site, &visit).await?;
            let page =
                WrongReported { layout, steps: None, case_number, go_on: None, profile_href: "/account" };
            site.page(&page).await
        }
        Outcome::Gone => Ok(Redirect::to("/account").into_response()),
        Outcome::Empty | Outcome::TooLong => {
            let problems = report_problems(visit.text, &outcome);
            let page = page(&site, &visit, &user, report, problems).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn page(
    site: &Site,
    visit: &Visit,
    user: &SignedIn,
    report: Report,
    problems: Problems,
) -> Result<Response, Refused> {
    let page = ReportWrong {
        layout: user.layout(site, visit).await?.with_problems(problems),
        steps: None,
        action: "/account/wrong",
        back_href: "/account",
        name_wrong: report.name_wrong.is_some(),
        email_wrong: report.email_wrong.is_some(),
        not_mine: report.not_mine.is_some(),
        message: report.message,
    };
    site.page(&page).await
}
