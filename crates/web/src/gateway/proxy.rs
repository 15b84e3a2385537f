//! One request to the application and its answer back, both streamed.

use std::{error::Error as _, io, time::Duration};

use axum::body::{Body, HttpBody};
use http::{
    HeaderValue, Method, Request, Response, Uri, Version,
    header::{CONTENT_LENGTH, TRANSFER_ENCODING},
    request,
    uri::PathAndQuery,
};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, Error, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use tokio::time::{Instant, timeout_at};

use super::{
    Upstream,
    body::{Paced, Progress, Upload, moment_after},
    failure::Failure,
    message,
};

/// Connections that rest longer are not used again: many servers close them after five seconds.
const POOL_IDLE: Duration = Duration::from_secs(4);

/// The pooled HTTP/1.1 client towards all applications.
#[derive(Clone)]
pub(super) struct Upstreams(Client<HttpsConnector<HttpConnector>, Upload>);

impl Upstreams {
    pub(super) fn new(connect_time_out: Duration, tls: rustls::ClientConfig) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(connect_time_out));
        tcp.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE)
            .set_host(false)
            .build(connector);
        Self(client)
    }

    /// Passes a prepared request on and its answer back.
    pub(super) async fn forward(
        &self,
        upstream: &Upstream,
        parts: request::Parts,
        body: Body,
    ) -> Result<Response<Body>, Failure> {
        let idle = upstream.config().time_outs.idle;
        let (upload, progress) = Upload::new(body, idle);
        let response = if progress.is_none() && is_safe(&parts.method) {
            self.ask_twice(upstream, parts).await?
        } else {
            let request = outgoing(upstream, parts, upload)?;
            self.head(upstream, request, progress.as_deref()).await.map_err(|lost| lost.told(upstream))?
        };
        let (mut parts, body) = response.into_parts();
        if parts.status == http::StatusCode::SWITCHING_PROTOCOLS {
            return Err(Lost::Broken("it switched protocols unasked".into()).told(upstream));
        }
        message::clean_response(&mut parts.headers, upstream);
        parts.version = Version::HTTP_11;
        Ok(Response::from_parts(parts, Body::new(Paced::new(body, idle))))
    }

    /// Asks once more when the application closed an idle connection just as the request came; only safe requests
    /// without a body, which may be repeated (RFC 9110, 9.2.2).
    async fn ask_twice(
        &self,
        upstream: &Upstream,
        parts: request::Parts,
    ) -> Result<Response<Incoming>, Failure> {
        let again = parts.clone();
        let first = outgoing(upstream, parts, Upload::empty())?;
        match self.head(upstream, first, None).await {
            Err(Lost::Closed) => {
                let second = outgoing(upstream, again, Upload::empty())?;
                self.head(upstream, second, None).await.map_err(|lost| lost.told(upstream))
            }
            answer => answer.map_err(|lost| lost.told(upstream)),
        }
    }

    /// Sends a request and waits for the head of the answer, patient while the client still uploads.
    pub(super) async fn head(
        &self,
        upstream: &Upstream,
        request: Request<Upload>,
        progress: Option<&Progress>,
    ) -> Result<Response<Incoming>, Lost> {
        let limit = upstream.config().time_outs.response;
        let mut response = std::pin::pin!(self.0.request(request));
        let mut deadline = moment_after(Instant::now(), limit);
        loop {
            match timeout_at(deadline, &mut response).await {
                Ok(Ok(response)) => return Ok(response),
                Ok(Err(_)) if progress.is_some_and(Progress::has_stalled) => return Err(Lost::UploadStalled),
                Ok(Err(error)) => return Err(Lost::from(error)),
                Err(_) => match progress.map(|progress| progress.patience(limit)) {
                    Some(later) if later > Instant::now() => deadline = later,
                    _ => return Err(Lost::Slow),
                },
            }
        }
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Lost {
    /// No connection was made.
    Unreachable(String),
    /// The connection was closed before any answer came.
    Closed,
    /// The answer was not HTTP.
    Broken(String),
    /// No answer in time, or no connection in time.
    Slow,
    /// The client stopped sending.
    UploadStalled,
}

impl From<Error> for Lost {
    fn from(error: Error) -> Self {
        let mut source = error.source();
        let mut closed = false;
        while let Some(cause) = source {
            if let Some(io) = cause.downcast_ref::<io::Error>() {
                match io.kind() {
                    io::ErrorKind::TimedOut => return Self::Slow,
                    io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => closed = true,
                    _ => {}
                }
            }
            if let Some(hyper) = cause.downcast_ref::<hyper::Error>() {
                closed |= hyper.is_incomplete_message() || hyper.is_canceled();
            }
            source = cause.source();
        }
        match (error.is_connect(), closed) {
            (true, _) => Self::Unreachable(chain(&error)),
            (false, true) => Self::Closed,
            (false, false) => Self::Broken(chain(&error)),
        }
    }
}

impl Lost {
    /// Logs the cause, which is the operator's business, and gives what the client is told.
    pub(super) fn told(self, upstream: &Upstream) -> Failure {
        let (failure, cause) = match self {
            Self::Unreachable(cause) => (Failure::Unreachable, cause),
            Self::Closed => (Failure::Broken, "it closed the connection without an answer".into()),
            Self::Broken(cause) => (Failure::Broken, cause),
            Self::Slow => (Failure::Slow, "it did not answer in time".into()),
            Self::UploadStalled => return Failure::UploadStalled,
        };
        let config = upstream.config();
        tracing::warn!(application.slug = %config.slug, application.base = %config.base, cause, "no answer from the application");
        failure
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// The request as the application gets it: same method, same path and query byte for byte, HTTP/1.1, and
/// one length that is true of the body.
pub(super) fn outgoing(
    upstream: &Upstream,
    mut parts: request::Parts,
    body: Upload,
) -> Result<Request<Upload>, Failure> {
    let path = parts.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    parts.uri = Uri::builder()
        .scheme(upstream.scheme.clone())
        .authority(upstream.authority.clone())
        .path_and_query(path)
        .build()
        .map_err(|_| Failure::BadRequest("The request target must be a path."))?;
    parts.version = Version::HTTP_11;
    parts.extensions = http::Extensions::new();
    match body.size_hint().exact() {
        Some(length) => {
            if let Some(told) = parts.headers.get_mut(CONTENT_LENGTH) {
                *told = HeaderValue::from(length);
            }
        }
        None => {
            // Said outright, or a GET would lose its body on the way.
            parts.headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
            parts.headers.remove(CONTENT_LENGTH);
        }
    }
    Ok(Request::from_parts(parts, body))
}
