//! Password hashing: Argon2id (RFC 9106) with pepper, on threads of its own number, with memory that is reused.
//!
//! A permit and its memory are held inside the blocking task, so a client that hangs up cannot start more hashing than
//! there are permits. Whoever would wait for too long is turned away at once instead; `queue` says who goes first.

mod phc;
mod queue;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

pub use self::{
    phc::key_id,
    queue::{Guest, Seat, Work},
};
use self::{
    phc::{Decoded, decode, encode},
    queue::Gate,
};
use crate::{
    keyring::{Key, KeysLack, Peppers},
    random::{Random, RandomExt as _},
};

/// Cost of Argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// What is stored of a password or security code, in PHC string format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// As read from the database.
    #[must_use]
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// As written to the database.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Evidence that a check was done by this module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    seal: (),
}

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashCheck {
    /// The secret is right.
    Right(Verified),
    /// It is not, or there is nothing to compare it with.
    Wrong,
}

/// Too many wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many logins at once")]
pub struct Overloaded {
    /// When to try again.
    pub retry_after: Duration,
}

/// Why nothing was hashed or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotHashed {
    /// Too many wait already.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// This node could not tell a right secret from a wrong one.
    #[error(transparent)]
    KeysLack(#[from] KeysLack),
}

/// The bounded hashing of one process. Clones share the bound.
#[derive(Clone)]
pub struct Hasher(Arc<Shared>);

struct Shared {
    cost: Params,
    peppers: Peppers,
    gate: Gate,
    buffers: Mutex<Vec<Vec<Block>>>,
    /// Stands in for users who do not exist, so that they cost the same.
    decoy: String,
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher").field("gate", &self.0.gate).finish_non_exhaustive()
    }
}

/// Argon2 refuses these parameters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("argon2 refuses these costs: {0}")]
pub struct BadCost(String);

impl Hasher {
    /// Hashes with `cost`, at most `concurrency` at a time, and turns away whoever would wait longer than `max_wait`.
    ///
    /// # Errors
    /// [`BadCost`] for parameters outside of RFC 9106.
    pub fn new(
        cost: Cost,
        concurrency: usize,
        max_wait: Duration,
        peppers: impl Into<Peppers>,
        random: &(impl Random + ?Sized),
    ) -> Result<Self, BadCost> {
        let cost = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32))
            .map_err(|error| BadCost(error.to_string()))?;
        let decoy = encode(&cost, 0, &random.bytes::<16>(), &random.bytes::<32>());
        Ok(Self(Arc::new(Shared {
            cost,
            peppers: peppers.into(),
            gate: Gate::new(concurrency, max_wait),
            buffers: Mutex::new(Vec::new()),
            decoy,
        })))
    }

    /// Whoever would wait longer than this for their turn is turned away.
    #[must_use]
    pub fn max_wait(&self) -> Duration {
        self.0.gate.max_wait()
    }

    /// Hashes a new secret, of somebody who has proven who they are.
    ///
    /// # Errors
    /// [`NotHashed`].
    pub async fn hash(
        &self,
        secret: Zeroizing<String>,
        random: &(impl Random + ?Sized),
    ) -> Result<PasswordHash, NotHashed> {
        let salt: [u8; 16] = random.bytes();
        let seat = self.admit(Guest::Proven, Work::Own)?;
        let shared = Arc::clone(&self.0);
        let hashed = seat.run(None, move || {
            let pepper = shared.peppers.active();
            let output = shared.compute(&shared.cost, &pepper, &salt, secret.as_bytes())?;
            Some(encode(&shared.cost, pepper.generation(), &salt, &output))
        });
        Ok(hashed.await?.map(PasswordHash).ok_or(self.0.gate.overloaded())?)
    }

    /// A seat in the queue, taken before a guess is counted: whoever is turned away lost no try.
    ///
    /// # Errors
    /// [`NotHashed::Overloaded`] when a guest of this kind would wait too long; [`NotHashed::KeysLack`] while the keyring
    /// lacks keys.
    pub fn admit(&self, guest: Guest<'_>, work: Work) -> Result<Seat, NotHashed> {
        if let Some(lack) = self.0.peppers.lack() {
            return Err(lack.into());
        }
        self.0.gate.admits(guest, work)?;
        Ok(Seat::new(Arc::clone(&self.0), guest))
    }

    /// Compares a secret of somebody who has proven who they are, as [`Seat::check`] does.
    ///
    /// # Errors
    /// [`NotHashed`].
    pub async fn check(
        &self,
        secret: Zeroizing<String>,
        stored: Option<PasswordHash>,
    ) -> Result<HashCheck, NotHashed> {
        self.admit(Guest::Proven, Work::Own)?.check(secret, stored).await
    }

    /// Whether the stored hash was made with other costs or another pepper than today's, and should be made anew at the next
    /// login.
    #[must_use]
    pub fn is_outdated(&self, stored: &PasswordHash) -> bool {
        let cost = &self.0.cost;
        let today = self.0.peppers.active().generation().max(1);
        decode(&stored.0).is_none_or(|Decoded { cost: used, generation, .. }| {
            (used.m_cost(), used.t_cost(), used.p_cost()) != (cost.m_cost(), cost.t_cost(), cost.p_cost())
                || generation.unwrap_or(1) != today
        })
    }
}

