//! Vestibule in front of an application by itself.
//!
//! A request for an application's host goes one of four ways: what is malformed is refused; what is below
//! `/.vestibule/` is answered here; what has no session is shown in or told so; everything else is passed on with
//! the user's identity in its headers, streamed both ways.
//!
//! To mount it, implement [`SessionCheck`] over the use cases and [`FailurePages`] over the templates, then lay
//! [`dispatch`] over the portal's router:
//!
//! ```ignore
//! let gateway = Arc::new(Gateway::new(settings, applications, sessions, pages));
//! let service = portal.layer(axum::middleware::from_fn_with_state(gateway, gateway::dispatch));
//! // into_make_service_with_connect_info::<SocketAddr>(), with upgrades, and TCP_NODELAY on accepted connections
//! ```
//!
//! No layer over it may change bodies (compression, limits, time-outs): they are the application's.

mod admit;
mod applications;
mod body;
mod caller;
mod cookies;
mod entrance;
mod failure;
mod forbidden_names;
mod identity;
mod message;
pub mod paths;
mod proxy;
mod session_check;
mod socket;
mod upstream;
mod verify;

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    body::Body,
    extract::{ConnectInfo, State},
    middleware::Next,
};
use http::{
    HeaderValue, Request, Response, Version,
    header::{CONNECTION, HOST, TRANSFER_ENCODING},
};
use tokio_util::sync::CancellationToken;
use url::Url;

use self::{
    admit::Admission,
    caller::{Asker, Caller},
    paths::Place,
};
pub use self::{
    applications::Applications,
    failure::{Failure, FailurePages},
    forbidden_names::ForbiddenNames,
    identity::{UnfitIdentity, Visitor},
    session_check::{AppSessionToken, CheckUnavailable, SessionCheck, Standing, Use},
    upstream::{HostHeader, TimeOuts, Upstream, UpstreamConfig, UpstreamError},
};
use crate::client_address::TrustedProxies;

/// What the gateway is told once, at its start.
pub struct Settings {
    /// The portal's public address: scheme, host and port.
    pub portal: Url,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// Header names that clients may not send.
    pub forbidden_names: ForbiddenNames,
    /// How long a connection to an application may take. Beyond it: 504.
    pub connect_time_out: Duration,
    /// How often the session behind an open WebSocket is looked at; at least every 10 ms.
    pub socket_check: Duration,
    /// Which certificates are believed where an application is reached by https.
    pub tls: rustls::ClientConfig,
    /// Cancelled when the server stops: open WebSockets end.
    pub closing: CancellationToken,
}

/// Vestibule in front of its applications.
pub struct Gateway {
    portal: Url,
    trusted_proxies: TrustedProxies,
    forbidden_names: ForbiddenNames,
    socket_check: Duration,
    closing: CancellationToken,
    applications: Applications,
    sessions: Arc<dyn SessionCheck>,
    pages: Arc<dyn FailurePages>,
    upstreams: proxy::Upstreams,
}

impl Gateway {
    /// A gateway to these applications.
    #[must_use]
    pub fn new(
        settings: Settings,
        applications: Applications,
        sessions: Arc<dyn SessionCheck>,
        pages: Arc<dyn FailurePages>,
    ) -> Self {
        Self {
            upstreams: proxy::Upstreams::new(settings.connect_time_out, settings.tls),
            portal: settings.portal,
            trusted_proxies: settings.trusted_proxies,
            forbidden_names: settings.forbidden_names,
            socket_check: settings.socket_check,
            closing: settings.closing,
            applications,
            sessions,
            pages,
        }
    }

    /// The applications, which can be replaced at any time.
    #[must_use]
    pub fn applications(&self) -> &Applications {
        &self.applications
    }

