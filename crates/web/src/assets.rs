//! The stylesheet and the small scripts, inside the binary, under addresses that change when their content does.
//!
//! A browser may keep such a file for ever; a page never waits for a question whether it is still fresh.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::{
    body::Body,
    extract::Path,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use rust_embed::RustEmbed;

/// The file never changes under its address: a year, the most that RFC 9111 caches honour.
pub const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets"]
struct Files;

struct Asset {
    bytes: Vec<u8>,
    kind: &'static str,
}

struct Assets {
    by_address: BTreeMap<String, Asset>,
    addresses: BTreeMap<String, String>,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let mut assets = Assets { by_address: BTreeMap::new(), addresses: BTreeMap::new() };
    for name in Files::iter() {
        let Some(file) = Files::get(&name) else { continue };
        let Some((stem, ending)) = name.rsplit_once('.') else { continue };
        let address = format!("{stem}.{}.{ending}", fingerprint(&file.metadata.sha256_hash()));
        assets.addresses.insert(name.to_string(), format!("/assets/{address}"));
        assets.by_address.insert(address, Asset { bytes: file.data.into_owned(), kind: kind(ending) });
    }
    assets
});

/// Where the file of that name is served, such as `/assets/vestibule.1f0c9a7e.css`.
#[must_use]
pub fn address(name: &str) -> String {
    let address = ASSETS.addresses.get(name);
    debug_assert!(address.is_some(), "there is no asset {name}");
    address.cloned().unwrap_or_else(|| format!("/assets/{name}"))
}

/// Serves `/assets/{name}`: a fingerprinted file, or 404.
pub async fn serve_asset(Path(name): Path<String>) -> Response {
    match ASSETS.by_address.get(&name) {
        Some(asset) => respond(Body::from(asset.bytes.as_slice()), asset.kind),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// An answer that may be kept for ever, because its address holds a fingerprint of it.
pub fn respond(body: Body, kind: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, IMMUTABLE),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, body).into_response()
}

/// Eight hexadecimal digits of a hash: enough to tell two builds apart.
pub fn fingerprint(hash: &[u8]) -> String {
    hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

fn kind(ending: &str) -> &'static str {
    match ending {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn status_and_headers(name: &str) -> (StatusCode, http::HeaderMap) {
        let response = serve_asset(Path(name.to_owned())).await;
        (response.status(), response.headers().clone())
    }

    #[tokio::test]
    async fn a_file_is_served_under_its_fingerprint_and_kept_for_ever() {
        let address = address("vestibule.css");
        let name = address.strip_prefix("/assets/").unwrap();
        assert_eq!(name.len(), "vestibule.00000000.css".len());
        let (status, headers) = status_and_headers(name).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    }

    #[tokio::test]
    async fn other_names_are_not_found() {
        for name in ["vestibule.css", "vestibule.00000000.css", "../Cargo.toml", "", "..%2f..%2fsrc"] {
            assert_eq!(status_and_headers(name).await.0, StatusCode::NOT_FOUND, "{name}");
        }
    }

    #[test]
    fn nothing_needs_what_the_policy_forbids() {
        for (name, asset) in &ASSETS.by_address {
            let source = String::from_utf8(asset.bytes.clone()).unwrap();
            for forbidden in ["@import", "data:", "innerHTML", "eval(", "insertAdjacentHTML", ".style."] {
                assert!(!source.contains(forbidden), "{name} holds {forbidden}");
            }
        }
    }
}
