//! What is changed on a message between client and application, and nothing else is.
//!
//! Only framing that every server reads alike is passed on: one body length, decided here. A request with both
//! `Content-Length` and `Transfer-Encoding` reaches the application with the latter alone, written anew; after any
//! chunked request the client's connection is closed, so that a proxy in front that counted otherwise cannot slip a
//! second request behind the first.

use std::sync::LazyLock;

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Version,
    header::{
        ALT_SVC, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, EXPECT, FORWARDED, HOST, LOCATION,
        PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
    },
};
use url::Url;

use super::{Upstream, cookies, failure::Failure, forbidden_names::ForbiddenNames, identity::Visitor};
use crate::client_address::ClientAddress;

static X_FORWARDED_FOR: HeaderName = HeaderName::from_static(crate::client_address::X_FORWARDED_FOR);
static X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
static X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
static X_FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
static X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// Headers about one connection, not about the message (RFC 9110, 7.6.1), besides those that `Connection` names.
static HOP_BY_HOP: LazyLock<[HeaderName; 8]> = LazyLock::new(|| {
    [
        CONNECTION,
        HeaderName::from_static("keep-alive"),
        HeaderName::from_static("proxy-connection"),
        PROXY_AUTHENTICATE,
        PROXY_AUTHORIZATION,
        TE,
        TRANSFER_ENCODING,
        UPGRADE,
    ]
});

static METHOD_OVERRIDES: [HeaderName; 3] = [
    HeaderName::from_static("x-http-method-override"),
    HeaderName::from_static("x-http-method"),
    HeaderName::from_static("x-method-override"),
];

/// Refuses what cannot be passed on with one meaning.
pub(super) fn check<B>(request: &Request<B>) -> Result<(), Failure> {
    let (method, uri, headers) = (request.method(), request.uri(), request.headers());
    if *method == Method::CONNECT || *method == Method::TRACE {
        return Err(Failure::MethodNotAllowed("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
    }
    if request.version() < Version::HTTP_2 && uri.scheme().is_some() {
        return Err(Failure::BadRequest("The request target must be a path, not an absolute address."));
    }
    if !uri.path().starts_with('/') {
        return Err(Failure::BadRequest("The request target must be a path."));
    }
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => {}
        (Some(coding), None) if coding.as_bytes().eq_ignore_ascii_case(b"chunked") => {}
        _ => {
            return Err(Failure::BadRequest("The only transfer coding that is understood is one `chunked`."));
        }
    }
    if headers.contains_key(TRANSFER_ENCODING) && headers.contains_key(CONTENT_LENGTH) {
        return Err(Failure::BadRequest("Content-Length and Transfer-Encoding exclude each other."));
    }
    if headers.get_all(EXPECT).iter().any(|value| !value.as_bytes().eq_ignore_ascii_case(b"100-continue")) {
        return Err(Failure::ExpectationFailed);
    }
    Ok(())
}

/// Turns the headers of a client's request into those for the application.
pub(super) fn prepare_request(
    headers: &mut HeaderMap,
    upstream: &Upstream,
    forbidden: &ForbiddenNames,
    client: &ClientAddress,
    visitor: Option<&Visitor>,
) {
    strip_hop_by_hop(headers);
    forbidden.strip(headers);
    headers.remove(FORWARDED);
    // Met by the gateway itself: the client is told to go on when the application takes the body.
    headers.remove(EXPECT);
    // Trailers of requests are not passed on.
    headers.remove(TRAILER);
    cookies::hide_ours(headers);
    if upstream.config().rules.name_methods() {
        // An application that honours them would be asked for another method than the rules were.
        METHOD_OVERRIDES.iter().for_each(|name| drop(headers.remove(name)));
    }
    if let Some(visitor) = visitor {
        visitor.introduce(headers);
    }
    headers.insert(HOST, upstream.host.clone());
    headers.insert(X_FORWARDED_HOST.clone(), upstream.public_host.clone());
    headers.insert(X_FORWARDED_PROTO.clone(), upstream.public_scheme.clone());
    headers.insert(X_FORWARDED_PORT.clone(), upstream.public_port.clone());
    // Addresses are always valid header values.
    if let Ok(chain) = HeaderValue::try_from(client.forwarded_for()) {
        headers.insert(X_FORWARDED_FOR.clone(), chain);
    }
    if let Ok(address) = HeaderValue::try_from(client.address().to_string()) {
        headers.insert(X_REAL_IP.clone(), address);
    }
}

/// Cleans the headers of the application's answer. Its own policies (CSP, HSTS, caching, CORS) stay as they are.
///
/// - Cookies under our names are dropped.
/// - Without `Cache-Control`, `private` is added: the answer was made for one user, and a shared cache in front may
///   otherwise keep it by its own judgement.
/// - `Alt-Svc` is dropped: it would lead browsers past the gateway.
pub(super) fn clean_response(headers: &mut HeaderMap, upstream: &Upstream) {
    strip_hop_by_hop(headers);
    headers.remove(ALT_SVC);
    if cookies::refuse_ours(headers) {
        tracing::warn!(application.slug = %upstream.config().slug, "the application tried to set a cookie of Vestibule; dropped");
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private"));
    }
    if let Some(location) = public_location(headers, upstream) {
        headers.insert(LOCATION, location);
    }
}

/// A redirect to the address behind the gateway, turned to the public one.
fn public_location(headers: &HeaderMap, upstream: &Upstream) -> Option<HeaderValue> {
    let location = Url::parse(headers.get(LOCATION)?.to_str().ok()?).ok()?;
    let config = upstream.config();
    if location.origin() != config.base.origin() || location.origin() == config.public.origin() {
        return None;
    }
    let rest = &location[url::Position::BeforePath..];
    HeaderValue::try_from(format!("{}{rest}", config.public.origin().ascii_serialization())).ok()
}

pub(super) fn strip_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok())
        .filter(|name| *name != CONTENT_LENGTH)
        .collect();
    for name in named.iter().chain(HOP_BY_HOP.iter()) {
        headers.remove(name);
    }
}
