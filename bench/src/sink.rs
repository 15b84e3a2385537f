//! An SMTP server that takes every mail and forgets it: the other end of the mail measurement.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinHandle,
};

/// A sink on a free loopback port. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct Sink {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Sink {
    /// Starts a sink.
    ///
    /// # Errors
    /// When no loopback port is free.
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no free loopback port")?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if stream.set_nodelay(true).is_ok() {
                    tokio::spawn(serve(stream));
                }
            }
        });
        Ok(Self { address, task })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink.example\r\n").await?;
    let mut line = Vec::new();
    let mut inside = false;
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let answer: &[u8] = match (inside, line.get(..4)) {
            (true, _) if line == b".\r\n" => {
                inside = false;
                b"250 2.0.0 taken\r\n"
            }
            (true, _) => continue,
            (false, Some(b"EHLO")) => b"250-sink.example\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            (false, Some(b"DATA")) => {
                inside = true;
                b"354 go on\r\n"
            }
            (false, Some(b"QUIT")) => {
                return stream.write_all(b"221 2.0.0 bye\r\n").await;
            }
            (false, _) => b"250 2.0.0 good\r\n",
        };
        stream.write_all(answer).await?;
    }
}
