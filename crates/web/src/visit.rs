//! One request's visitor: browser, language, cookies and form token.

use std::{net::SocketAddr, sync::Arc};

use app::{Browser, Token, browser::DEVICE_COOKIE_PREFIX};
use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    middleware::Next,
    response::Response,
};
use axum_extra::extract::CookieJar;
use http::{
    HeaderMap, HeaderValue,
    header::{
        CACHE_CONTROL, COOKIE, REFERRER_POLICY, SET_COOKIE, STRICT_TRANSPORT_SECURITY, USER_AGENT,
        X_CONTENT_TYPE_OPTIONS,
    },
    request::Parts,
};
use text::Text;
use tracing::Instrument as _;

use crate::{
    cookies::{ATTEMPT, BROWSER, SESSION},
    error::Refused,
    i18n::text_for,
    site::Site,
    view::ErrorKind,
};

/// The number of a request, in the answer, on the error page and in the log.
pub const REQUEST_ID: &str = "x-request-id";
/// A browser keeps its identifier for this long after its last visit: 400 days, the most that browsers allow.
const BROWSER_LIFETIME: u64 = 400 * 24 * 60 * 60;
/// For this host alone: what else lives under its domain is not ours to decide.
const HTTPS_FOR_TWO_YEARS: &str = "max-age=63072000";
/// Programs and systems with longer names are cut.
const LONGEST_NAME: usize = 40;

/// Who asks.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The browser, as the use cases know it.
    pub browser: Browser,
    /// The words in the language asked for.
    pub text: Text,
    /// The form token of this browser.
    pub csrf: String,
    /// The pending login or onboarding it shows.
    pub attempt: Option<Token>,
    /// The session it shows.
    pub session: Option<Token>,
    /// Whether somebody has logged in on this browser before: it shows a device or a session.
    pub is_known: bool,
}

/// Reads the visitor once a request, and gives a new browser its identifier.
pub async fn identify(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let jar = cookies(request.headers());
    let shown = jar.get(&site.cookie_name(BROWSER)).and_then(|cookie| Token::parse(cookie.value()));
    let fresh = shown.is_none().then(|| site.app.new_token());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    if let Some(id) = shown.or_else(|| fresh.clone()) {
        let visit = Arc::new(visit(&site, &jar, request.headers(), peer, &id));
        request.extensions_mut().insert(visit);
    }
    // Ours alone: what a client sends under this name would end in our log.
    let reference = HeaderValue::from_str(&site.app.new_reference());
    let reference = reference.unwrap_or_else(|_| HeaderValue::from_static("none"));
    request.headers_mut().insert(REQUEST_ID, reference.clone());
    let span = tracing::info_span!("request", "request.id" = ?reference, "http.path" = request.uri().path());
    let mut response = next.run(request).instrument(span).await;
    response.headers_mut().insert(REQUEST_ID, reference);
    protect(response.headers_mut(), site.is_secure());
    if let Some(id) = fresh {
        let cookie = site.cookie(BROWSER, id.expose(), Some(BROWSER_LIFETIME)).to_string();
        if let Ok(value) = cookie.parse() {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
    response
}

/// The cookies that can be read, one by one: a neighbour under the same domain may have set one in another script, and
/// that must not cost the browser all of ours.
fn cookies(headers: &HeaderMap) -> CookieJar {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let readable = pairs.filter(|pair| pair.iter().all(u8::is_ascii));
    let readable = readable.filter_map(|pair| HeaderValue::from_bytes(pair.trim_ascii()).ok());
    CookieJar::from_headers(&readable.map(|pair| (COOKIE, pair)).collect())
}

/// What pages say for themselves, redirects and scripts' answers must say too: they carry tokens and state.
fn protect(headers: &mut HeaderMap, is_secure: bool) {
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    headers.entry(X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    if is_secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HTTPS_FOR_TWO_YEARS));
    }
}

fn visit(
    site: &Site,
    jar: &CookieJar,
    headers: &HeaderMap,
    peer: Option<std::net::IpAddr>,
    id: &Token,
) -> Visit {
    let token = |name| jar.get(&site.cookie_name(name)).and_then(|cookie| Token::parse(cookie.value()));
    let network = peer.map(|peer| site.trusted_proxies.client(peer, headers).network().to_string());
    let (software, platform) = software(headers);
    let prefix = site.cookie_name(DEVICE_COOKIE_PREFIX);
    let own_prefix = prefix.len() - DEVICE_COOKIE_PREFIX.len();
    let devices: Vec<_> = jar
        .iter()
        .filter(|cookie| cookie.name().starts_with(&prefix))
        .map(|cookie| (cookie.name()[own_prefix..].to_owned(), cookie.value().to_owned()))
        .collect();
    let session = token(SESSION);
    Visit {
        csrf: site.app.form_token(id),
        attempt: token(ATTEMPT),
        is_known: session.is_some() || !devices.is_empty(),
        session,
        text: text_for(headers),
        browser: Browser {
            key: id.hash(),
            network: network.unwrap_or_else(|| "unknown".to_owned()),
            software,
            platform,
            devices,
        },
    }
}

/// "Firefox" and "Windows", from what the browser says of itself; only ever shown, never trusted.
fn software(headers: &HeaderMap) -> (String, String) {
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let agent: String = agent.chars().take(512).collect();
    let parsed = woothee::parser::Parser::new().parse(&agent);
    let known = |name: &str| -> Option<String> {
        (!name.is_empty() && name != woothee::woothee::VALUE_UNKNOWN)
            .then(|| name.chars().take(LONGEST_NAME).collect())
    };
    let name = parsed.as_ref().and_then(|parsed| known(parsed.name));
    let system = parsed.as_ref().and_then(|parsed| known(platform(parsed.os)));
    (name.unwrap_or_else(|| "Browser".to_owned()), system.unwrap_or_else(|| "unknown system".to_owned()))
}

/// Windows comes with its version ("Windows 10"), which says nothing true of newer ones.
fn platform(os: &str) -> &str {
    match os {
        "Mac OSX" => "macOS",
        os if os.starts_with("Windows") => "Windows",
        os => os,
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Refused;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let visit = parts.extensions.get::<Arc<Self>>();
        visit.map(|visit| Self::clone(visit)).ok_or(Refused::Kind(ErrorKind::Fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbours_cookie_costs_none_of_ours() {
        let line = "a=\u{e9}; vestibule-browser=b; \u{e9}=c;vestibule-session=s";
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_bytes(line.as_bytes()).unwrap())]);
        let jar = cookies(&headers);
        let mut read: Vec<_> = jar.iter().map(|cookie| (cookie.name(), cookie.value())).collect();
        read.sort_unstable();
        assert_eq!(read, [("vestibule-browser", "b"), ("vestibule-session", "s")]);
    }

    #[test]
    fn every_answer_is_protected_and_only_https_promises_https() {
        for (is_secure, promise) in [(true, Some(HTTPS_FOR_TWO_YEARS)), (false, None)] {
            let mut headers = HeaderMap::from_iter([(CACHE_CONTROL, HeaderValue::from_static("max-age=9"))]);
            protect(&mut headers, is_secure);
            assert_eq!(headers[CACHE_CONTROL], "max-age=9");
            assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
            let told = headers.get(STRICT_TRANSPORT_SECURITY).map(|told| told.to_str().unwrap());
            assert_eq!(told, promise);
        }
    }
}
