//! The bound of every HTTP measurement: an axum server that does nothing but answer the same bytes.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use axum::{Router, response::IntoResponse};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::{net::TcpListener, task::JoinHandle};

/// A bare server on a free loopback port. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct Bare {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Bare {
    /// Answers every request with this status, these headers and this body.
    ///
    /// # Errors
    /// When no loopback port is free.
    pub(crate) async fn start(status: StatusCode, headers: HeaderMap, body: Bytes) -> Result<Self> {
        let answer = move || {
            let (headers, body) = (headers.clone(), body.clone());
            async move { (status, headers, body).into_response() }
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no free loopback port")?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            let service = Router::new().fallback(answer);
            // Serving ends only with the task; there is nobody to tell.
            drop(axum::serve(listener, service).await);
        });
        Ok(Self { address, task })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.task.abort();
    }
}
