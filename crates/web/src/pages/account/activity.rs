//! `/account/activity`: what happened to one's own login, and "this was not me".

use app::{
    disown_activity::{Outcome, can_recover, disown_activity},
    show_activity::{Event, show_activity},
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use text::Text;

use super::super::{S, code::Nothing};
use crate::{
    cookies::{ATTEMPT, SESSION},
    error::Refused,
    form::CheckedForm,
    signed_in::SignedIn,
    view::{AccountActivity, ActivityRow, DisownActivity, Telling, telling},
    visit::Visit,
};

/// Where the page begins.
#[derive(Deserialize)]
pub struct Place {
    #[serde(default)]
    before: Option<String>,
}

/// Shows one page.
pub async fn show(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    Query(from): Query<Place>,
) -> Result<Response, Refused> {
    let activity = show_activity(&site.app, &user.signed, from.before.as_deref()).await?;
    let layout = user.layout(&site, &visit).await?;
    let page = AccountActivity {
        events: activity.events.iter().filter_map(|event| row(layout.text, event)).collect(),
        older: activity.older,
        is_first: from.before.is_none(),
        zone: layout.zone.name().to_owned(),
        layout,
    };
    site.page(&page).await
}

/// Says what "this was not me" will do.
pub async fn show_disown(State(site): S, visit: Visit, user: SignedIn) -> Result<Response, Refused> {
    let layout = user.layout(&site, &visit).await?;
    let can_recover = can_recover(&site.app, &user.signed).await?;
    site.page(&DisownActivity { layout, can_recover }).await
}

/// "This was not me."
pub async fn disown(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    let door = match disown_activity(&site.app, &visit.browser, &user.signed).await? {
        Outcome::PasswordDead => "/login?ended=not-me",
        Outcome::PasswordStands => "/login?ended=not-me-change",
    };
    let jar = CookieJar::new().add(site.remove_cookie(SESSION)).add(site.remove_cookie(ATTEMPT));
    Ok((jar, Redirect::to(door)).into_response())
}

fn row(text: Text, event: &Event) -> Option<ActivityRow> {
    let (id, is_alarming) = match telling(event.kind) {
        Telling::Plain(id) => (id, false),
        Telling::Alarming(id) => (id, true),
        Telling::Untold => return None,
    };
    let acr = event.facts.get("acr").map_or("", String::as_str);
    let how = acr.rsplit(':').next().unwrap_or_default();
    Some(ActivityRow {
        at: event.at,
        words: text.message(id).with("how", how).to_string(),
        is_alarming,
        browser: event.browser.clone().unwrap_or_default(),
        // One IPv4 address is a network of its own; nobody says so.
        network: event.network.as_deref().unwrap_or_default().trim_end_matches("/32").to_owned(),
    })
}
