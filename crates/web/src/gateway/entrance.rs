//! The way in: what a request without a session is told, and how the application's host gets a session of its own.
//!
//! A page is led to `<portal>/handoff` with a nonce, which a cookie on the application's host keeps. The portal
//! answers a signed-in browser with a ticket bound to that nonce; `/.vestibule/session` exchanges the ticket for the
//! host's session cookie. So a ticket seen elsewhere is worth nothing, and nobody is signed in as somebody else.

use axum::body::Body;
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri,
    header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, REFERER, REFERRER_POLICY, SET_COOKIE},
};
use url::Url;

use super::{
    Gateway, Standing, Upstream, Use,
    caller::{Asker, Caller},
    cookies,
    failure::Failure,
    paths,
};

impl Gateway {
    /// The answer to a request for the application without a session: pages are led to the portal, nobody else is.
    pub(super) fn show_in<B>(
        &self,
        upstream: &Upstream,
        asker: &Asker,
        request: &Request<B>,
    ) -> Result<Response<Body>, Failure> {
        match asker.caller {
            Caller::Page => self.redirect_to_portal(upstream, request),
            Caller::Frame => Err(Failure::FrameNotSignedIn { page: page_of(upstream, request.uri()) }),
            Caller::Form => Err(Failure::FormNotSent { page: referring_page(upstream, request.headers()) }),
            Caller::Script | Caller::Socket => {
                let page = referring_page(upstream, request.headers());
                let mut login = self.portal_page("/");
                login.query_pairs_mut().append_pair("to", page.as_str());
                Err(Failure::NotSignedIn { login })
            }
        }
    }

    /// The answer to a request of a user whose proof is too old for the path: pages are led to prove it afresh.
    pub(super) fn ask_afresh<B>(
        &self,
        upstream: &Upstream,
        asker: &Asker,
        request: &Request<B>,
    ) -> Result<Response<Body>, Failure> {
        let page = match asker.caller {
            Caller::Page => page_of(upstream, request.uri()),
            Caller::Frame | Caller::Form | Caller::Script | Caller::Socket => {
                referring_page(upstream, request.headers())
            }
        };
        let mut confirm = self.portal_page("/account/confirm");
        confirm.query_pairs_mut().append_pair("to", page.as_str());
        if asker.caller == Caller::Page {
            return redirect(&confirm, [None, None]);
        }
        Err(Failure::ProofTooOld { confirm })
    }

    /// Keeps a nonce on the application's host and asks the portal for a ticket. A nonce that is there already is
    /// kept, so that pages opened side by side do not spoil each other's way in.
    fn redirect_to_portal<B>(
        &self,
        upstream: &Upstream,
        request: &Request<B>,
    ) -> Result<Response<Body>, Failure> {
        let kept = cookies::read(request.headers(), upstream.cookies.nonce).filter(|nonce| is_nonce(nonce));
        let nonce = kept.map_or_else(|| self.sessions.nonce(), str::to_owned);
        let page = page_of(upstream, request.uri());
        let path = &page[url::Position::BeforePath..];
        let mut handoff = self.portal_page("/handoff");
        handoff
            .query_pairs_mut()
            .append_pair("app", &upstream.config().slug)
            .append_pair("nonce", &nonce)
            .append_pair("path", path);
        let cookie = upstream.cookies.set_nonce(&nonce).ok_or(Failure::Unavailable)?;
        redirect(&handoff, [Some(cookie), None])
    }

    /// Answers a request below `/.vestibule/`; it never reaches the application.
    pub(super) async fn answer_reserved(
        &self,
        upstream: &Upstream,
        request: Request<()>,
    ) -> Result<Response<Body>, Failure> {
        let (allowed, reads) = match request.uri().path() {
            // A link checker's HEAD must not spend a ticket.
            "/.vestibule/session" => ("GET", *request.method() == Method::GET),
            "/.vestibule/logout" | "/.vestibule/status" => {
                ("GET, HEAD", matches!(*request.method(), Method::GET | Method::HEAD))
            }
            _ => return Err(Failure::NotFound),
        };
        if !reads {
            return Err(Failure::MethodNotAllowed(allowed));
        }
        let uri = request.uri();
        match uri.path() {
            "/.vestibule/session" => self.exchange_ticket(upstream, uri, request.headers()).await,
            "/.vestibule/logout" => redirect(&self.portal_page("/logout"), [None, None]),
            _ => self.tell_status(upstream, request.headers()).await,
        }
    }

