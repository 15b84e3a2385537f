//! Which generations of keys there are, whether every node has the same, and what still needs which.

use crypto::{
    hashing::key_id,
    keyring::{GenerationInfo, GenerationNo},
    seal::{Place, head_of, open},
};
use domain::time::Timestamp;
use serde::Serialize;
use store::{Executor, key_generations::KnownGeneration, sealed};

use crate::{
    App, Fault,
    submit_legacy_credentials::{CREDENTIAL, OWN},
};

/// Credentials looked at at once.
const BATCH: u32 = 1_000;

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
}

/// Compares this node's keys with what the database knows. The first problem counts.
#[must_use]
pub fn compare(own: &[GenerationInfo], known: &[KnownGeneration]) -> Option<KeyProblem> {
    known.iter().filter(|known| known.retired_at.is_none()).find_map(|known| {
        match own.iter().find(|own| own.no == known.no) {
            None => Some(KeyProblem::Missing(known.no)),
            Some(own) if own.fingerprint != known.fingerprint => Some(KeyProblem::Other(known.no)),
            Some(_) => None,
        }
    })
}

/// What is wrong with this node's keys, without writing anything.
///
/// # Errors
/// [`Fault::Store`].
pub async fn check_keys(app: &App) -> Result<Option<KeyProblem>, Fault> {
    let mut conn = app.db.read().await?;
    Ok(compare(&app.keys.generations(), &store::key_generations::list(&mut conn).await?))
}

/// Writes down which generations this node has, so that others can tell when they lack one.
///
/// # Errors
/// [`Fault::Store`].
pub async fn note_keys(app: &App) -> Result<Option<KeyProblem>, Fault> {
    let own = app.keys.generations();
    let mut conn = app.db.read().await?;
    let known = store::key_generations::list(&mut conn).await?;
    drop(conn);
    if own.iter().any(|own| !known.iter().any(|known| known.no == own.no)) {
        let mut tx = app.db.begin().await?;
        for GenerationInfo { no, active_from, fingerprint, .. } in &own {
            store::key_generations::note(&mut tx, *no, fingerprint, *active_from, app.now()).await?;
        }
        tx.commit().await?;
    }
    Ok(compare(&own, &known))
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
}

/// All generations of this node with what needs them. Reads every sealed value and every hash: minutes at a million users.
///
/// # Errors
/// [`Fault::Store`], and [`Fault::Unreadable`] when a credential's generation is missing already.
pub async fn list_keys(app: &App) -> Result<Vec<KeyState>, Fault> {
    let mut conn = app.db.read().await?;
    let known = store::key_generations::list(&mut conn).await?;
    let legacy = legacy_hashes(app, &mut conn).await?;
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
        states.push(KeyState { info, resealed_at, uses });
    }
    Ok(states)
}

/// The peppers that hashes of our own among the old credentials name. They lie inside an envelope.
async fn legacy_hashes(app: &App, conn: &mut impl Executor) -> Result<Vec<String>, Fault> {
    let mut named = Vec::new();
    let mut after = String::new();
    loop {
        let rows = sealed::credentials(conn, &after, BATCH).await?;
        for (row, sealed) in &rows {
            let text = open(app.keys.envelope(), Place { column: CREDENTIAL, row }, sealed)?;
            let Some(own) = std::str::from_utf8(&text).ok().and_then(|text| text.strip_prefix(OWN)) else {
                continue;
            };
            let key = own.split(['$', ',']).find(|part| part.starts_with("keyid="));
            named.push(key.unwrap_or_default().to_owned());
        }
        match rows.last() {
            Some((last, _)) => after.clone_from(last),
            None => return Ok(named),
        }
    }
}

/// Writes down that the keys of a generation are gone, so that no node misses them.
///
/// # Errors
/// [`Fault::Store`].
pub async fn record_retired(app: &App, no: GenerationNo) -> Result<(), Fault> {
    let mut tx = app.db.begin().await?;
    store::key_generations::record_retired(&mut tx, no, app.now()).await?;
    Ok(tx.commit().await?)
}
