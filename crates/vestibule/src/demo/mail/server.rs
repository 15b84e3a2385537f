//! The listener: one address for the whole life of the demo, and a mood that can be changed while it runs.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::{JoinHandle, JoinSet},
};

use super::{Mailboxes, dialogue};

/// How many clients are served at once; further ones are told to come back.
const MAX_CLIENTS: usize = 64;

/// How the mail server meets its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    /// Takes every mail.
    #[default]
    Running,
    /// Resets every connection, those already open too, as a machine does whose mail service is down.
    Stopped,
    /// Answers 451 to every recipient: a temporary failure.
    Deferring,
    /// Answers 550 to every recipient: a permanent failure.
    Refusing,
}

/// A mail server on loopback. Dropping it frees the port.
#[derive(Debug)]
pub struct MailServer {
    address: SocketAddr,
    mood: watch::Sender<Mood>,
    task: JoinHandle<()>,
}

impl MailServer {
    /// Binds `address` (port 0 takes any free one) and takes mails into `mailboxes`.
    ///
    /// # Errors
    /// When the address is not loopback or cannot be bound.
    pub async fn bind(address: SocketAddr, mailboxes: Arc<Mailboxes>) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            let what = format!("the demo's mail server must listen on loopback, not on {address}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (mood, seen) = watch::channel(Mood::default());
        let task = tokio::spawn(accept(listener, seen, mailboxes));
        Ok(Self { address, mood, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The present mood.
    #[must_use]
    pub fn mood(&self) -> Mood {
        *self.mood.borrow()
    }

    /// Changes the mood at once, for connections that are open as well.
    pub fn set_mood(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The listener is never closed while the server is stopped: nobody else can take the port meanwhile.
async fn accept(listener: TcpListener, mood: watch::Receiver<Mood>, mailboxes: Arc<Mailboxes>) {
    let permits = Arc::new(Semaphore::new(MAX_CLIENTS));
    let mut clients = JoinSet::new();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of descriptors, most likely: give others time to close theirs.
                tracing::warn!(%error, "demo.mail.accept_failed");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        while clients.try_join_next().is_some() {}
        let Ok(permit) = Arc::clone(&permits).try_acquire_owned() else {
            clients.spawn(turn_away(stream));
            continue;
        };
        let (mood, mailboxes) = (mood.clone(), Arc::clone(&mailboxes));
        clients.spawn(async move {
            serve(stream, mood, mailboxes).await;
            drop(permit);
        });
    }
}

async fn serve(mut stream: TcpStream, mood: watch::Receiver<Mood>, mailboxes: Arc<Mailboxes>) {
    let _ = stream.set_nodelay(true);
    let mut stops = mood.clone();
    let stopped = tokio::select! {
        // A stopped server must not send even its greeting.
        biased;
        _ = stops.wait_for(|mood| *mood == Mood::Stopped) => true,
        outcome = dialogue::converse(&mut stream, &mood, &mailboxes) => {
            if let Err(error) = outcome {
                tracing::debug!(%error, "demo.mail.client_lost");
            }
            false
        }
    };
    if stopped {
        let _ = stream.set_zero_linger();
    }
}

async fn turn_away(mut stream: TcpStream) {
    use tokio::io::AsyncWriteExt as _;
    let _ = stream.write_all(b"421 4.7.0 Too many connections, come back later\r\n").await;
}
