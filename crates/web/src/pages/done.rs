//! `/start/done` and `/start/announcement`: the last page before the application.

use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::rollout::Stage;

use super::{S, to::To};
use crate::{
    error::Refused,
    signed_in::SignedIn,
    view::{Announcement, Done, Journey, Step, Steps},
    visit::Visit,
};

/// How to log in next time.
pub async fn show(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    Query(query): Query<To>,
) -> Result<Response, Refused> {
    let directory = site.app.directory().await?;
    let signed = &user.signed;
    let phase_2 = directory.company_of(&signed.user).and_then(|company| company.rollout.phase2_at);
    let layout = user.layout(&site, &visit).await?;
    let page = Done {
        steps: Steps::at(visit.text, Journey::Onboarding, Step::Done),
        user_id: signed.user_id.clone().unwrap_or_default(),
        continue_href: site.destination(query.to).await?,
        codes_from: phase_2.filter(|date| *date > layout.now),
        enrolled: signed.user.enrolled_at.is_some(),
        layout,
    };
    site.page(&page).await
}

/// Before phase 1: what will come.
pub async fn announce(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    Query(query): Query<To>,
) -> Result<Response, Refused> {
    let directory = site.app.directory().await?;
    let company = directory.company_of(&user.signed.user);
    let layout = user.layout(&site, &visit).await?;
    let continue_href = site.destination(query.to).await?;
    let planned = company
        .filter(|company| company.rollout.stage(layout.now) == Stage::BeforePhase1)
        .and_then(|company| company.rollout.phase1_at);
    match planned {
        Some(phase_1_from) => site.page(&Announcement { layout, phase_1_from, continue_href }).await,
        None => Ok(Redirect::to(&continue_href).into_response()),
    }
}
