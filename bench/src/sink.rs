//! An SMTP server that takes every mail and keeps nothing but the login code in its subject.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
};

/// Who waits for codes, by address.
type Waiting = Arc<Mutex<HashMap<String, UnboundedSender<String>>>>;

/// A sink on a free loopback port. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct Sink {
    address: SocketAddr,
    waiting: Waiting,
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
        let waiting = Waiting::default();
        let known = Arc::clone(&waiting);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if stream.set_nodelay(true).is_ok() {
                    tokio::spawn(serve(stream, Arc::clone(&known)));
                }
            }
        });
        Ok(Self { address, waiting, task })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The codes sent to `address` from now on, without their blanks. An earlier receiver gets no more.
    pub(crate) fn codes_of(&self, address: &str) -> UnboundedReceiver<String> {
        let (sender, receiver) = unbounded_channel();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.insert(address.to_owned(), sender);
        receiver
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, waiting: Waiting) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink.example\r\n").await?;
    let mut line = Vec::new();
    let mut recipient: Option<String> = None;
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
            (true, Some(b"Subj")) => {
                if let (Some(code), Some(to)) = (code_of(&line), &recipient) {
                    tell(&waiting, to, code);
                }
                continue;
            }
            (true, _) => continue,
            (false, Some(b"EHLO")) => b"250-sink.example\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            (false, Some(b"RCPT")) => {
                recipient = address_of(&line);
                b"250 2.0.0 good\r\n"
            }
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

fn tell(waiting: &Waiting, to: &str, code: String) {
    let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(sender) = waiting.get(to) {
        // Whoever waited may be done.
        drop(sender.send(code));
    }
}

/// `RCPT TO:<somebody@somewhere.example>`
fn address_of(line: &[u8]) -> Option<String> {
    let line = std::str::from_utf8(line).ok()?;
    let (_, rest) = line.split_once('<')?;
    rest.split_once('>').map(|(address, _)| address.to_owned())
}

/// `Subject: 481 730 is your login code (K3)`
fn code_of(line: &[u8]) -> Option<String> {
    let subject = std::str::from_utf8(line).ok()?.strip_prefix("Subject: ")?;
    let (code, _) = subject.split_once(" is your")?;
    let digits: String = code.split(' ').collect();
    (digits.len() >= 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_read_off_the_subject_and_nothing_else_is() {
        assert_eq!(code_of(b"Subject: 481 730 is your login code (K3)\r\n").as_deref(), Some("481730"));
        for other in
            ["Subject: A new Trusted Device\r\n", "Subject: this is your day\r\n", "Date: 481 730 is your"]
        {
            assert_eq!(code_of(other.as_bytes()), None, "{other}");
        }
        let line = b"RCPT TO:<user@northgate.example> NOTIFY=NEVER\r\n";
        assert_eq!(address_of(line).as_deref(), Some("user@northgate.example"));
    }
}