impl HashCheck {
    const fn of(matched: bool) -> Self {
        if matched { Self::Right(Verified { seal: () }) } else { Self::Wrong }
    }
}

impl Seat {
    /// Compares a secret with what is stored; with nothing stored the same work is done for nothing.
    ///
    /// # Errors
    /// [`NotHashed::Overloaded`] when the turn did not come in time; [`NotHashed::KeysLack`] when the hash has a pepper
    /// newer than all that are here.
    pub async fn check(
        self,
        secret: Zeroizing<String>,
        stored: Option<PasswordHash>,
    ) -> Result<HashCheck, NotHashed> {
        let shared = self.shared();
        let matched = self.run(None, move || shared.matches(&secret, stored)).await??;
        Ok(HashCheck::of(matched))
    }

    /// Compares a secret by another program's format, which needs this much memory in KiB, on the same bounded threads.
    /// All such comparisons together have 256 MiB; one that needs more has all of it, and more, alone.
    ///
    /// # Errors
    /// [`NotHashed::Overloaded`] when the turn did not come in time.
    pub async fn check_foreign(
        self,
        memory_kib: u32,
        compare: impl FnOnce() -> bool + Send + 'static,
    ) -> Result<HashCheck, NotHashed> {
        Ok(HashCheck::of(self.run(Some(memory_kib), compare).await?))
    }
}

impl Shared {
    fn matches(&self, secret: &str, stored: Option<PasswordHash>) -> Result<bool, KeysLack> {
        let is_stored = stored.is_some();
        let stored = stored.map_or_else(|| self.decoy.clone(), |hash| hash.0);
        let Some(Decoded { cost, generation, salt, output: expected }) = decode(&stored) else {
            return Ok(false);
        };
        // Without its pepper a hash opens nothing any more; the work is the same.
        let pepper = self.peppers.find(generation)?.filter(|_| is_stored);
        let is_known = pepper.is_some();
        let pepper = pepper.unwrap_or_else(|| self.peppers.active());
        let Some(output) = self.compute(&cost, &pepper, &salt, secret.as_bytes()) else { return Ok(false) };
        Ok(bool::from(output.ct_eq(&expected)) && is_known)
    }

    fn compute(&self, cost: &Params, pepper: &Key, salt: &[u8], secret: &[u8]) -> Option<[u8; 32]> {
        let argon2 =
            Argon2::new_with_secret(pepper.expose(), Algorithm::Argon2id, Version::V0x13, cost.clone())
                .ok()?;
        let mut memory =
            self.buffers.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        memory.resize(cost.block_count().max(memory.len()), Block::new());
        let mut output = [0; 32];
        let done = argon2.hash_password_into_with_memory(secret, salt, &mut output, &mut memory).is_ok();
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
        done.then_some(output)
    }
}

#[cfg(test)]
mod tests;
