//! `/`: the two doors.

use axum::{
    extract::{Query, State},
    response::Response,
};

use super::{
    S,
    to::{To, with_to},
};
use crate::{error::Refused, view::Welcome, visit::Visit};

/// Shows the two doors.
pub async fn show(
    State(site): S,
    visit: Visit,
    Query(To { to, .. }): Query<To>,
) -> Result<Response, Refused> {
    let layout = site.layout(&visit).await?;
    let to = site.checked_return(to.as_deref()).await?;
    let directory = site.app.directory().await?;
    let mut dates = directory.companies.values().map(|company| company.rollout.phase2_at);
    let first = dates.next().flatten();
    let shared = first.filter(|_| dates.all(|date| date == first)).filter(|date| *date > layout.now);
    let view = Welcome {
        login_href: with_to("/login", to.as_deref()),
        start_href: with_to("/start", to.as_deref()),
        required_from: shared,
        layout,
    };
    site.page(&view).await
}