    async fn exchange_ticket(
        &self,
        upstream: &Upstream,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Response<Body>, Failure> {
        let query = uri.query().unwrap_or_default();
        let page = paths::return_address(upstream.public(), &parameter(query, "path").unwrap_or_default());
        let ticket = parameter(query, "ticket");
        let ticket = ticket.filter(|ticket| (1..=512).contains(&ticket.len()));
        let nonce = cookies::read(headers, upstream.cookies.nonce).filter(|nonce| is_nonce(nonce));
        if let (Some(ticket), Some(nonce)) = (&ticket, nonce) {
            let redeemed = self.sessions.redeem_ticket(ticket, nonce, upstream.application()).await;
            if let Some(token) = redeemed.map_err(unavailable)? {
                let session = upstream.cookies.set_session(token.reveal());
                return redirect(&page, [session, upstream.cookies.drop_nonce()]);
            }
        }
        // A reload of this address, or a second tab that came first: there is a session already.
        if let Some(token) = cookies::read(headers, upstream.cookies.session) {
            let standing = self.sessions.check(token, upstream.application(), Use::Look).await;
            if matches!(standing.map_err(unavailable)?, Standing::SignedIn(_)) {
                return redirect(&page, [None, None]);
            }
        }
        match nonce {
            Some(_) => Err(Failure::TicketRefused { page }),
            None => Err(Failure::CookieMissing { page }),
        }
    }

    /// Tells the page of the application how long the session still rests before it ends; asking is no activity.
    async fn tell_status(&self, upstream: &Upstream, headers: &HeaderMap) -> Result<Response<Body>, Failure> {
        let left = match cookies::read(headers, upstream.cookies.session) {
            Some(token) => {
                self.sessions.idle_left(token, upstream.application()).await.map_err(unavailable)?
            }
            None => None,
        };
        let status = match left {
            Some(left) => serde_json::json!({ "signed_in": true, "idle_seconds": left.as_secs() }),
            None => serde_json::json!({ "signed_in": false }),
        };
        let mut response = Response::new(Body::from(status.to_string()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }

    fn portal_page(&self, path: &str) -> Url {
        let mut page = self.portal.clone();
        page.set_path(path);
        page
    }
}

pub(super) fn unavailable(error: super::CheckUnavailable) -> Failure {
    tracing::error!(%error, "a request was refused");
    Failure::Unavailable
}

/// The page that was asked for, as an absolute address.
fn page_of(upstream: &Upstream, uri: &Uri) -> Url {
    let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    paths::return_address(upstream.public(), path)
}

/// The page of the application that made the request, or its root.
fn referring_page(upstream: &Upstream, headers: &HeaderMap) -> Url {
    let referer = headers.get(REFERER).and_then(|referer| referer.to_str().ok());
    let path = referer.and_then(|referer| paths::path_of_referer(upstream.public(), referer));
    paths::return_address(upstream.public(), path.as_deref().unwrap_or("/"))
}

fn is_nonce(nonce: &str) -> bool {
    (16..=128).contains(&nonce.len())
        && nonce.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The value of a query parameter; `None` as well when it is there twice.
fn parameter(query: &str, name: &str) -> Option<String> {
    let mut values = url::form_urlencoded::parse(query.as_bytes()).filter(|(found, _)| found == name);
    match (values.next(), values.next()) {
        (Some((_, value)), None) => Some(value.into_owned()),
        _ => None,
    }
}

/// A redirect that no cache keeps and that tells the next page nothing of this address.
fn redirect(to: &Url, cookies: [Option<HeaderValue>; 2]) -> Result<Response<Body>, Failure> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    let headers = response.headers_mut();
    let location = HeaderValue::from_str(to.as_str());
    headers.insert(LOCATION, location.map_err(|_| Failure::BadRequest("The address cannot be kept."))?);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    for cookie in cookies.into_iter().flatten() {
        headers.append(SET_COOKIE, cookie);
    }
    Ok(response)
}
