//! The application behind: it tells what it was sent.

use std::net::{Ipv4Addr, SocketAddr};

use axum::{Json, Router, extract::Request};
use serde::{Deserialize, Serialize};
use tokio::{net::TcpListener, task::JoinHandle};

/// A request as the application saw it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    /// In the order they came, names as sent.
    pub(crate) headers: Vec<(String, String)>,
    /// Bytes of the body.
    pub(crate) length: usize,
}

impl Seen {
    /// All values of a header.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }
}

pub(super) async fn start() -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let app = Router::new().fallback(tell);
    (address, tokio::spawn(async move { axum::serve(listener, app).await.expect("the application serves") }))
}

async fn tell(request: Request) -> Json<Seen> {
    let (request, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.map_or(0, |body| body.len());
    let value = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Json(Seen {
        method: request.method.to_string(),
        target: request.uri.to_string(),
        headers: request.headers.iter().map(|(name, v)| (name.to_string(), value(v))).collect(),
        length: body,
    })
}
