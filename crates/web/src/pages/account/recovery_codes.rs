//! `/account/recovery-codes`: how many are left, and new ones to print.

use app::{
    list_factors::list_factors,
    make_recovery_codes::{Outcome, make_recovery_codes},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;

use super::factor_code;
use crate::{
    error::Refused,
    form::CheckedForm,
    pages::S,
    signed_in::{FreshByBoth, SignedIn},
    site::Site,
    view::{AccountRecoveryCodes, NewRecoveryCodes, Problems},
    visit::Visit,
};

/// Shows how many are left.
pub async fn show(State(site): S, visit: Visit, FreshByBoth(user): FreshByBoth) -> Result<Response, Refused> {
    render(&site, &visit, &user, Problems::none()).await
}

/// Makes new ones, and shows them once.
pub async fn make(
    State(site): S,
    visit: Visit,
    FreshByBoth(user): FreshByBoth,
    CheckedForm(typed): CheckedForm<factor_code::Typed>,
) -> Result<Response, Refused> {
    match make_recovery_codes(&site.app, &visit.browser, &user.signed, &typed.security_code).await? {
        Outcome::Gone => Ok(Redirect::to("/login").into_response()),
        Outcome::NotOpened(why) => {
            let problems = factor_code::problems(visit.text, &user.layout(&site, &visit).await?, why);
            let page = render(&site, &visit, &user, problems).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Outcome::Made(codes) => {
            let page = NewRecoveryCodes {
                layout: user.layout(&site, &visit).await?,
                user_id: user.signed.user_id.clone().unwrap_or_default(),
                codes: codes.iter().map(|code| code.to_string()).collect(),
            };
            site.page(&page).await
        }
    }
}

async fn render(
    site: &Site,
    visit: &Visit,
    user: &SignedIn,
    problems: Problems,
) -> Result<Response, Refused> {
    let factors = list_factors(&site.app, &user.signed).await?;
    let left = factors.recovery_left;
    let page = AccountRecoveryCodes {
        layout: user.layout(site, visit).await?.with_problems(problems),
        has_security_code: factors.has_security_code,
        left,
        made: factors.recovery_made,
        is_few: left > 0 && left < factors.warn_below,
    };
    site.page(&page).await
}
