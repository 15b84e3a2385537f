//! The load generator: keep-alive connections that each send the next request when the last one was answered.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::JoinSet};

/// How many connections ask at the same time, as in every figure of the report.
pub(crate) const CONNECTIONS: usize = 64;

/// What is asked, again and again.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Where the server listens.
    pub(crate) address: SocketAddr,
    /// Path and query.
    pub(crate) path: String,
    /// `Host`, cookies and the like; without a `Host`, the address is sent.
    pub(crate) headers: HeaderMap,
    /// Any other answer is a failure.
    pub(crate) expect: StatusCode,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Load {
    /// Answers in a second.
    pub(crate) rate: f64,
    /// Latency of the quickest half.
    pub(crate) p50: Duration,
    /// Latency of the quickest 99 of 100.
    pub(crate) p99: Duration,
}

/// Asks `target` for `length` on `connections` connections, each again as soon as it was answered.
///
/// # Errors
/// When a connection cannot be made or breaks, or an answer is not the expected one: a figure with failures in it
/// would say nothing.
pub(crate) async fn run(target: &Target, connections: usize, length: Duration) -> Result<Load> {
    run_paced(target, connections, Duration::ZERO, length).await
}

/// The same, but each connection rests for `pause` after each answer: a load that the machine is equal to.
///
/// # Errors
/// As [`run`].
pub(crate) async fn run_paced(
    target: &Target,
    connections: usize,
    pause: Duration,
    length: Duration,
) -> Result<Load> {
    let target = Arc::new(target.clone());
    let mut senders = Vec::with_capacity(connections);
    for _ in 0..connections {
        senders.push(connect(&target).await?);
    }
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for sender in senders {
        tasks.spawn(ask_until(sender, Arc::clone(&target), pause, began + length));
    }
    let mut latencies = Vec::new();
    while let Some(task) = tasks.join_next().await {
        latencies.extend(task.context("a connection's task ended early")??);
    }
    Ok(summary(latencies, began.elapsed()))
}

async fn connect(target: &Target) -> Result<SendRequest<Empty<Bytes>>> {
    let stream = TcpStream::connect(target.address).await;
    let stream = stream.with_context(|| format!("cannot connect to {}", target.address))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn ask_until(
    mut sender: SendRequest<Empty<Bytes>>,
    target: Arc<Target>,
    pause: Duration,
    end: Instant,
) -> Result<Vec<Duration>> {
    let mut latencies = Vec::with_capacity(4096);
    while Instant::now() < end {
        let asked = Instant::now();
        ask(&mut sender, &target).await?;
        latencies.push(asked.elapsed());
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
    Ok(latencies)
}

async fn ask(sender: &mut SendRequest<Empty<Bytes>>, target: &Target) -> Result<()> {
    let mut request = Request::get(&target.path).body(Empty::new())?;
    *request.headers_mut() = target.headers.clone();
    if !request.headers().contains_key(http::header::HOST) {
        request.headers_mut().insert(http::header::HOST, target.address.to_string().parse()?);
    }
    sender.ready().await?;
    let mut answer = sender.send_request(request).await?;
    if answer.status() != target.expect {
        bail!("{} answered {} instead of {}", target.path, answer.status(), target.expect);
    }
    while let Some(frame) = answer.body_mut().frame().await {
        frame?;
    }
    Ok(())
}

fn summary(mut latencies: Vec<Duration>, took: Duration) -> Load {
    latencies.sort_unstable();
    let share = |part: usize| latencies.get(latencies.len() * part / 100).copied().unwrap_or_default();
    Load { rate: latencies.len() as f64 / took.as_secs_f64(), p50: share(50), p99: share(99) }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use tokio::net::TcpListener;

    use super::*;

    async fn server() -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(|| async { StatusCode::NO_CONTENT });
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    fn target(address: SocketAddr, expect: StatusCode) -> Target {
        Target { address, path: "/any".into(), headers: HeaderMap::new(), expect }
    }

    #[tokio::test]
    async fn answers_are_counted_and_a_wrong_one_stops_the_run() {
        let address = server().await;
        let good = target(address, StatusCode::NO_CONTENT);
        // Long enough for a single answer on the busiest machine; how many there are is no matter of a test.
        let load = run(&good, 4, Duration::from_secs(2)).await.unwrap();
        assert!(load.rate > 0.0, "{load:?}");
        assert!(load.p50 <= load.p99);
        let paced = run_paced(&good, 1, Duration::from_millis(10), Duration::from_millis(50)).await.unwrap();
        assert!(paced.rate <= 101.0, "{paced:?}");
        let refused = run(&target(address, StatusCode::OK), 1, Duration::from_secs(2)).await;
        assert!(refused.unwrap_err().to_string().contains("answered 204"));
    }

    #[test]
    fn percentiles_are_read_off_the_sorted_latencies() {
        let latencies = (1..=200).rev().map(Duration::from_millis).collect();
        let load = summary(latencies, Duration::from_secs(2));
        assert_eq!((load.rate, load.p50.as_millis(), load.p99.as_millis()), (100.0, 101, 199));
    }
}
