//! One request's visitor: browser, language, cookies and form token.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    sync::{Arc, OnceLock},
};

use app::{Browser, Token, browser::DEVICE_COOKIE_PREFIX};
use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    middleware::Next,
    response::Response,
};
use domain::attempt::Entry;
use http::{
    HeaderMap, HeaderValue,
    header::{
        CACHE_CONTROL, REFERRER_POLICY, SET_COOKIE, STRICT_TRANSPORT_SECURITY, USER_AGENT,
        X_CONTENT_TYPE_OPTIONS,
    },
    request::Parts,
};
use text::Text;
use tracing::Instrument as _;

use crate::{
    cookies::{self, ATTEMPT, BROWSER, RECOVERY, SESSION},
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
    /// Others that are taken: pages may have been open when the keys were rotated.
    pub csrf_others: Vec<String>,
    /// The pending login or onboarding it shows.
    pub attempt: Option<Token>,
    /// The pending recovery it shows.
    pub recovery: Option<Token>,
    /// The session it shows.
    pub session: Option<Token>,
    /// Whether somebody has logged in on this browser before: it shows a device or a session.
    pub is_known: bool,
    /// The door that leads to the page asked for, for who finds it closed.
    pub door: Entry,
}

impl Visit {
    /// Whether a form shows a token of this browser.
    #[must_use]
    pub fn takes_token(&self, shown: &str) -> bool {
        let all = std::iter::once(&self.csrf).chain(&self.csrf_others);
        all.fold(false, |any, token| any | crate::form::same(shown, token))
    }
}

/// What a request shows. The visitor is read from it at the first question, once: a session check, the most frequent request
/// of all, has none.
pub(crate) struct Shown {
    site: Arc<Site>,
    headers: HeaderMap,
    peer: Option<IpAddr>,
    id: Token,
    visit: OnceLock<Visit>,
}

impl Shown {
    /// Who asks.
    pub(crate) fn visit(&self) -> &Visit {
        self.visit.get_or_init(|| visit(&self.site, &self.headers, self.peer, &self.id))
    }

    /// Why nothing that is sent can be judged now: codes, form tokens and hashes of other nodes would look wrong.
    pub(crate) fn standstill(&self) -> Option<app::Fault> {
        self.site.app.has_keys().err()
    }
}

/// The session that a request shows, for whoever asks nothing else of the visitor.
#[derive(Debug)]
pub struct ShownSession(pub Option<Token>);

/// Keeps what the request shows, and gives a new browser its identifier.
pub async fn identify(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let shown = token(&site, request.headers(), BROWSER);
    let fresh = shown.is_none().then(|| site.app.new_token());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    if let Some(id) = shown.or_else(|| fresh.clone()) {
        let (site, headers) = (Arc::clone(&site), request.headers().clone());
        let shown = Shown { site, headers, peer, id, visit: OnceLock::new() };
        request.extensions_mut().insert(Arc::new(shown));
    }
    // Ours alone: what a client sends under this name would end in our log.
    let reference = site.app.new_reference();
    let span = tracing::info_span!("request", "request.id" = reference, "http.path" = request.uri().path());
    let reference = HeaderValue::try_from(reference).unwrap_or(HeaderValue::from_static("none"));
    request.headers_mut().insert(REQUEST_ID, reference.clone());
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

fn token(site: &Site, headers: &HeaderMap, name: &str) -> Option<Token> {
    let name = site.cookie_name(name);
    cookies::shown(headers).find(|(found, _)| *found == name).and_then(|(_, value)| Token::parse(value))
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

fn visit(site: &Site, headers: &HeaderMap, peer: Option<IpAddr>, id: &Token) -> Visit {
    let network = peer.map(|peer| site.trusted_proxies.client(peer, headers).network().to_string());
    let (software, platform) = software(headers);
    let prefix = site.cookie_name(DEVICE_COOKIE_PREFIX);
    let own_prefix = prefix.len() - DEVICE_COOKIE_PREFIX.len();
    let devices: Vec<_> = cookies::shown(headers)
        .filter(|(name, _)| name.starts_with(&prefix))
        .map(|(name, value)| (name[own_prefix..].to_owned(), value.to_owned()))
        .collect();
    let session = token(site, headers, SESSION);
    let mut form_tokens = site.app.form_tokens(id).into_iter();
    Visit {
        csrf: form_tokens.next().unwrap_or_default(),
        csrf_others: form_tokens.collect(),
        attempt: token(site, headers, ATTEMPT),
        recovery: token(site, headers, RECOVERY),
        is_known: session.is_some() || !devices.is_empty(),
        door: Entry::Login,
        session,
        text: text_for(headers),
        browser: Browser {
            key: id.hash(),
            network: network.unwrap_or_else(|| "unknown".to_owned()),
            software,
            platform,
            devices,
            key_answer: app::KeyAnswer::default(),
            offered_key: None,
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
        let shown = parts.extensions.get::<Arc<Shown>>();
        let visit = shown.map(|shown| shown.visit().clone()).ok_or(Refused::Kind(ErrorKind::Fault))?;
        Ok(Self { door: door_of(parts.uri.path()), ..visit })
    }
}

/// Who stands before a step that is over goes back to the door that led there.
fn door_of(path: &str) -> Entry {
    match path.split('/').nth(1) {
        Some("start" | "invite") => Entry::Start,
        Some("account") => Entry::Confirm,
        Some(_) | None => Entry::Login,
    }
}

impl FromRequestParts<Arc<Site>> for ShownSession {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Infallible> {
        Ok(Self(token(site, &parts.headers, SESSION)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
