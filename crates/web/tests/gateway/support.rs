//! A gateway, an application behind it that tells what it saw, and sessions that a test can make and end.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::{Router, body::Body, middleware, response::IntoResponse, serve::ListenerExt};
use domain::{id::ApplicationId, path_rule::PathRules};
use http::{HeaderValue, Response, StatusCode};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;
use web::{
    client_address::TrustedProxies,
    gateway::{
        AppSessionToken, Applications, CheckUnavailable, Failure, FailurePages, ForbiddenNames, Gateway,
        HostHeader, SessionCheck, Settings, Standing, TimeOuts, Upstream, UpstreamConfig, Use, Visitor,
        dispatch,
    },
};

use crate::applications::{echo, serve};

/// The public host of the test application.
pub(crate) const HOST: &str = "reconcile.localhost:8080";
/// A cookie that opens the application as `j.okafor`.
pub(crate) const SIGNED_IN: &str = "Cookie: vestibule-app=good\r\n";

pub(crate) fn application() -> ApplicationId {
    ApplicationId("00000000-0000-0000-0000-0000000000a1".parse().unwrap())
}

/// Sessions and tickets in memory.
pub(crate) struct FakeSessions {
    pub(crate) standings: Mutex<HashMap<String, Standing>>,
    pub(crate) tickets: Mutex<HashMap<String, (String, ApplicationId)>>,
    pub(crate) nonces: AtomicUsize,
    pub(crate) activities: AtomicUsize,
    pub(crate) looks: AtomicUsize,
    pub(crate) fails: AtomicBool,
}

impl FakeSessions {
    fn new() -> Self {
        let visitor =
            Visitor::new("j.okafor", "Joy Okafor", "joy@north.example", &["End User".into()]).unwrap();
        let standings = [
            ("good".to_owned(), Standing::SignedIn(Arc::new(visitor))),
            ("elsewhere".to_owned(), Standing::Forbidden),
        ];
        Self {
            standings: Mutex::new(standings.into()),
            tickets: Mutex::default(),
            nonces: AtomicUsize::new(0),
            activities: AtomicUsize::new(0),
            looks: AtomicUsize::new(0),
            fails: AtomicBool::new(false),
        }
    }

    /// Issues a ticket for a nonce.
    pub(crate) fn issue(&self, ticket: &str, nonce: &str, application: ApplicationId) {
        self.tickets.lock().unwrap().insert(ticket.into(), (nonce.into(), application));
    }

    /// Ends the session of `good`.
    pub(crate) fn revoke(&self) {
        self.standings.lock().unwrap().remove("good");
    }

    fn answer<T>(&self, value: T) -> Result<T, CheckUnavailable> {
        if self.fails.load(Ordering::Relaxed) { Err(CheckUnavailable("down".into())) } else { Ok(value) }
    }
}

#[async_trait]
impl SessionCheck for FakeSessions {
    async fn check(&self, token: &str, at: ApplicationId, usage: Use) -> Result<Standing, CheckUnavailable> {
        let counter = if usage == Use::Activity { &self.activities } else { &self.looks };
        counter.fetch_add(1, Ordering::Relaxed);
        let standing = self.standings.lock().unwrap().get(token).filter(|_| at == application()).cloned();
        self.answer(standing.unwrap_or(Standing::NotSignedIn))
    }

    async fn is_fresh(&self, token: &str, _: ApplicationId) -> Result<bool, CheckUnavailable> {
        self.answer(token == "fresh")
    }

    async fn idle_left(&self, token: &str, _: ApplicationId) -> Result<Option<Duration>, CheckUnavailable> {
        self.answer((token == "good").then_some(Duration::from_millis(754_999)))
    }

    async fn redeem_ticket(
        &self,
        ticket: &str,
        nonce: &str,
        at: ApplicationId,
    ) -> Result<Option<AppSessionToken>, CheckUnavailable> {
        let found = self.tickets.lock().unwrap().remove(ticket);
        let fits = found.is_some_and(|found| found == (nonce.to_owned(), at));
        self.answer(fits.then(|| AppSessionToken::new("good".into()).unwrap()))
    }

    fn nonce(&self) -> String {
        format!("nonce-for-tests-{}", self.nonces.fetch_add(1, Ordering::Relaxed))
    }
}

struct Pages;

impl FailurePages for Pages {
    fn render(
        &self,
        failure: &Failure,
        at: Option<&Upstream>,
        languages: Option<&HeaderValue>,
    ) -> Response<Body> {
        let name = at.map(|upstream| upstream.config().name.as_str());
        format!("<h1>{failure:?} at {name:?} in {languages:?}").into_response()
    }
}

/// What a test may want otherwise.
pub(crate) struct Plan {
    pub(crate) base: String,
    pub(crate) time_outs: TimeOuts,
    pub(crate) host_header: HostHeader,
    pub(crate) socket_use: Use,
    pub(crate) rules: PathRules,
    pub(crate) trusted_proxies: Vec<&'static str>,
    pub(crate) tls: ClientConfig,
}

