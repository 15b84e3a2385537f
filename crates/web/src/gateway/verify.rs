//! Forward-auth: another proxy stands in front of the application and asks, for each request, whether it may pass.
//!
//! `/auth/verify` on the application's host, or on the portal's with `?application=NAME`, tells it: 200 with the user's identity,
//! 401, 403, or the way to the login, in the shape that the proxy of `mode` understands. What the original request was, only
//! a trusted proxy may say; from anybody else the answer is 401, whatever is said.

use std::{net::IpAddr, sync::Arc};

use axum::body::Body;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri,
    header::{CACHE_CONTROL, COOKIE, LOCATION, SEC_WEBSOCKET_KEY},
};

use super::{
    Gateway, Upstream,
    admit::Admission,
    caller::{Asker, Caller},
    cookies,
    failure::Failure,
    identity, message,
    paths::{self, Place},
};

/// Where proxies ask.
pub(super) const PATH: &str = "/auth/verify";
/// Envoy writes the original path behind this.
const ENVOY: &str = "/auth/verify/envoy";
/// Where a page is to be led, for proxies that cannot pass a redirect on.
const LOGIN: HeaderName = HeaderName::from_static("vestibule-login");

/// Which proxy asks: they differ in how they tell the original request, and in which answers they understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Nginx,
    Caddy,
    Traefik,
    Haproxy,
    Envoy,
}

impl Mode {
    fn of(uri: &Uri) -> Option<Self> {
        if below_envoy(uri).is_some() {
            return Some(Self::Envoy);
        }
        Some(match parameter(uri, "mode")?.as_str() {
            "nginx" => Self::Nginx,
            "caddy" => Self::Caddy,
            "traefik" => Self::Traefik,
            "haproxy" => Self::Haproxy,
            _ => return None,
        })
    }

    /// These understand nothing but "yes", "who are you?" and "no", and take the way to the login from a header.
    fn is_terse(self) -> bool {
        matches!(self, Self::Nginx | Self::Haproxy)
    }
}

/// Is this request for the application's host a question of a proxy?
pub(super) fn is_asked(uri: &Uri) -> bool {
    uri.path() == PATH && parameter(uri, "mode").is_some() || below_envoy(uri).is_some()
}

impl Gateway {
    /// Answers a proxy's question; `here` is the application of the host that was asked, `None` on the portal's.
    pub(super) async fn verify(
        &self,
        here: Option<Arc<Upstream>>,
        peer: IpAddr,
        question: Request<()>,
    ) -> Response<Body> {
        if !self.trusted_proxies.trusts(peer) {
            return refused(&Failure::UntrustedProxy, None);
        }
        let Some(mode) = Mode::of(question.uri()) else {
            let modes = "Say `mode=` nginx, caddy, traefik or haproxy; Envoy asks below /auth/verify/envoy.";
            return refused(&Failure::BadRequest(modes), None);
        };
        let upstream = here.or_else(|| self.applications.named(&parameter(question.uri(), "application")?));
        let upstream = upstream.filter(|upstream| self.is_host_of(upstream, question.headers()));
        let Some(upstream) = upstream else { return refused(&Failure::UnknownHost, Some(mode)) };
        let original = match original(mode, question) {
            Ok(original) => original,
            Err(failure) => return refused(&failure, Some(mode)),
        };
        let mut asker = Asker::of(&original);
        if original.headers().contains_key(SEC_WEBSOCKET_KEY) {
            // Proxies keep the upgrade to themselves; the key comes through.
            asker.caller = Caller::Socket;
        }
        match self.decide(&upstream, &asker, &original).await {
            Ok(response) if mode.is_terse() => tersely(response),
            Ok(response) => response,
            Err(failure) if mode.is_terse() => refused(&failure, Some(mode)),
            Err(failure) => failure.answer(&asker, Some(upstream.as_ref()), self.pages.as_ref()),
        }
    }

