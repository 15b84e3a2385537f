//! Which generations of keys there are, whether every node has the same, and what still needs which.

use std::time::Duration;

use crypto::{
    hashing::key_id,
    keyring::{GenerationInfo, GenerationNo, Keyring, KeysLack},
    seal::{NotOpened, Place, head_of, open},
};
use domain::time::Timestamp;
use serde::Serialize;
use store::{Executor, key_generations::KnownGeneration, sealed};

use crate::{
    App, Fault, health,
    submit_legacy_credentials::{CREDENTIAL, OWN},
};

/// Credentials looked at at once.
const BATCH: u32 = 1_000;

/// So long before a generation is used, a node without it stops: it looks every second, and clocks differ a little.
const MARGIN: Duration = Duration::from_secs(2);

/// Why this node's keys are not those of the database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// Another node has a generation that this one has not.
    #[error(
        "the key file lacks generation {0}, which the database knows: copy the key file of the node that made it, \
         or restore the newest backup of it"
    )]
    Missing(GenerationNo),
    /// The same number, and another key.
    #[error(
        "generation {0} of the key file is not the one that this database was used with: restore the key file from \
         its backup"
    )]
    Other(GenerationNo),
    /// Another node has one that is not used yet.
    #[error(
        "the key file lacks generation {0}, which is used from {1:?} on: copy the key file of the node that made it \
         before that moment"
    )]
    Coming(GenerationNo, Timestamp),
}

impl KeyProblem {
    /// What others use and this node has not got; nothing as long as it can do its work.
    #[must_use]
    pub const fn lack(&self) -> Option<KeysLack> {
        match *self {
            Self::Missing(no) | Self::Other(no) => Some(KeysLack(no)),
            Self::Coming(..) => None,
        }
    }
}

/// Compares this node's keys with what the database knows. The worst problem counts, and of those the first.
#[must_use]
pub fn compare(own: &[GenerationInfo], known: &[KnownGeneration], now: Timestamp) -> Option<KeyProblem> {
    let current = known.iter().filter(|known| known.retired_at.is_none());
    let problems = current.filter_map(|known| match own.iter().find(|own| own.no == known.no) {
        None if now + MARGIN < known.active_from => Some(KeyProblem::Coming(known.no, known.active_from)),
        None => Some(KeyProblem::Missing(known.no)),
        Some(own) if own.fingerprint != known.fingerprint => Some(KeyProblem::Other(known.no)),
        Some(_) => None,
    });
    problems.min_by_key(|problem| problem.lack().is_none())
}

/// The generation that this node would lose by another reading of its key file, although the database does not call it
/// retired.
///
/// # Errors
/// [`Fault::Store`].
pub async fn lost_by(app: &App, read: &Keyring) -> Result<Option<GenerationNo>, Fault> {
    let mut conn = app.db.read().await?;
    let known = store::key_generations::list(&mut conn).await?;
    let (own, read) = (app.keys.generations(), read.generations());
    let has = |keys: &[GenerationInfo], known: &KnownGeneration| {
        keys.iter().any(|key| key.no == known.no && key.fingerprint == known.fingerprint)
    };
    let current = known.iter().filter(|known| known.retired_at.is_none());
    Ok(current.filter(|known| has(&own, known) && !has(&read, known)).map(|known| known.no).next())
}

/// What is wrong with this node's keys, without writing anything.
///
/// # Errors
/// [`Fault::Store`].
pub async fn check_keys(app: &App) -> Result<Option<KeyProblem>, Fault> {
    let mut conn = app.db.read().await?;
    Ok(compare(&app.keys.generations(), &store::key_generations::list(&mut conn).await?, app.now()))
}

/// Writes down which generations this node has, so that others can tell when they lack one; and, while this one lacks what
/// others use, that nothing may be hashed, opened or compared here.
///
/// # Errors
/// [`Fault::Store`].
pub async fn note_keys(app: &App) -> Result<Option<KeyProblem>, Fault> {
    let own = app.keys.generations();
    let mut conn = app.db.read().await?;
    let mut known = store::key_generations::list(&mut conn).await?;
    drop(conn);
    if own.iter().any(|own| !known.iter().any(|known| known.no == own.no)) {
        let mut tx = app.db.begin().await?;
        for GenerationInfo { no, active_from, fingerprint, .. } in &own {
            store::key_generations::note(&mut tx, *no, fingerprint, *active_from, app.now()).await?;
        }
        // Another node may have noted another key of the same number a moment before.
        known = store::key_generations::list(&mut tx).await?;
        tx.commit().await?;
    }
    let problem = compare(&own, &known, app.now());
    app.keys.tell_lack(problem.as_ref().and_then(KeyProblem::lack));
    health::tell_keys(problem.as_ref());
    Ok(problem)
}

/// The right to change the key file of this installation.
#[derive(Debug)]
pub struct Change {
    holder: String,
}

const CHANGE: &str = "keys";
/// Whoever is interrupted keeps the next one waiting for so long.
const CHANGE_TAKES: Duration = Duration::from_mins(1);

/// Takes the right to change keys, for one command at a time on all machines: two would make two keys of one number. `None`
/// while another has it.
///
/// # Errors
/// [`Fault::Store`].
pub async fn begin_change(app: &App) -> Result<Option<Change>, Fault> {
    let change = Change { holder: app.new_uuid().to_string() };
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let is_ours = store::leases::acquire(&mut tx, CHANGE, &change.holder, now + CHANGE_TAKES, now).await?;
    tx.commit().await?;
    Ok(is_ours.then_some(change))
}