impl Plan {
    pub(crate) fn to(base: String) -> Self {
        Self {
            base,
            time_outs: TimeOuts::default(),
            host_header: HostHeader::Public,
            socket_use: Use::Look,
            rules: PathRules::default(),
            trusted_proxies: Vec::new(),
            tls: trusting(RootCertStore::empty()),
        }
    }
}

pub(crate) fn trusting(roots: RootCertStore) -> ClientConfig {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    builder.with_root_certificates(roots).with_no_client_auth()
}

/// A running gateway.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) sessions: Arc<FakeSessions>,
    pub(crate) closing: CancellationToken,
}

impl House {
    /// A gateway before an application that tells what it saw.
    pub(crate) async fn open() -> Self {
        Self::before(echo()).await
    }

    /// A gateway before this application.
    pub(crate) async fn before(router: Router) -> Self {
        Self::planned(Plan::to(serve(router).await)).await
    }

    pub(crate) async fn planned(plan: Plan) -> Self {
        let upstream = Upstream::new(UpstreamConfig {
            application: application(),
            slug: "reconcile".into(),
            name: "Harbour Reconcile".into(),
            public: format!("http://{HOST}").parse().unwrap(),
            base: plan.base.parse().unwrap(),
            host_header: plan.host_header,
            time_outs: plan.time_outs,
            socket_origins: vec!["https://tools.example".parse().unwrap()],
            socket_use: plan.socket_use,
            rules: plan.rules,
        })
        .unwrap();
        let closing = CancellationToken::new();
        let settings = Settings {
            portal: "http://localhost:8080".parse().unwrap(),
            trusted_proxies: TrustedProxies::new(
                plan.trusted_proxies.iter().map(|network| network.parse().unwrap()).collect(),
            ),
            forbidden_names: ForbiddenNames::with(&["X-Harbour-Login".into()]),
            connect_time_out: Duration::from_secs(2),
            socket_check: Duration::from_millis(20),
            tls: plan.tls,
            closing: closing.clone(),
        };
        let sessions = Arc::new(FakeSessions::new());
        let applications = Applications::new(vec![upstream]).unwrap();
        let gateway =
            Arc::new(Gateway::new(settings, applications, Arc::clone(&sessions) as _, Arc::new(Pages)));
        let portal = Router::new()
            .fallback(|| async { "the portal" })
            .layer(middleware::from_fn_with_state(gateway, dispatch));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
        let service = portal.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self { address, sessions, closing }
    }

    /// A connection to the gateway.
    pub(crate) async fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    /// Sends `head` with the host and `Connection: close`, then `body`; reads all of the answer.
    pub(crate) async fn ask(&self, head: &str, body: &str) -> Answer {
        let (line, headers) = head.split_once("\r\n").unwrap_or((head, ""));
        let request = format!("{line} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n{headers}\r\n{body}");
        self.ask_raw(request.as_bytes()).await
    }

    /// Sends exactly these bytes and reads until the gateway closes.
    pub(crate) async fn ask_raw(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect().await;
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "no end of the answer: {}", String::from_utf8_lossy(&answer));
        Answer(String::from_utf8_lossy(&answer).into_owned())
    }

    /// GET with the cookie of a signed-in user.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path}\r\n{SIGNED_IN}"), "").await
    }
}

/// An answer as it came over the wire.
#[derive(Debug)]
pub(crate) struct Answer(pub String);

impl Answer {
    pub(crate) fn status(&self) -> StatusCode {
        self.0.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("{}", self.0))
    }

    /// All values of a header.
    pub(crate) fn headers(&self, name: &str) -> Vec<&str> {
        let (head, _) = self.0.split_once("\r\n\r\n").unwrap();
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }

    /// The only value of a header.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let values = self.headers(name);
        assert_eq!(values.len(), 1, "{name} in {}", self.0);
        values[0]
    }

    pub(crate) fn body(&self) -> &str {
        self.0.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }

    /// Does the echoed request have this line?
    pub(crate) fn saw(&self, line: &str) -> bool {
        self.body().lines().any(|found| found == line)
    }

    /// The values of a header of the echoed request.
    pub(crate) fn seen(&self, name: &str) -> Vec<&str> {
        let lines = self.body().lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(found, _)| *found == name).map(|(_, value)| value).collect()
    }
}

/// Reads from a stream until `end` was seen; gives all that came.
pub(crate) async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut seen = String::new();
    let mut buffer = [0; 4096];
    while !seen.contains(end) {
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut buffer)).await;
        let read = read.unwrap_or_else(|_| panic!("no {end:?} after {seen:?}")).unwrap();
        assert_ne!(read, 0, "closed before {end:?}: {seen:?}");
        seen += &String::from_utf8_lossy(&buffer[..read]);
    }
    seen
}
