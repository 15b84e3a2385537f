//! The visitor's desk: the inbox and the control page, on a listener of their own.
//!
//! It stays apart from the portal, because a real deployment has neither.

use std::{io, net::SocketAddr, sync::Arc};

use askama::Template;
use axum::{
    Router, middleware,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use domain::time::{Clock, Timestamp};
use http::{HeaderMap, HeaderName, StatusCode, header};
use text::{Message, Moment, Text, Zone};
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

use super::{
    control::{self, DemoControl},
    loopback,
    mail::{MailServer, Mailboxes, inbox},
};

/// What the desk is started with.
#[derive(Clone)]
pub struct DeskOptions {
    /// Tells the present moment to the pages.
    pub clock: Arc<dyn Clock>,
    /// The zone in which moments are told.
    pub zone: Zone,
    /// The portal's public address.
    pub portal: Url,
    /// The application's public address, through the gateway.
    pub application: Url,
    /// The mails.
    pub mailboxes: Arc<Mailboxes>,
    /// The mail server, to be stopped and started.
    pub mail_server: Arc<MailServer>,
    /// The rest of the demo.
    pub control: Arc<dyn DemoControl>,
}

/// The desk, serving. Dropping it frees the port.
#[derive(Debug)]
pub struct Desk {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Desk {
    /// Binds `address` (port 0 takes any free one) and serves.
    ///
    /// # Errors
    /// When the address is not loopback or cannot be bound.
    pub async fn bind(address: SocketAddr, options: DeskOptions) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            let what = format!("the demo's inbox must listen on loopback, not on {address}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router(options)).await {
                tracing::error!(%error, "demo.desk.stopped");
            }
        });
        Ok(Self { address, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn router(options: DeskOptions) -> Router {
    Router::new()
        .route("/", get(inbox::read_newest))
        .route("/mails/{id}", get(inbox::read_mail))
        .route("/mails/{id}/whole", get(inbox::show_whole))
        .route("/mails/{id}/html", get(inbox::serve_html))
        .route("/mails/{id}/source", get(inbox::serve_source))
        .route("/events", get(inbox::follow))
        .route("/api/messages", get(inbox::list_messages))
        .route("/api/messages/{id}", get(inbox::get_message))
        .route("/control", get(control::show_control))
        .route("/control/advance", post(control::advance_clock))
        .route("/control/mail", post(control::change_mail_server))
        .route("/control/phase", post(control::move_company))
        .route("/control/vouch", post(control::vouch))
        .route("/control/start-over", post(control::start_over))
        .route("/assets/vestibule.css", get(stylesheet))
        .route("/assets/demo.css", get(own_stylesheet))
        .route("/assets/inbox.js", get(script))
        .route("/assets/mark.svg", get(mark))
        .fallback(not_found)
        .layer(middleware::from_fn(loopback::guard))
        .with_state(options)
}

/// What stands around every page of the desk.
pub(super) struct Frame {
    pub(super) text: Text,
    pub(super) portal: Url,
    pub(super) application: Url,
    zone: Zone,
    now: Timestamp,
}

impl Frame {
    pub(super) fn new(options: &DeskOptions, headers: &HeaderMap) -> Self {
        let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self {
            text: Text::negotiate(wanted.unwrap_or_default()),
            portal: options.portal.clone(),
            application: options.application.clone(),
            zone: options.zone.clone(),
            now: options.clock.now(),
        }
    }

    pub(super) fn t(&self, id: &str) -> String {
        self.text.get(id)
    }

    pub(super) fn m<'a>(&self, id: &'a str) -> Message<'a> {
        self.text.message(id)
    }

    pub(super) fn since(&self, at: &Timestamp) -> String {
        self.text.since(moment(*at), moment(self.now), &self.zone)
    }

    pub(super) fn present(&self) -> String {
        self.text.date_and_clock(moment(self.now), &self.zone)
    }

    pub(super) fn in_the_portal(&self, path: &str) -> String {
        self.portal.join(path).map_or_else(|_| self.portal.to_string(), |link| link.to_string())
    }
}

/// Renders a page of the desk.
pub(super) fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "demo.desk.render_failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[derive(Template)]
#[template(path = "desk/problem.html")]
struct ProblemPage {
    frame: Frame,
    what: &'static str,
}

/// A page that says what is wrong, by the name of its message.
pub(super) fn problem(
    options: &DeskOptions,
    headers: &HeaderMap,
    status: StatusCode,
    what: &'static str,
) -> Response {
    (status, page(&ProblemPage { frame: Frame::new(options, headers), what })).into_response()
}

async fn not_found(
    axum::extract::State(options): axum::extract::State<DeskOptions>,
    headers: HeaderMap,
) -> Response {
    problem(&options, &headers, StatusCode::NOT_FOUND, "demo-no-such-page")
}

async fn stylesheet() -> Response {
    asset("text/css; charset=utf-8", include_str!("../../../web/assets/vestibule.css"))
}

async fn own_stylesheet() -> Response {
    asset("text/css; charset=utf-8", include_str!("../../assets/demo.css"))
}

async fn script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("../../assets/inbox.js"))
}

async fn mark() -> Response {
    asset("image/svg+xml", include_str!("../../assets/mark.svg"))
}

fn asset(kind: &'static str, content: &'static str) -> Response {
    let headers: [(HeaderName, &str); 2] =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")];
    (headers, content).into_response()
}

fn moment(at: Timestamp) -> Moment {
    Moment::from_millis(at.0)
}
