//! How the parts that a node rests on are, for whoever watches it; and one line in the log, not a flood, when one is ill.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use store::StoreError;

use crate::{
    App, Fault,
    key_generations::{KeyProblem, compare},
};

/// The parts are looked at this often at most, whoever asks.
const FRESH: Duration = Duration::from_secs(1);
/// A trouble that lasts is told again after this.
const TOLD_AGAIN: Duration = Duration::from_mins(5);
/// A database that says nothing for this long does not answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// The parts of a node; `None` is well, and a sentence says what is wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Health {
    /// The database can be read.
    pub database: Option<&'static str>,
    /// It can be written to.
    pub writing: Option<&'static str>,
    /// This node has the keys that the database was used with.
    pub keys: Option<&'static str>,
    /// It has those, too, that will be used. Until then it serves.
    pub coming_keys: Option<&'static str>,
    /// Mails get out. Nobody is sent elsewhere for this: other nodes have the same mail server.
    pub mail: Option<&'static str>,
}

impl Health {
    /// Whether requests can be served.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.database.is_none() && self.writing.is_none() && self.keys.is_none()
    }
}

/// What was found last, and when.
#[derive(Debug, Default)]
pub(crate) struct LastLook(tokio::sync::Mutex<Option<(Instant, Health)>>);

impl App {
    /// How the parts are, as of the last second.
    pub async fn health(&self) -> Health {
        let mut last = self.last_look.0.lock().await;
        if let Some((at, health)) = *last
            && at.elapsed() < FRESH
        {
            return health;
        }
        let health = self.look().await;
        *last = Some((Instant::now(), health));
        health
    }

    async fn look(&self) -> Health {
        const SILENT: StoreError = StoreError::Unavailable(String::new());
        let mut health = Health::default();
        let read = tokio::time::timeout(PATIENCE, self.read_parts()).await;
        match read.unwrap_or_else(|_| Err(SILENT.into())) {
            Ok(parts) => health = parts,
            Err(fault) => {
                tell(&fault);
                health.database = Some(sentence(&fault));
                return health;
            }
        }
        let written = tokio::time::timeout(PATIENCE, self.write_something()).await;
        match written.unwrap_or_else(|_| Err(SILENT.into())) {
            Ok(()) => tell_recovery(),
            Err(fault) => {
                tell(&fault);
                health.writing = Some(sentence(&fault));
            }
        }
        health
    }

    async fn read_parts(&self) -> Result<Health, Fault> {
        let mut conn = self.db.read().await?;
        let known = store::key_generations::list(&mut conn).await?;
        let problem = compare(&self.keys.generations(), &known, self.now());
        let lacks = problem.as_ref().is_some_and(|problem| problem.lack().is_some());
        let waiting = store::outbox::is_stuck(&mut conn, self.now()).await?;
        Ok(Health {
            keys: lacks.then_some(LACKS_KEYS),
            coming_keys: (problem.is_some() && !lacks).then_some(
                "the key file lacks keys that will be used soon; copy it from the node that made them",
            ),
            mail: waiting.then_some("the mail server does not take mails; they wait and go out when it does"),
            ..Health::default()
        })
    }

    /// A disk that is full and a database that became read-only are noticed by writing alone.
    async fn write_something(&self) -> Result<(), Fault> {
        let now = self.now().0.to_string();
        let mut tx = self.db.begin().await?;
        store::installation::put(&mut tx, "written", &now).await?;
        Ok(tx.commit().await?)
    }
}

const LACKS_KEYS: &str =
    "the key file lacks keys that the database was used with; `vestibule doctor` says which";

fn sentence(fault: &Fault) -> &'static str {
    match fault {
        Fault::KeysLack(_) => LACKS_KEYS,
        Fault::Store(StoreError::DiskFull(_)) => "the database's disk is full",
        Fault::Store(StoreError::ReadOnly(_)) => "the database is read-only",
        _ => "the database does not answer",
    }
}

/// The trouble that was told last, and when: one line a process, whoever notices it.
static TOLD: Mutex<Option<(&'static str, Instant)>> = Mutex::new(None);
/// The same of the mail server.
static MAIL_TOLD: Mutex<Option<Instant>> = Mutex::new(None);

/// Logs a database that is ill, with what to do; at once, and then again only when it lasts or becomes another trouble.
pub fn tell(fault: &Fault) {
    let what = sentence(fault);
    if let Fault::KeysLack(lack) = fault {
        // Told with what to do by `tell_keys`, which sees it every second.
        tracing::debug!(%lack, "{what}");
        return;
    }
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    if told.is_some_and(|(before, at)| before == what && at.elapsed() < TOLD_AGAIN) {
        tracing::debug!(%fault, "{what}");
        return;
    }
    *told = Some((what, Instant::now()));
    let advice = match fault {
        Fault::Store(StoreError::DiskFull(_)) => {
            "make room on the disk of `database.url`; nothing that was confirmed is lost, and writing goes on by itself"
        }
        Fault::Store(StoreError::ReadOnly(_)) => {
            "let this node write again: mount the disk writable and check the file's owner, or point `database.url` at \
             the primary server; it goes on by itself"
        }
        _ => "start the database, or mend the way to it; this node connects again by itself",
    };
    tracing::error!(%fault, advice, "{what}");
}

/// Logs why a worker did not do its work: as [`tell`] when the database is ill, and each time when it is anything else.
pub(crate) fn tell_of_work(fault: &Fault, what: &'static str) {
    if fault.is_passing() { tell(fault) } else { tracing::error!(%fault, "{what}") }
}

/// The same of the keys.
static KEYS_TOLD: Mutex<Option<(KeyProblem, Instant)>> = Mutex::new(None);

/// Logs what is wrong with this node's keys, and the end of it.
pub(crate) fn tell_keys(problem: Option<&KeyProblem>) {
    let mut told = KEYS_TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(problem) = problem else {
        if told.take().is_some() {
            tracing::info!("this node has the keys of the others again");
        }
        return;
    };
    if told.as_ref().is_some_and(|(before, at)| before == problem && at.elapsed() < TOLD_AGAIN) {
        return;
    }
    *told = Some((problem.clone(), Instant::now()));
    match problem.lack() {
        Some(_) => tracing::error!(%problem, "this node stands still: it has not got the keys of the others"),
        None => tracing::warn!(%problem, "this node will stand still without the keys of the others"),
    }
}

/// Logs that mails do not get out; at once, and then again only when it lasts.
pub(crate) fn tell_mail(reason: &str) {
    let mut told = MAIL_TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    if told.is_none_or(|at| at.elapsed() >= TOLD_AGAIN) {
        *told = Some(Instant::now());
        let advice = "start the mail server or mend the way to it; `vestibule mail test ADDRESS` says more";
        tracing::error!(
            reason,
            advice,
            "the mail server does not take mails; they wait until their deadline"
        );
    }
}

pub(crate) fn tell_mail_recovery() {
    if MAIL_TOLD.lock().unwrap_or_else(PoisonError::into_inner).take().is_some() {
        tracing::info!("the mail server takes mails again");
    }
}

/// Logs the end of what [`tell`] told.
fn tell_recovery() {
    if TOLD.lock().unwrap_or_else(PoisonError::into_inner).take().is_some() {
        tracing::info!("the database works again");
    }
}

/// Looks now and then while something is ill, so that its end is told even when nobody asks. Runs until the task is
/// dropped.
pub async fn run(app: App) {
    loop {
        tokio::time::sleep(PATIENCE).await;
        let is_ill = TOLD.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if is_ill {
            app.health().await;
        }
    }
}
