//! `/account/language`: the language of pages and mails.

use app::choose_language::choose_language;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{super::S, Done};
use crate::{
    error::Refused,
    form::CheckedForm,
    signed_in::{Fresh, SignedIn},
    view::{AccountLanguage, ErrorKind},
    visit::Visit,
};

/// What the form sends: a tag, or nothing for what the browser asks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    language: String,
}

/// Shows the languages.
pub async fn show(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    Query(done): Query<Done>,
) -> Result<Response, Refused> {
    let page = AccountLanguage {
        layout: user.layout(&site, &visit).await?,
        languages: text::languages(),
        chosen: user.signed.user.language.clone().unwrap_or_default(),
        done: done.is_done(),
    };
    site.page(&page).await
}

/// Takes the choice.
pub async fn choose(
    State(site): S,
    Fresh(user): Fresh,
    CheckedForm(Chosen { language }): CheckedForm<Chosen>,
) -> Result<Response, Refused> {
    let tag = Some(language.as_str()).filter(|tag| !tag.is_empty());
    if !choose_language(&site.app, &user.signed, tag).await? {
        return Err(Refused::Kind(ErrorKind::BadRequest));
    }
    Ok(Redirect::to("/account/language?done=yes").into_response())
}
