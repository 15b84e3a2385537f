//! The stream handed to the SMTP client: TCP without delay, plain or under TLS.
//!
//! lettre's own streams leave Nagle's algorithm on, which holds each mail back for 40 ms, and keep what a server sent
//! before TLS in their buffer after STARTTLS, where a stranger on the path could have put it. Hence one of ours.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

/// What lettre reads first when the real greeting was taken during STARTTLS: RFC 3207 sends none afterwards.
const GREETING_AGAIN: &[u8] = b"220 ready\r\n";

/// A connected stream.
#[derive(Debug)]
pub(super) struct Stream {
    /// Bytes to be read before those of `inner`.
    replay: &'static [u8],
    inner: Inner,
}

#[derive(Debug)]
enum Inner {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    pub(super) fn plain(tcp: TcpStream) -> Self {
        Self { replay: b"", inner: Inner::Plain(tcp) }
    }

    pub(super) fn tls(tls: TlsStream<TcpStream>) -> Self {
        Self { replay: b"", inner: Inner::Tls(Box::new(tls)) }
    }

    pub(super) fn after_starttls(tls: TlsStream<TcpStream>) -> Self {
        Self { replay: GREETING_AGAIN, inner: Inner::Tls(Box::new(tls)) }
    }
}

impl AsyncTokioStream for Stream {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.inner {
            Inner::Plain(tcp) => tcp.peer_addr(),
            Inner::Tls(tls) => tls.get_ref().0.peer_addr(),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.replay.is_empty() {
            let (now, later) = self.replay.split_at(self.replay.len().min(buf.remaining()));
            buf.put_slice(now);
            self.replay = later;
            return Poll::Ready(Ok(()));
        }
        match &mut self.inner {
            Inner::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Inner::Tls(tls) => Pin::new(tls).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.inner {
            Inner::Plain(tcp) => Pin::new(tcp).poll_write(cx, buf),
            Inner::Tls(tls) => Pin::new(tls).poll_write(cx, buf),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.inner {
            Inner::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Inner::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.inner {
            Inner::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Inner::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}