    async fn decide(
        &self,
        upstream: &Upstream,
        asker: &Asker,
        original: &Request<()>,
    ) -> Result<Response<Body>, Failure> {
        message::check(original)?;
        if paths::place(original.uri().path()) != Place::Application {
            return Err(Failure::NotFound);
        }
        let asked = (original.method(), original.uri(), original.headers());
        match self.admit(upstream, asker, asked).await? {
            Admission::SignIn => self.show_in(upstream, asker, original),
            Admission::ProveAfresh => self.ask_afresh(upstream, asker, original),
            Admission::Anybody => Ok(pass(original.headers(), |_| {})),
            Admission::User { visitor, .. } => {
                Ok(pass(original.headers(), |headers| visitor.introduce(headers)))
            }
        }
    }

    /// Every host that the proxy tells is the application's.
    fn is_host_of(&self, upstream: &Arc<Upstream>, headers: &HeaderMap) -> bool {
        let told = ["x-forwarded-host", "x-original-host"].into_iter().flat_map(|name| headers.get_all(name));
        let mut found = told.map(|host| self.applications.find(host.to_str().ok()?));
        found.all(|found| found.is_some_and(|found| found.application() == upstream.application()))
    }
}

/// The request that the proxy asks about, as it tells it: method, path and query, and the headers that the client sent.
fn original(mode: Mode, question: Request<()>) -> Result<Request<()>, Failure> {
    let (mut parts, ()) = question.into_parts();
    let (method, target) = match mode {
        Mode::Nginx | Mode::Haproxy => ("x-original-method", "x-original-uri"),
        Mode::Caddy | Mode::Traefik => ("x-forwarded-method", "x-forwarded-uri"),
        Mode::Envoy => {
            parts.uri = below_envoy(&parts.uri).ok_or(UNTOLD)?;
            return Ok(Request::from_parts(parts, ()));
        }
    };
    parts.method = Method::from_bytes(one(&parts.headers, method)?).map_err(|_| UNTOLD)?;
    let target = one(&parts.headers, target)?;
    // A target that begins with two slashes would be read as a host.
    let is_path = target.first() == Some(&b'/');
    let target = Uri::builder().path_and_query(target).build();
    parts.uri = target.ok().filter(|_| is_path).ok_or(UNTOLD)?;
    Ok(Request::from_parts(parts, ()))
}

const UNTOLD: Failure = Failure::BadRequest(
    "The proxy has to tell the original method and target, each once; see `vestibule proxy-config`.",
);

fn one<'h>(headers: &'h HeaderMap, name: &str) -> Result<&'h [u8], Failure> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value.as_bytes()),
        _ => Err(UNTOLD),
    }
}

/// "It may pass": with the identity to hand on, and the cookies without ours, for the application is never shown those.
fn pass(client: &HeaderMap, introduce: impl FnOnce(&mut HeaderMap)) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    // Envoy leaves what is not named as the client sent it; Caddy hands on a placeholder in its place.
    headers.extend(identity::NAMES.map(|name| (name, HeaderValue::from_static(""))));
    introduce(headers);
    let mut kept: HeaderMap = client.get_all(COOKIE).iter().map(|line| (COOKIE, line.clone())).collect();
    cookies::hide_ours(&mut kept);
    headers.insert(COOKIE, kept.remove(COOKIE).unwrap_or(HeaderValue::from_static("")));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A redirect as 401 with the way in a header; the cookies for it stay.
fn tersely(mut response: Response<Body>) -> Response<Body> {
    if let Some(login) = response.headers_mut().remove(LOCATION) {
        response.headers_mut().insert(LOGIN, login);
        *response.status_mut() = StatusCode::UNAUTHORIZED;
    }
    response
}

fn refused(failure: &Failure, mode: Option<Mode>) -> Response<Body> {
    let mut response = failure.problem();
    let told = response.status();
    let is_known = matches!(told, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    if mode.is_some_and(Mode::is_terse) && told.is_client_error() && !is_known {
        *response.status_mut() = StatusCode::FORBIDDEN;
    }
    response
}

fn below_envoy(uri: &Uri) -> Option<Uri> {
    let target = uri.path_and_query()?.as_str();
    let rest = target.strip_prefix(ENVOY).filter(|rest| rest.starts_with('/'))?;
    Uri::builder().path_and_query(rest).build().ok()
}

fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let query = url::form_urlencoded::parse(uri.query()?.as_bytes());
    query.into_iter().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}
