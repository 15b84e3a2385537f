//! A few connections kept open between mails, never more than the relay was promised.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};

pub(super) struct Pool {
    turns: Semaphore,
    idle: Mutex<Vec<Idle>>,
    lifetime: Duration,
}

struct Idle {
    connection: AsyncSmtpConnection,
    since: Instant,
}

impl Pool {
    pub(super) fn new(max_connections: usize, lifetime: Duration) -> Self {
        Self { turns: Semaphore::new(max_connections), idle: Mutex::default(), lifetime }
    }

    /// Waits until fewer than the allowed number of connections are at work. `None` after the pool was closed.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.acquire().await.ok()
    }

    /// The connection used last, if one is fresh enough; stale ones are dropped on the way.
    pub(super) fn take(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle();
        idle.retain(|kept| kept.since.elapsed() < self.lifetime);
        idle.pop().map(|kept| kept.connection)
    }

    pub(super) fn keep(&self, connection: AsyncSmtpConnection) {
        if !self.lifetime.is_zero() && !self.turns.is_closed() {
            self.idle().push(Idle { connection, since: Instant::now() });
        }
    }

    /// Gives no more turns, and hands out what is idle so that the server can be told good-bye.
    pub(super) fn close(&self) -> Vec<AsyncSmtpConnection> {
        self.turns.close();
        self.idle().drain(..).map(|kept| kept.connection).collect()
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
