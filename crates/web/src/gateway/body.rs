//! Bodies on their way through: never gathered, only watched for silence.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep};

pub(super) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// `start` and `limit` later; for a limit beyond all reason, a year later.
pub(super) fn moment_after(start: Instant, limit: Duration) -> Instant {
    start + limit.min(Duration::from_secs(365 * 24 * 60 * 60))
}

/// The sender of a body fell silent for too long.
#[derive(Debug, thiserror::Error)]
#[error("the body stopped coming")]
pub(super) struct Stalled;

/// A body that fails with [`Stalled`] when its sender is silent longer than `limit`.
///
/// Only time in which data is wanted counts: a slow reader makes nobody else late.
pub(super) struct Paced<B> {
    inner: B,
    limit: Duration,
    silence: Option<Pin<Box<Sleep>>>,
    waiting: bool,
}

impl<B> Paced<B> {
    pub(super) fn new(inner: B, limit: Duration) -> Self {
        Self { inner, limit, silence: None, waiting: false }
    }

    /// Starts or goes on counting; true when the limit is reached.
    fn is_silent_too_long(&mut self, context: &mut Context<'_>) -> bool {
        let limit = self.limit;
        let silence = self.silence.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        if !self.waiting {
            self.waiting = true;
            silence.as_mut().reset(moment_after(Instant::now(), limit));
        }
        silence.as_mut().poll(context).is_ready()
    }
}

impl<B> HttpBody for Paced<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match Pin::new(&mut self.inner).poll_frame(context) {
            Poll::Ready(frame) => {
                self.waiting = false;
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending if self.is_silent_too_long(context) => Poll::Ready(Some(Err(Box::new(Stalled)))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The body of a request on its way to the application. Trailers end here: they could carry forged headers.
pub(super) struct Upload {
    body: Paced<Body>,
    progress: Option<Arc<Progress>>,
}

impl Upload {
    /// A body to pass on, and its progress unless it is empty.
    pub(super) fn new(body: Body, limit: Duration) -> (Self, Option<Arc<Progress>>) {
        let empty = body.is_end_stream();
        let progress = (!empty).then(|| Arc::new(Progress::new()));
        (Self { body: Paced::new(body, limit), progress: progress.clone() }, progress)
    }

    /// The body of a request that has none.
    pub(super) fn empty() -> Self {
        Self { body: Paced::new(Body::empty(), Duration::ZERO), progress: None }
    }
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        let polled = match polled {
            Poll::Ready(Some(Ok(frame))) if frame.is_trailers() => Poll::Ready(None),
            polled => polled,
        };
        if let Some(progress) = &self.progress {
            progress.note(&polled);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// How far an upload is, so that an application is not called slow while it waits for its client.
pub(super) struct Progress {
    start: Instant,
    last_milliseconds: AtomicU64,
    waits_for_client: AtomicBool,
    stalled: AtomicBool,
}

impl Progress {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            last_milliseconds: AtomicU64::new(0),
            waits_for_client: AtomicBool::new(false),
            stalled: AtomicBool::new(false),
        }
    }

    fn note(&self, polled: &Poll<Option<Result<Frame<Bytes>, BoxError>>>) {
        self.waits_for_client.store(polled.is_pending(), Ordering::Relaxed);
        if let Poll::Ready(Some(Err(error))) = polled {
            self.stalled.store(error.is::<Stalled>(), Ordering::Relaxed);
        }
        if polled.is_ready() {
            let elapsed = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.last_milliseconds.store(elapsed, Ordering::Relaxed);
        }
    }

    /// Did the client fall silent?
    pub(super) fn has_stalled(&self) -> bool {
        self.stalled.load(Ordering::Relaxed)
    }

    /// The moment until which the application may take its time, given `limit` after the last progress.
    pub(super) fn patience(&self, limit: Duration) -> Instant {
        if self.waits_for_client.load(Ordering::Relaxed) {
            return moment_after(Instant::now(), limit);
        }
        let last = Duration::from_millis(self.last_milliseconds.load(Ordering::Relaxed));
        moment_after(self.start, last.saturating_add(limit))
    }
}
