//! `/.well-known/jwks.json`: the keys by which applications check what Vestibule signed.

use app::assert_identity::key_set;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::{error::Refused, pages::S};

/// The key set. A new key is told a while before it signs, so a copy may be kept for a minute; by whoever asked alone, since the
/// answer may give a browser its identifier.
pub async fn show(State(site): S) -> Result<Response, Refused> {
    let set = key_set(&site.app)?;
    let headers = [(CONTENT_TYPE, "application/jwk-set+json"), (CACHE_CONTROL, "private, max-age=60")];
    Ok((headers, set).into_response())
}
