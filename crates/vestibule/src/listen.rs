//! Accepting connections: how many, and how long each may take to say what it wants.
//!
//! axum's own loop waits for a request's head for ever, so that a few slow clients could hold every connection.

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::{Request, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tower::ServiceExt as _;

/// How much one listener bears.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// A request's head has to arrive within this time; an idle connection is closed after it as well.
    pub head_time_out: Duration,
    /// Connections at once; further ones wait in the system's queue.
    pub most_connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head_time_out: Duration::from_secs(30), most_connections: 10_000 }
    }
}

/// What is open when the process stops may take this long to finish.
const FINISH: Duration = Duration::from_secs(20);
/// A listener that fails, for want of file descriptors say, is tried again after this.
const BREATH: Duration = Duration::from_millis(50);

/// Serves until `stop` ends, then finishes what is open.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let open = GracefulShutdown::new();
    let permits = Arc::new(Semaphore::new(limits.most_connections));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &permits) => accepted,
            () = &mut stop => break,
        };
        let Some((socket, peer, permit)) = accepted else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let router = router.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request.map(axum::body::Body::new))
        });
        let mut builder = Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.head_time_out);
        builder.http2().timer(TokioTimer::new()).keep_alive_interval(limits.head_time_out);
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(socket), service).into_owned();
        let connection = open.watch(connection);
        tokio::spawn(async move {
            // A client that breaks off is no fault of ours.
            let _ = connection.await;
            drop(permit);
        });
    }
    drop(listener);
    if tokio::time::timeout(FINISH, open.shutdown()).await.is_err() {
        tracing::warn!("some connections did not finish in time");
    }
}

type Accepted = (TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit);

async fn accept(listener: &TcpListener, permits: &Arc<Semaphore>) -> Option<Accepted> {
    let permit = Arc::clone(permits).acquire_owned().await.ok()?;
    let (socket, peer) = match listener.accept().await {
        Ok(accepted) => accepted,
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            return None;
        }
    };
    // Without it small answers wait for a delayed acknowledgement; a socket that refuses is only slower.
    let _ = socket.set_nodelay(true);
    Some((socket, peer, permit))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        task::JoinHandle,
    };

    use super::*;

    async fn start(limits: Limits) -> (SocketAddr, JoinHandle<()>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }));
        (address, tokio::spawn(serve(listener, router, limits, std::future::pending())))
    }

    async fn ask(socket: &mut TcpStream, words: &str) -> String {
        socket.write_all(words.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn a_whole_request_is_answered_and_knows_its_peer() {
        let (address, _serving) = start(Limits::default()).await;
        let mut socket = TcpStream::connect(address).await.unwrap();
        let own = socket.local_addr().unwrap().to_string();
        let answer = ask(&mut socket, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(&own), "{answer}");
    }

    #[tokio::test]
    async fn an_unfinished_head_is_not_waited_for() {
        let limits = Limits { head_time_out: Duration::from_millis(50), ..Limits::default() };
        let (address, _serving) = start(limits).await;
        let mut socket = TcpStream::connect(address).await.unwrap();
        let ended = ask(&mut socket, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
        let answer =
            tokio::time::timeout(Duration::from_secs(20), ended).await.expect("the connection is ended");
        assert!(!answer.contains("200"), "{answer}");
    }

    #[tokio::test]
    async fn one_more_connection_than_allowed_waits_its_turn() {
        let (address, _serving) = start(Limits { most_connections: 1, ..Limits::default() }).await;
        let mut first = TcpStream::connect(address).await.unwrap();
        let mut second = TcpStream::connect(address).await.unwrap();
        second.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
        let answer = ask(&mut first, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let mut late = String::new();
        second.read_to_string(&mut late).await.unwrap();
        assert!(late.starts_with("HTTP/1.1 200"), "{late}");
    }
}
