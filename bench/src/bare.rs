//! The bound of every HTTP measurement: an axum server that does nothing but answer the same bytes.
//!
//! It runs in a process of its own, as the product does, or its connections would share threads with the load and look
//! quicker than any server can be.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result};
use axum::{Router, response::IntoResponse};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use tokio::net::TcpListener;

/// What is answered to every request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Answer {
    /// A page without headers of its own.
    pub(crate) fn page(body: &str) -> Self {
        Self { status: 200, headers: BTreeMap::new(), body: body.to_owned() }
    }

    /// The same bytes as another server's answer; date and length are every server's own.
    pub(crate) fn like(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let own = |name: &HeaderName| !matches!(name.as_str(), "date" | "content-length");
        let headers = headers.iter().filter(|(name, _)| own(name));
        Self {
            status: status.as_u16(),
            headers: headers.map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: String::from_utf8_lossy(body).into_owned(),
        }
    }
}

/// A bare server in a process of its own. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Bare {
    address: SocketAddr,
    process: Child,
}

impl Bare {
    /// Starts one that gives `answer`.
    ///
    /// # Errors
    /// When this program cannot be started once more.
    pub(crate) fn start(answer: &Answer) -> Result<Self> {
        let file = NamedTempFile::new()?;
        fs::write(file.path(), serde_json::to_vec(answer)?)?;
        let mut process = Command::new(std::env::current_exe()?)
            .arg("--bare")
            .arg(file.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("the bare server cannot be started")?;
        let mut line = String::new();
        if let Some(output) = &mut process.stdout {
            BufReader::new(output).read_line(&mut line)?;
        }
        let address = line.trim().parse().context("the bare server did not say where it listens")?;
        Ok(Self { address, process })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // It is gone already, or goes now.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Serves the answer in `file` on a free loopback port, which `told` learns.
///
/// # Errors
/// When the file cannot be read or no port is free.
pub(crate) async fn serve(file: &Path, told: impl FnOnce(SocketAddr)) -> Result<()> {
    let answer: Answer = serde_json::from_slice(&fs::read(file)?)?;
    let mut headers = HeaderMap::new();
    for (name, value) in &answer.headers {
        headers.append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    let (status, body) = (StatusCode::from_u16(answer.status)?, Bytes::from(answer.body));
    let answer = move || {
        let (headers, body) = (headers.clone(), body.clone());
        async move { (status, headers, body).into_response() }
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no free loopback port")?;
    told(listener.local_addr()?);
    let listener = axum::serve::ListenerExt::tap_io(listener, |socket| {
        // As the product does; a socket that refuses is only slower.
        let _ = socket.set_nodelay(true);
    });
    axum::serve(listener, Router::new().fallback(answer)).await.context("the bare server failed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_copied_without_what_every_server_sets_itself() {
        let mut headers = HeaderMap::new();
        for (name, value) in [("date", "today"), ("content-length", "2"), ("cache-control", "no-store")] {
            headers.insert(name, value.parse().unwrap());
        }
        let answer = Answer::like(StatusCode::OK, &headers, b"{}");
        assert_eq!((answer.status, answer.body.as_str()), (200, "{}"));
        assert_eq!(answer.headers, BTreeMap::from([("cache-control".to_owned(), "no-store".to_owned())]));
    }
}
