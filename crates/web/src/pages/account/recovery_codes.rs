//! `/account/recovery-codes`: how many are left, and new ones to print.

use app::{
    list_factors::list_factors,
    make_recovery_codes::{Outcome, make_recovery_codes},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};

use crate::{
    error::Refused,
    form::CheckedForm,
    pages::{S, code::Nothing},
    signed_in::{Fresh, SignedIn},
    view::{AccountRecoveryCodes, NewRecoveryCodes},
    visit::Visit,
};

/// Shows how many are left.
pub async fn show(State(site): S, visit: Visit, user: SignedIn) -> Result<Response, Refused> {
    let factors = list_factors(&site.app, &user.signed).await?;
    let left = factors.recovery_left;
    let page = AccountRecoveryCodes {
        layout: user.layout(&site, &visit).await?,
        has_security_code: factors.has_security_code,
        left,
        made: factors.recovery_made,
        is_few: left > 0 && left < factors.warn_below,
    };
    site.page(&page).await
}

/// Makes new ones, and shows them once.
pub async fn make(
    State(site): S,
    visit: Visit,
    Fresh(user): Fresh,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    match make_recovery_codes(&site.app, &visit.browser, &user.signed).await? {
        Outcome::NoSecurityCode => Ok(Redirect::to("/account/recovery-codes").into_response()),
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
