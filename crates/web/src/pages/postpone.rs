//! `/postponed`: "not now", advised against, taken where policy allows it.

use app::{Step, put_off::put_off, show_attempt::View};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::NotNow as Allowed;

use super::{
    S,
    code::Nothing,
    profile::at_step,
    progress::{go_on, path_of},
};
use crate::{
    error::Refused,
    form::CheckedForm,
    view::{NotNow, Postpone},
    visit::Visit,
};

const PATH: &str = "/postponed";
const STEPS: &[Step] = &[Step::Profile, Step::Mailbox, Step::UserId, Step::EnrolProfile, Step::SecurityCode];

/// The link to "not now", where policy offers it.
pub fn not_now_view(view: &View) -> Option<NotNow> {
    match view.not_now {
        Allowed::Offered => Some(NotNow { until: view.not_now_until, href: PATH }),
        Allowed::Refused => None,
    }
}

/// Advises against it.
pub async fn show(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let view = match at_step(&site, &visit, STEPS).await? {
        Ok((_, view)) => view,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if view.not_now == Allowed::Refused {
        return Ok(Redirect::to(path_of(view.step, view.entry)).into_response());
    }
    let page = Postpone {
        layout: site.layout_for(&visit, &view.user).await?,
        action: PATH,
        back_href: path_of(view.step, view.entry),
        until: view.not_now_until,
        has_user_id: view.user_id.is_some(),
    };
    site.page(&page).await
}

/// Takes it.
pub async fn confirm(
    State(site): S,
    visit: Visit,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    let (token, view) = match at_step(&site, &visit, STEPS).await? {
        Ok(open) => open,
        Err(elsewhere) => return Ok(elsewhere),
    };
    match put_off(&site.app, &visit.browser, &token).await? {
        Some(progress) => go_on(&site, view.entry, progress, None).await,
        // The page may be older than the deadline: what is open now is shown, and says that it cannot be put off.
        None => match at_step(&site, &visit, STEPS).await? {
            Ok((_, view)) => Ok(Redirect::to(path_of(view.step, view.entry)).into_response()),
            Err(elsewhere) => Ok(elsewhere),
        },
    }
}