    /// Answers a request for the host of `upstream`; `peer` is the other end of the connection.
    pub async fn handle(
        &self,
        upstream: Arc<Upstream>,
        peer: IpAddr,
        request: Request<Body>,
    ) -> Response<Body> {
        let asker = Asker::of(&request);
        let old_http = request.version() < Version::HTTP_2;
        let chunked = request.headers().contains_key(TRANSFER_ENCODING);
        let answer = self.pass(&upstream, &asker, peer, request).await;
        let unread = matches!(answer, Err(Failure::BadRequest(_) | Failure::UploadStalled));
        let mut response = answer
            .unwrap_or_else(|failure| failure.answer(&asker, Some(upstream.as_ref()), self.pages.as_ref()));
        // Nothing after a body whose end others may see elsewhere is taken for a request.
        if old_http && (chunked || unread) {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    async fn pass(
        &self,
        upstream: &Arc<Upstream>,
        asker: &Asker,
        peer: IpAddr,
        mut request: Request<Body>,
    ) -> Result<Response<Body>, Failure> {
        message::check(&request)?;
        match paths::place(request.uri().path()) {
            Place::Application => {}
            Place::Reserved => return self.answer_reserved(upstream, request.map(drop)).await,
            Place::Disguised => return Err(Failure::NotFound),
        }
        let asked = (request.method(), request.uri(), request.headers());
        let user = match self.admit(upstream, asker, asked).await? {
            Admission::SignIn => return self.show_in(upstream, asker, &request),
            Admission::ProveAfresh => return self.ask_afresh(upstream, asker, &request),
            Admission::Anybody => None,
            Admission::User { visitor, token } => Some((visitor, token)),
        };
        let client = self.trusted_proxies.client(peer, request.headers());
        let visitor = user.as_ref().map(|(visitor, _)| visitor.as_ref());
        message::prepare_request(request.headers_mut(), upstream, &self.forbidden_names, &client, visitor);
        let socket = user.filter(|_| asker.caller == Caller::Socket);
        let Some((visitor, token)) = socket else {
            let (parts, body) = request.into_parts();
            return self.upstreams.forward(upstream, parts, body).await;
        };
        let guard = socket::Guard {
            sessions: Arc::clone(&self.sessions),
            upstream: Arc::clone(upstream),
            token,
            subject: visitor.subject().to_owned(),
            every: self.socket_check,
            closing: self.closing.clone(),
        };
        socket::open(&self.upstreams, request, guard).await
    }

    fn is_portal(&self, host: &str) -> bool {
        let name = self.portal.host_str().unwrap_or_default();
        match (self.portal.port(), self.portal.port_or_known_default()) {
            (None, _) if host.eq_ignore_ascii_case(name) => true,
            (_, Some(port)) => host.eq_ignore_ascii_case(&format!("{name}:{port}")),
            (_, None) => false,
        }
    }
}

/// Middleware over the portal's router: hosts of applications are answered by the gateway, the portal's own (and health, by
/// whatever name) by the router, anything else with 421.
pub async fn dispatch(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request<Body>,
    next: Next,
) -> Response<Body> {
    let host = host_of(&request).map(str::to_owned);
    if let Some(upstream) = host.as_deref().and_then(|host| gateway.applications.find(host)) {
        if verify::is_asked(request.uri()) {
            return gateway.verify(Some(upstream), peer.ip(), request.map(drop)).await;
        }
        return gateway.handle(upstream, peer.ip(), request).await;
    }
    let is_portal = host.is_some_and(|host| gateway.is_portal(&host));
    // Some proxies ask by the address alone; whose question counts is decided by where it comes from.
    if request.uri().path() == verify::PATH {
        return gateway.verify(None, peer.ip(), request.map(drop)).await;
    }
    // A load balancer asks by address; health tells nothing that depends on the host.
    if is_portal || request.uri().path().starts_with("/health/") {
        return next.run(request).await;
    }
    Failure::UnknownHost.answer(&Asker::of(&request), None, gateway.pages.as_ref())
}

/// The host that the request names; `None` when it names none or two.
fn host_of<B>(request: &Request<B>) -> Option<&str> {
    let mut hosts = request.headers().get_all(HOST).iter();
    match (hosts.next(), hosts.next(), request.uri().authority()) {
        (Some(host), None, None) => host.to_str().ok(),
        (None, None, Some(authority)) => Some(authority.as_str()),
        // HTTP/2 may say it twice, and a target in absolute form does; both must say the same.
        (Some(host), None, Some(authority))
            if host.as_bytes().eq_ignore_ascii_case(authority.as_str().as_bytes()) =>
        {
            Some(authority.as_str())
        }
        _ => None,
    }
}
