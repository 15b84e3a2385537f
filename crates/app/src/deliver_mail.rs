//! The mail worker: claims what is due, hands it to the mail server, writes down what became of it.
//!
//! Any number of nodes may run it: a message is leased to one worker, and comes back when the worker dies. What was handed
//! over and not written down goes out again with the same Message-ID, tag and code.

use std::{convert::Infallible, time::Duration};

use crypto::random::RandomExt as _;
use delivery::{
    mail::Brand,
    retry::{Retry, Tries, next_attempt},
    smtp::{Failure, Smtp},
};
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    time::Timestamp,
};
use store::outbox::Due;

use crate::{App, Fault, health, notices::gather_notices, tell_administrators::tell_administrators};

/// A message of a worker that died comes back after this long.
const LEASE: Duration = Duration::from_secs(20);
/// A worker that lives renews its lease this often; the longest hand-over takes longer than one lease.
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// One hand-over takes at most this long, over all its steps.
const PATIENCE: Duration = Duration::from_secs(60);
/// Messages leased at once.
const BATCH: u32 = 16;
/// The worker looks at least this often: another node may have queued something, or a clock may have been moved.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Messages that a mail server has now.
    pub handed_over: u32,
    /// Messages to be tried again.
    pub postponed: u32,
    /// Messages given up.
    pub failed: u32,
}

/// Runs until the task is dropped.
pub async fn run(app: App, smtp: Smtp, brand: Brand) {
    loop {
        let bell = app.mail_bell.notified();
        if let Err(fault) = write_due(&app).await {
            health::tell_of_work(&fault, "notices cannot be gathered");
        }
        match deliver_due(&app, &smtp, &brand).await {
            Ok(round) if round != Round::default() => continue,
            Ok(_) => {}
            Err(fault) => health::tell_of_work(&fault, "the outbox cannot be read"),
        }
        tokio::select! {
            () = bell => {}
            () = tokio::time::sleep(LONGEST_SLEEP) => {}
        }
    }
}

/// Writes the letters that gather what happened: notices, and the digests of administrators.
async fn write_due(app: &App) -> Result<(), Fault> {
    gather_notices(app).await?;
    tell_administrators(app).await.map(drop)
}

/// Hands over what is due, one batch, several at a time.
///
/// # Errors
/// [`Fault::Store`] when the outbox cannot be read or written, [`Fault::KeysLack`] when another node's keys are needed;
/// leased messages come back by themselves.
pub async fn deliver_due(app: &App, smtp: &Smtp, brand: &Brand) -> Result<Round, Fault> {
    app.has_keys()?;
    let lease = app.new_uuid().to_string();
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let due = store::outbox::claim(&mut tx, &lease, BATCH, now + LEASE, now).await?;
    tx.commit().await?;
    let handing = due.into_iter().map(|message| deliver(app, smtp, brand, &lease, message));
    let mut round = Round::default();
    let handed = tokio::select! {
        handed = futures_util::future::join_all(handing) => handed,
        never = keep_lease(app, &lease) => match never {},
    };
    for done in handed {
        match done? {
            Done::HandedOver => round.handed_over += 1,
            Done::Postponed => round.postponed += 1,
            Done::Failed => round.failed += 1,
        }
    }
    Ok(round)
}

/// Renews the lease as long as it is polled. One renewal that fails is made up for by the next.
async fn keep_lease(app: &App, lease: &str) -> Infallible {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        if let Err(fault) = renew_lease(app, lease).await {
            health::tell_of_work(&fault, "the lease of mails cannot be renewed");
        }
    }
}

async fn renew_lease(app: &App, lease: &str) -> Result<(), Fault> {
    let mut tx = app.db.begin().await?;
    store::outbox::renew(&mut tx, lease, app.now() + LEASE).await?;
    Ok(tx.commit().await?)
}

enum Done {
    HandedOver,
    Postponed,
    Failed,
}

async fn deliver(app: &App, smtp: &Smtp, brand: &Brand, lease: &str, due: Due) -> Result<Done, Fault> {
    let outcome = match hand_over(app, smtp, brand, &due).await {
        Ok(outcome) => outcome,
        // A letter that cannot be opened or rendered never will be.
        Err(fault @ (Fault::Unreadable(_) | Fault::Inconsistent(_))) => {
            Err(Failure::Permanent { reason: fault.to_string() })
        }
        Err(fault) => return Err(fault),
    };
    record(app, lease, &due, outcome).await
}

async fn hand_over(app: &App, smtp: &Smtp, brand: &Brand, due: &Due) -> Result<Result<(), Failure>, Fault> {
    let user = due.user.ok_or(Fault::Inconsistent("a letter to nobody"))?;
    let mut conn = app.db.read().await?;
    let letter = app.open_letter(&mut conn, user, due.id, &due.sealed).await?;
    drop(conn);
    let written_at = written_at(due);
    let mail = match letter.render(brand, due.id, written_at) {
        Ok(mail) => mail,
        Err(problem) => return Ok(Err(Failure::Permanent { reason: problem.to_string() })),
    };
    let patience = due.deadline_at.since(app.now()).min(PATIENCE);
    Ok(smtp.send(&mail, patience).await.map(drop))
}

/// The moment in the message's identifier, so that every try carries the same Date.
fn written_at(due: &Due) -> Timestamp {
    let millis = due.id.0.get_timestamp().map(|at| {
        let (seconds, nanos) = at.to_unix();
        i64::try_from(seconds).unwrap_or(0) * 1_000 + i64::from(nanos / 1_000_000)
    });
    Timestamp(millis.unwrap_or(0))
}

async fn record(app: &App, lease: &str, due: &Due, outcome: Result<(), Failure>) -> Result<Done, Fault> {
    let now = app.now();
    let attempts = app.directory().await?.policy(None).mail.attempts;
    let mut tx = app.db.begin().await?;
    let done = match outcome {
        Ok(()) => {
            store::outbox::record_handed_over(&mut tx, due.id, lease, now).await?;
            health::tell_mail_recovery();
            Done::HandedOver
        }
        Err(failure) => {
            // Every earlier try ended in an answer or in none.
            let before =
                Tries { unavailable: due.attempts.saturating_sub(due.answers), deferred: due.answers };
            let tries = before.and(&failure);
            let jitter = app.random.fraction();
            match next_attempt(&failure, tries, now, due.deadline_at, attempts, jitter) {
                Retry::At(at) => {
                    let (answers, reason) = (tries.deferred, failure.reason());
                    health::tell_mail(reason);
                    store::outbox::record_retry(&mut tx, due.id, lease, at, answers, reason).await?;
                    Done::Postponed
                }
                Retry::GiveUp => {
                    store::outbox::record_failed(&mut tx, due.id, lease, failure.reason()).await?;
                    let mut event =
                        AuditEvent::new(AuditKind::MailFailed, Actor::System).fact("kind", &due.kind);
                    event.user = due.user;
                    app.audit(&mut tx, event).await?;
                    tracing::warn!("message.id" = %due.id, "message.kind" = %due.kind, reason = failure.reason(), "a mail was given up");
                    Done::Failed
                }
            }
        }
    };
    tx.commit().await?;
    Ok(done)
}
