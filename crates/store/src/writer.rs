//! SQLite's single writer, with group commit: transactions that wait for each other share one durable COMMIT.
//!
//! Who holds the [`Seat`] has the writing connection. A transaction is a member of the open group: a savepoint inside
//! the group's `BEGIN IMMEDIATE`. A member that commits leaves the seat at once, but is answered only after the group's
//! COMMIT. That one is run by the closer, which queues for the seat behind everyone who waited when the first member
//! left; so a lone writer is committed immediately and a crowd of writers together. sqlx hands statements to SQLite in
//! the order they were sent, even those whose caller went away, and that is what makes dropping safe here.

use std::sync::Arc;

use sqlx::{ConnectOptions, Executor, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{
    runtime::Handle,
    sync::{Mutex, Notify, OwnedMutexGuard, oneshot},
    task::JoinHandle,
};

use crate::error::StoreError;

/// A group this large is committed without waiting for those still in the queue, which bounds how long its first
/// member waits.
pub(crate) const LARGEST_GROUP: usize = 64;

const OPEN_GROUP: &str = "BEGIN IMMEDIATE; SAVEPOINT member";
const NEXT_MEMBER: &str = "RELEASE member; SAVEPOINT member";
const FIRST_MEMBER_AGAIN: &str = "SAVEPOINT member";
const FORGET_MEMBER: &str = "ROLLBACK TO member; RELEASE member";
const CLOSE_GROUP: &str = "COMMIT";
const ABANDON_GROUP: &str = "ROLLBACK";

type Outcome = Result<(), StoreError>;

/// The writing connection and the closer of its groups.
#[derive(Debug)]
pub(crate) struct Writer {
    seat: Arc<Mutex<Seat>>,
    ended: Arc<Notify>,
    closer: JoinHandle<()>,
    runtime: Handle,
}

impl Writer {
    /// Connects. Must be called on the runtime that will outlive all transactions.
    pub(crate) async fn open(options: SqliteConnectOptions) -> Result<Arc<Self>, StoreError> {
        let connection = options.connect().await?;
        let seat = Seat { options: Some(options), connection: Some(connection), group: None };
        let seat = Arc::new(Mutex::new(seat));
        let ended = Arc::new(Notify::new());
        let closer = tokio::spawn(close_groups(seat.clone(), ended.clone()));
        Ok(Arc::new(Self { seat, ended, closer, runtime: Handle::current() }))
    }

    /// Waits for the seat and opens a savepoint, in a group that may already have members.
    pub(crate) async fn begin(self: &Arc<Self>) -> Result<Member, StoreError> {
        let seat = self.seat.clone().lock_owned().await;
        let mut member = Member { writer: self.clone(), seat: Some(seat) };
        // A task of its own, because a caller who goes away in the middle must not leave it unknown what was begun.
        let opening = self.runtime.spawn(async move {
            match &mut member.seat {
                Some(seat) => seat.admit().await.map(|()| member),
                None => Err(StoreError::Aborted),
            }
        });
        opening.await.map_err(|_| unavailable("the writer has stopped"))?
    }

    /// Ends the connection after the transactions that came before. Later ones are refused.
    pub(crate) async fn close(&self) {
        let mut seat = self.seat.lock().await;
        seat.close_group().await;
        self.closer.abort();
        seat.options = None;
        if let Some(connection) = seat.connection.take() {
            // The file is consistent either way; closing only tidies the write-ahead log away.
            drop(sqlx::Connection::close(connection).await);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.closer.abort();
    }
}

async fn close_groups(seat: Arc<Mutex<Seat>>, ended: Arc<Notify>) {
    loop {
        ended.notified().await;
        seat.lock().await.close_group().await;
    }
}

/// One transaction. Dropping it undoes it.
#[derive(Debug)]
pub(crate) struct Member {
    writer: Arc<Writer>,
    seat: Option<OwnedMutexGuard<Seat>>,
}

impl Member {
    /// The connection, inside this member's savepoint.
    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.seat.as_mut().and_then(|seat| seat.connection.as_mut()).ok_or(StoreError::Aborted)
    }

    /// Leaves the seat to the next one and waits until the group is durable. A caller who does not wait for the end
    /// has committed all the same.
    pub(crate) async fn commit(mut self) -> Outcome {
        let Some(mut seat) = self.seat.take() else { return Err(StoreError::Aborted) };
        let (answer, answered) = oneshot::channel();
        if seat.keep_member(answer) < LARGEST_GROUP && !self.writer.closer.is_finished() {
            drop(seat);
            self.writer.ended.notify_one();
        } else {
            self.writer.runtime.spawn(async move { seat.close_group().await });
        }
        answered.await.unwrap_or_else(|_| Err(unavailable("the writer has stopped")))
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let Some(mut seat) = self.seat.take() else { return };
        let writer = self.writer.clone();
        self.writer.runtime.spawn(async move {
            seat.forget_member().await;
            drop(seat);
            writer.ended.notify_one();
        });
    }
}

/// The writing connection and the group that is open on it.
#[derive(Debug)]
struct Seat {
    /// How to connect anew after a failure; none once the database was closed.
    options: Option<SqliteConnectOptions>,
    connection: Option<SqliteConnection>,
    group: Option<Group>,
}

#[derive(Debug, Default)]
struct Group {
    /// Those whose work is done and who wait for the COMMIT.
    answers: Vec<oneshot::Sender<Outcome>>,
    savepoint: Savepoint,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Savepoint {
    /// There is none.
    #[default]
    None,
    /// It belongs to the member that has the seat.
    Taken,
    /// Its member is done; the next member's begin or the COMMIT releases it.
    Kept,
}

impl Seat {
    /// Opens a savepoint for a new member.
    async fn admit(&mut self) -> Outcome {
        match self.group.as_ref().map(|group| group.savepoint) {
            None => {}
            Some(Savepoint::Kept) if self.run(NEXT_MEMBER).await.is_ok() => return self.take_savepoint(),
            Some(Savepoint::None) if self.run(FIRST_MEMBER_AGAIN).await.is_ok() => {
                return self.take_savepoint();
            }
            Some(Savepoint::None | Savepoint::Kept) => self.fail_group("a savepoint was lost"),
            Some(Savepoint::Taken) => self.fail_group("a transaction was left open"),
        }
        self.run(OPEN_GROUP).await?;
        self.take_savepoint()
    }

    fn take_savepoint(&mut self) -> Outcome {
        self.group.get_or_insert_default().savepoint = Savepoint::Taken;
        Ok(())
    }

    /// Takes a finished member into the group; gives the group's size.
    fn keep_member(&mut self, answer: oneshot::Sender<Outcome>) -> usize {
        let group = self.group.get_or_insert_default();
        group.savepoint = Savepoint::Kept;
        group.answers.push(answer);
        group.answers.len()
    }

    /// Undoes the member that has the seat. The members before it are not touched.
    async fn forget_member(&mut self) {
        let Some(group) = &mut self.group else { return };
        group.savepoint = Savepoint::None;
        if group.answers.is_empty() {
            self.group = None;
            if self.run(ABANDON_GROUP).await.is_err() {
                self.connection = None;
            }
        } else if let Err(error) = self.run(FORGET_MEMBER).await {
            // SQLite gave up the whole transaction, as it does when the disk is full.
            self.fail_group(&error.to_string());
        }
    }

    /// Makes the open group durable and answers its members.
    async fn close_group(&mut self) {
        let outcome = match &self.group {
            None => return,
            Some(Group { savepoint: Savepoint::Taken, .. }) => {
                Err(unavailable("a transaction was left open"))
            }
            Some(_) => self.run(CLOSE_GROUP).await,
        };
        if outcome.is_err() {
            self.connection = None;
        }
        for answer in self.group.take().map(|group| group.answers).into_iter().flatten() {
            // Nobody listens when the caller went away.
            drop(answer.send(outcome.clone()));
        }
    }

    /// Gives the group up with a connection of which nobody knows what it holds; closing it undoes everything.
    fn fail_group(&mut self, why: &str) {
        self.connection = None;
        for answer in self.group.take().map(|group| group.answers).into_iter().flatten() {
            drop(answer.send(Err(unavailable(why))));
        }
    }

    async fn run(&mut self, sql: &'static str) -> Outcome {
        let connection = match (&mut self.connection, &self.options) {
            (Some(connection), _) => connection,
            (empty, Some(options)) => empty.insert(options.connect().await?),
            (None, None) => return Err(unavailable("the database was closed")),
        };
        connection.execute(sqlx::query(sql)).await?;
        Ok(())
    }
}

fn unavailable(why: &str) -> StoreError {
    StoreError::Unavailable(why.to_owned())
}
