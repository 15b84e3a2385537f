//! WebSockets: the handshake is passed on like a request, then bytes flow both ways until one side ends, nothing
//! moves any more, or the session that opened the socket is over.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Body, HttpBody};
use http::{
    HeaderMap, HeaderValue, Request, Response, StatusCode,
    header::{CONNECTION, ORIGIN, UPGRADE},
};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf, copy_bidirectional},
    time::{Instant, MissedTickBehavior},
};
use tokio_util::sync::CancellationToken;

use super::{
    SessionCheck, Standing, Upstream, Use,
    body::{Paced, Upload},
    caller,
    failure::Failure,
    message,
    proxy::{Lost, Upstreams, outgoing},
};

/// So many checks in a row may fail for want of an answer before a socket is closed.
const MOST_FAULTS: u32 = 5;

/// Opens a socket in the background until it ends by itself or by its guard.
pub(super) struct Guard {
    pub(super) sessions: Arc<dyn SessionCheck>,
    pub(super) upstream: Arc<Upstream>,
    pub(super) token: String,
    pub(super) subject: String,
    /// How often the session is looked at.
    pub(super) every: Duration,
    pub(super) closing: CancellationToken,
}

/// Refuses sockets that pages of foreign origins open with the user's cookies. Programs send no `Origin`.
pub(super) fn check_origin(headers: &HeaderMap, upstream: &Upstream) -> Result<(), Failure> {
    let mut origins = headers.get_all(ORIGIN).iter();
    let admitted =
        origins.all(|origin| origin.to_str().is_ok_and(|origin| upstream.admits_socket_from(origin)));
    if admitted { Ok(()) } else { Err(Failure::ForeignSocket) }
}

/// Passes a handshake on whose headers are prepared; the application may also answer it as an ordinary request.
pub(super) async fn open(
    upstreams: &Upstreams,
    mut request: Request<Body>,
    guard: Guard,
) -> Result<Response<Body>, Failure> {
    if !request.body().is_end_stream() {
        return Err(Failure::BadRequest("A WebSocket handshake has no body."));
    }
    let client = hyper::upgrade::on(&mut request);
    let (mut parts, _) = request.into_parts();
    mark_as_upgrade(&mut parts.headers);
    let outgoing = outgoing(&guard.upstream, parts, Upload::empty())?;
    let answer = upstreams.head(&guard.upstream, outgoing, None).await;
    let mut response = answer.map_err(|lost| lost.told(&guard.upstream))?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let (mut parts, body) = response.into_parts();
        message::clean_response(&mut parts.headers, &guard.upstream);
        let idle = guard.upstream.config().time_outs.idle;
        return Ok(Response::from_parts(parts, Body::new(Paced::new(body, idle))));
    }
    if !caller::asks_for_websocket(response.headers()) {
        return Err(
            Lost::Broken("it switched to another protocol than WebSocket".into()).told(&guard.upstream)
        );
    }
    let application = hyper::upgrade::on(&mut response);
    let (mut parts, _) = response.into_parts();
    message::clean_response(&mut parts.headers, &guard.upstream);
    mark_as_upgrade(&mut parts.headers);
    tokio::spawn(guard.run(client, application));
    Ok(Response::from_parts(parts, Body::empty()))
}

fn mark_as_upgrade(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
}

impl Guard {
    async fn run(self, client: OnUpgrade, application: OnUpgrade) {
        let Ok((client, application)) = tokio::try_join!(client, application) else { return };
        let from_client = Arc::new(AtomicU64::new(0));
        let from_application = Arc::new(AtomicU64::new(0));
        let mut client = Counted::new(client, &from_client);
        let mut application = Counted::new(application, &from_application);
        // Dropping both ends closes both connections, whichever comes first.
        let why = tokio::select! {
            _ = copy_bidirectional(&mut client, &mut application) => "one side closed it",
            why = self.watch(&from_client, &from_application) => why,
            () = self.closing.cancelled() => "the gateway closes",
        };
        tracing::debug!(application.slug = %self.upstream.config().slug, why, "a socket ended");
    }

    /// Returns, with the reason, once the socket must end.
    async fn watch(&self, from_client: &AtomicU64, from_application: &AtomicU64) -> &'static str {
        let config = self.upstream.config();
        let every = self.every.min(config.time_outs.socket_idle).max(Duration::from_millis(10));
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut sent, mut total, mut moved, mut faults) = (0, 0, Instant::now(), 0);
        loop {
            ticks.tick().await;
            let sent_now = from_client.load(Ordering::Relaxed);
            let total_now = sent_now.wrapping_add(from_application.load(Ordering::Relaxed));
            if total_now != total {
                moved = Instant::now();
            } else if moved.elapsed() >= config.time_outs.socket_idle {
                return "nothing moved any more";
            }
            let usage = if sent_now == sent { Use::Look } else { config.socket_use };
            (sent, total) = (sent_now, total_now);
            match self.sessions.check(&self.token, config.application, usage).await {
                Ok(Standing::SignedIn(visitor)) if visitor.subject() == self.subject => faults = 0,
                Ok(_) => return "its session ended",
                Err(_) if faults < MOST_FAULTS => faults += 1,
                Err(_) => return "its session could not be checked",
            }
        }
    }
}

/// One end of a socket; counts what is read from it.
struct Counted {
    inner: TokioIo<Upgraded>,
    read: Arc<AtomicU64>,
}

impl Counted {
    fn new(inner: Upgraded, read: &Arc<AtomicU64>) -> Self {
        Self { inner: TokioIo::new(inner), read: Arc::clone(read) }
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(context, buffer);
        let read = buffer.filled().len() - before;
        self.read.fetch_add(u64::try_from(read).unwrap_or(0), Ordering::Relaxed);
        polled
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
