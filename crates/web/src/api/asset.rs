//! Stylesheets, scripts and the brand, at addresses that hold a fingerprint of the content.

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};

use crate::{assets, pages::S};

/// Serves a file, or 404.
pub async fn show(State(site): S, Path(name): Path<String>) -> Response {
    let address = format!("/assets/{name}");
    if address == site.brand.stylesheet_address() {
        return assets::respond(Body::from(site.brand.stylesheet().to_owned()), "text/css; charset=utf-8");
    }
    if address == site.brand.mark_address() {
        return assets::respond(Body::from(site.brand.mark().to_owned()), "image/svg+xml");
    }
    assets::serve_asset(Path(name)).await
}
