//! After a rotation: every sealed value is opened and sealed anew by the generation in use, in small batches, by one node.
//!
//! A batch that was interrupted is simply done again; a value that changed meanwhile is left to the next pass. Until this
//! is done, and after, values of every generation in the key file open.

use std::{collections::HashSet, time::Duration};

use crypto::{
    keyring::{GenerationInfo, GenerationNo},
    seal::{NotOpened, Place, generation_of, head_of, open, seal},
};
use domain::time::Timestamp;
use store::sealed::{self, SealedColumn, SealedRow};

use crate::{App, Fault, health, key_generations::note_keys};

/// How often a node looks whether its generation has changed.
const EVERY: Duration = Duration::from_secs(1);
/// Values sealed anew in one transaction; logins wait for it on SQLite.
const BATCH: u32 = 200;
/// How long another node waits for one that has stopped.
const LEASE: Duration = Duration::from_secs(30);
/// Other nodes' clocks may differ by this much; until then they may seal by the generation before.
const CLOCKS_DIFFER: Duration = Duration::from_secs(60);

/// Runs until the task is dropped: follows the time, tells the database which keys there are, seals anew.
pub async fn run(app: App) {
    let mut round = Round::default();
    loop {
        app.keys.follow(app.now());
        if let Err(fault) = round.turn(&app).await {
            health::tell_of_work(&fault, "sealing stored values anew was interrupted, and goes on by itself");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// What this process knows is done.
#[derive(Debug, Default)]
struct Round {
    /// The keys that the last whole pass was made with.
    done: Option<Vec<GenerationInfo>>,
}

impl Round {
    async fn turn(&mut self, app: &App) -> Result<(), Fault> {
        note_keys(app).await?;
        if app.has_keys().is_err() {
            // What it sealed meanwhile, by the generation before, is sealed anew once the keys have come.
            self.done = None;
            return Ok(());
        }
        let own = app.keys.generations();
        if self.done.as_ref() != Some(&own) && reseal(app).await? == Pass::Complete {
            self.done = Some(own);
        }
        Ok(())
    }
}

/// How far a pass came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Nothing is sealed by an older generation, and nothing will be.
    Complete,
    /// Another node is at it, or another pass has to follow.
    ToBeContinued,
}

/// One pass over every sealed column. It looks again at what was done before: a node whose keys came late may have sealed by
/// an older generation since.
///
/// # Errors
/// [`Fault::Store`], and [`Fault::KeysLack`] when a newer generation is in use elsewhere; what was done stays done.
pub async fn reseal(app: &App) -> Result<Pass, Fault> {
    let generations = app.keys.generations();
    let Some(active) = generations.iter().find(|generation| generation.is_active) else {
        return Ok(Pass::ToBeContinued);
    };
    app.has_keys()?;
    let holder = app.new_uuid().to_string();
    let begun = app.now();
    let mut unreadable = HashSet::new();
    for column in sealed::COLUMNS {
        if !reseal_column(app, column, active.no, &holder, &mut unreadable).await? {
            return Ok(Pass::ToBeContinued);
        }
    }
    if !unreadable.is_empty() {
        tracing::warn!(count = unreadable.len(), "stored secrets that no key opens were left as they are");
    }
    let mut tx = app.db.begin().await?;
    store::leases::release(&mut tx, LEASE_NAME, &holder).await?;
    let complete = active.no == 1 || begun >= active.active_from + CLOCKS_DIFFER;
    if complete {
        store::key_generations::record_resealed(&mut tx, active.no, app.now()).await?;
    }
    tx.commit().await?;
    Ok(if complete { Pass::Complete } else { Pass::ToBeContinued })
}

const LEASE_NAME: &str = "reseal";

/// False when another node holds the duty.
async fn reseal_column(
    app: &App,
    column: &'static SealedColumn,
    active: GenerationNo,
    holder: &str,
    unreadable: &mut HashSet<String>,
) -> Result<bool, Fault> {
    let mut after = String::new();
    loop {
        let mut conn = app.db.read().await?;
        let rows = sealed::next(&mut conn, column, &after, &head_of(active), BATCH).await?;
        drop(conn);
        let Some((last, _)) = rows.last() else { return Ok(true) };
        after.clone_from(last);
        let renewed = renew(app, column, rows, unreadable)?;
        let now: Timestamp = app.now();
        let mut tx = app.db.begin().await?;
        if !store::leases::acquire(&mut tx, LEASE_NAME, holder, now + LEASE, now).await? {
            return Ok(false);
        }
        for (row, before, sealed) in renewed {
            sealed::put(&mut tx, column, &row, &before, &sealed).await?;
        }
        tx.commit().await?;
    }
}

type Renewed = Vec<(String, Vec<u8>, Vec<u8>)>;

fn renew(
    app: &App,
    column: &SealedColumn,
    rows: Vec<SealedRow>,
    unreadable: &mut HashSet<String>,
) -> Result<Renewed, Fault> {
    let envelope = app.keys.envelope();
    let mut renewed = Vec::with_capacity(rows.len());
    for (row, before) in rows {
        // A node whose clock is ahead uses the next one already.
        if generation_of(&before).is_ok_and(|generation| generation > app.keys.active()) {
            continue;
        }
        let place = Place { column: column.name, row: &row };
        let plain = match open(&envelope, place, &before) {
            Ok(plain) => plain,
            Err(NotOpened::KeysLack(lack)) => return Err(lack.into()),
            Err(NotOpened::Unreadable(_)) => {
                unreadable.insert(row);
                continue;
            }
        };
        let sealed = seal(&envelope, place, &plain, app.random.as_ref())?;
        renewed.push((row, before, sealed));
    }
    Ok(renewed)
}