/// Gives it back.
///
/// # Errors
/// [`Fault::Store`].
pub async fn end_change(app: &App, change: Change) -> Result<(), Fault> {
    let mut tx = app.db.begin().await?;
    store::leases::release(&mut tx, CHANGE, &change.holder).await?;
    Ok(tx.commit().await?)
}

impl App {
    /// Nothing while this node lacks keys that others use: asked before work is claimed that could not be done.
    ///
    /// # Errors
    /// [`Fault::KeysLack`].
    pub fn has_keys(&self) -> Result<(), Fault> {
        self.keys.lack().map_or(Ok(()), |lack| Err(lack.into()))
    }
}

/// What still needs a generation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Uses {
    /// Values that its envelope key sealed.
    pub sealed: u64,
    /// Hashes with its pepper: passwords.
    pub passwords: u64,
    /// Security codes.
    pub security_codes: u64,
    /// Recovery codes that are not used yet.
    pub recovery_codes: u64,
    /// Old passwords, hashed by us at a login before onboarding.
    pub legacy_passwords: u64,
}

impl Uses {
    /// Hashes with its pepper, of all kinds.
    #[must_use]
    pub const fn hashes(&self) -> u64 {
        self.passwords + self.security_codes + self.recovery_codes + self.legacy_passwords
    }
}

/// A generation, how far it is, and what still needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyState {
    /// The generation as this node has it.
    pub info: GenerationInfo,
    /// Since when nothing is sealed by an older one.
    pub resealed_at: Option<Timestamp>,
    /// What needs it.
    pub uses: Uses,
    /// Old passwords that no key opens, of all generations: damaged rows. Nobody knows which pepper they name.
    pub unreadable: u64,
}

/// All generations of this node with what needs them. Reads every sealed value and every hash: minutes at a million users.
///
/// # Errors
/// [`Fault::Store`], and [`Fault::KeysLack`] when another node's keys are needed to tell.
pub async fn list_keys(app: &App) -> Result<Vec<KeyState>, Fault> {
    let mut conn = app.db.read().await?;
    let known = store::key_generations::list(&mut conn).await?;
    let (legacy, unreadable) = legacy_hashes(app, &mut conn).await?;
    let mut heads: Vec<(Vec<u8>, i64)> = Vec::new();
    for column in sealed::COLUMNS {
        heads.extend(sealed::count(&mut conn, column, &head_of(0), &head_of(1)).await?);
    }
    let mut states = Vec::new();
    for info in app.keys.generations() {
        let named = (info.no > 1).then(|| key_id(info.no));
        let hashes = sealed::hashes_of_pepper(&mut conn, named.as_deref()).await?;
        let [passwords, security_codes, recovery_codes] = hashes.map(|n| u64::try_from(n).unwrap_or(0));
        let own = head_of(info.no);
        let sealed: i64 = heads.iter().filter(|(head, _)| *head == own).map(|(_, count)| count).sum();
        let name = named.unwrap_or_default();
        let legacy_passwords = legacy.iter().filter(|used| **used == name).count();
        let uses = Uses {
            sealed: u64::try_from(sealed).unwrap_or(0),
            passwords,
            security_codes,
            recovery_codes,
            legacy_passwords: u64::try_from(legacy_passwords).unwrap_or(u64::MAX),
        };
        let resealed_at = known.iter().find(|known| known.no == info.no).and_then(|known| known.resealed_at);
        states.push(KeyState { info, resealed_at, uses, unreadable });
    }
    Ok(states)
}

/// The peppers that hashes of our own among the old credentials name, which lie inside an envelope; and how many do not
/// open.
async fn legacy_hashes(app: &App, conn: &mut impl Executor) -> Result<(Vec<String>, u64), Fault> {
    let (mut named, mut unreadable) = (Vec::new(), 0);
    let mut after = String::new();
    loop {
        let rows = sealed::credentials(conn, &after, BATCH).await?;
        for (row, sealed) in &rows {
            let text = match open(app.keys.envelope(), Place { column: CREDENTIAL, row }, sealed) {
                Ok(text) => text,
                Err(NotOpened::Unreadable(_)) => {
                    unreadable += 1;
                    continue;
                }
                Err(NotOpened::KeysLack(lack)) => return Err(lack.into()),
            };
            let Some(own) = std::str::from_utf8(&text).ok().and_then(|text| text.strip_prefix(OWN)) else {
                continue;
            };
            let key = own.split(['$', ',']).find(|part| part.starts_with("keyid="));
            named.push(key.unwrap_or_default().to_owned());
        }
        match rows.last() {
            Some((last, _)) => after.clone_from(last),
            None => return Ok((named, unreadable)),
        }
    }
}

/// Writes down that the keys of a generation go, so that no node misses them; before they do.
///
/// # Errors
/// [`Fault::Store`].
pub async fn record_retired(app: &App, no: GenerationNo) -> Result<(), Fault> {
    let mut tx = app.db.begin().await?;
    store::key_generations::record_retired(&mut tx, no, app.now()).await?;
    Ok(tx.commit().await?)
}
