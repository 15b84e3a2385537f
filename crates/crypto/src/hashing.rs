//! Password hashing: Argon2id (RFC 9106) with pepper, on threads of its own number, with memory that is reused.
//!
//! A permit and its memory are held inside the blocking task, so a client that hangs up cannot start more hashing than
//! there are permits. Whoever would wait for too long is turned away at once instead.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::{
    keyring::{GenerationNo, Key, Peppers},
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

/// The bounded hashing of one process. Clones share the bound.
#[derive(Clone)]
pub struct Hasher(Arc<Shared>);

struct Shared {
    cost: Params,
    peppers: Peppers,
    permits: Semaphore,
    concurrency: usize,
    max_wait: Duration,
    waiting: AtomicUsize,
    /// Microseconds that one hash takes, as last measured.
    pace: AtomicU64,
    buffers: Mutex<Vec<Vec<Block>>>,
    /// Stands in for users who do not exist, so that they cost the same.
    decoy: String,
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher").field("concurrency", &self.0.concurrency).finish_non_exhaustive()
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
        let concurrency = concurrency.max(1);
        let decoy = encode(&cost, 0, &random.bytes::<16>(), &random.bytes::<32>());
        Ok(Self(Arc::new(Shared {
            cost,
            peppers: peppers.into(),
            permits: Semaphore::new(concurrency),
            concurrency,
            max_wait,
            waiting: AtomicUsize::new(0),
            pace: AtomicU64::new(20_000),
            buffers: Mutex::new(Vec::new()),
            decoy,
        })))
    }

    /// Hashes a new secret.
    ///
    /// # Errors
    /// [`Overloaded`] when too many wait.
    pub async fn hash(
        &self,
        secret: Zeroizing<String>,
        random: &(impl Random + ?Sized),
    ) -> Result<PasswordHash, Overloaded> {
        let salt: [u8; 16] = random.bytes();
        let shared = Arc::clone(&self.0);
        let hashed = self.on_permit(move || {
            let pepper = shared.peppers.active();
            let output = shared.compute(&shared.cost, &pepper, &salt, secret.as_bytes())?;
            Some(encode(&shared.cost, pepper.generation(), &salt, &output))
        });
        hashed.await?.map(PasswordHash).ok_or(Overloaded { retry_after: self.0.max_wait })
    }

    /// Whether there is room for one more at this moment; asked before a guess is counted, so that a crowd costs
    /// nobody's tries. Holds nothing: whoever comes a moment later may still be turned away.
    ///
    /// # Errors
    /// [`Overloaded`] when too many wait.
    pub fn check_room(&self) -> Result<(), Overloaded> {
        Queue::join(&self.0).map(drop)
    }

    /// Compares a secret with what is stored; with nothing stored the same work is done for nothing.
    ///
    /// # Errors
    /// [`Overloaded`] when too many wait.
    pub async fn check(
        &self,
        secret: Zeroizing<String>,
        stored: Option<PasswordHash>,
    ) -> Result<HashCheck, Overloaded> {
        let shared = Arc::clone(&self.0);
        let matched = self.on_permit(move || {
            let is_stored = stored.is_some();
            let stored = stored.map_or_else(|| shared.decoy.clone(), |hash| hash.0);
            let Some(Decoded { cost, generation, salt, output: expected }) = decode(&stored) else {
                return false;
            };
            // Without its pepper a hash opens nothing any more; the work is the same.
            let pepper = shared.peppers.find(generation).filter(|_| is_stored);
            let is_known = pepper.is_some();
            let pepper = pepper.unwrap_or_else(|| shared.peppers.active());
            let Some(output) = shared.compute(&cost, &pepper, &salt, secret.as_bytes()) else { return false };
            bool::from(output.ct_eq(&expected)) && is_known
        });
        Ok(Self::verdict(matched.await?))
    }

    /// Compares a secret by another program's format, on the same bounded threads. An unknown user costs one of ours.
    ///
    /// # Errors
    /// [`Overloaded`] when too many wait.
    pub async fn check_foreign(
        &self,
        compare: impl FnOnce() -> bool + Send + 'static,
    ) -> Result<HashCheck, Overloaded> {
        Ok(Self::verdict(self.on_permit(compare).await?))
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

    const fn verdict(matched: bool) -> HashCheck {
        if matched { HashCheck::Right(Verified { seal: () }) } else { HashCheck::Wrong }
    }

    async fn on_permit<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Overloaded> {
        let shared = Arc::clone(&self.0);
        let queue = Queue::join(&shared)?;
        let permit = shared.permits.acquire().await;
        drop(queue);
        let overloaded = Overloaded { retry_after: shared.max_wait };
        if permit.is_err() {
            return Err(overloaded);
        }
        permit.into_iter().for_each(tokio::sync::SemaphorePermit::forget);
        let held = Held(Arc::clone(&shared));
        tokio::task::spawn_blocking(move || {
            let began = Instant::now();
            let done = work();
            held.0.remember_pace(began.elapsed());
            done
        })
        .await
        .map_err(|_| overloaded)
    }
}

/// A permit that travels into the blocking task and is given back when the work is done, not when the client goes.
struct Held(Arc<Shared>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.permits.add_permits(1);
    }
}

/// A place in the queue, left again when dropped.
struct Queue<'a>(&'a Shared);

impl<'a> Queue<'a> {
    fn join(shared: &'a Shared) -> Result<Self, Overloaded> {
        let ahead = shared.waiting.fetch_add(1, Ordering::Relaxed);
        let place = Self(shared);
        let rounds = u32::try_from(ahead / shared.concurrency).unwrap_or(u32::MAX);
        let expected = Duration::from_micros(shared.pace.load(Ordering::Relaxed)).saturating_mul(rounds);
        if expected > shared.max_wait { Err(Overloaded { retry_after: shared.max_wait }) } else { Ok(place) }
    }
}

impl Drop for Queue<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Shared {
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

    fn remember_pace(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let before = self.pace.load(Ordering::Relaxed);
        self.pace.store(before - before / 8 + took / 8, Ordering::Relaxed);
    }
}

/// A hash taken apart; one that names no generation has the pepper of the first.
struct Decoded {
    cost: Params,
    generation: Option<GenerationNo>,
    salt: Vec<u8>,
    output: [u8; 32],
}

/// The `keyid` of the PHC string format for Argon2: the generation's number in decimal, in base64.
#[must_use]
pub fn key_id(generation: GenerationNo) -> String {
    format!("keyid={}", STANDARD_NO_PAD.encode(generation.to_string()))
}

fn encode(cost: &Params, generation: GenerationNo, salt: &[u8], output: &[u8]) -> String {
    let (m, t, p) = (cost.m_cost(), cost.t_cost(), cost.p_cost());
    let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
    let key = if generation > 1 { format!(",{}", key_id(generation)) } else { String::new() };
    format!("$argon2id$v=19$m={m},t={t},p={p}{key}${salt}${output}")
}

fn decode(text: &str) -> Option<Decoded> {
    let mut fields = text.strip_prefix("$argon2id$v=19$")?.split('$');
    let mut parameters = fields.next()?.split(',');
    let mut number =
        |name: &str| parameters.next()?.strip_prefix(name)?.strip_prefix('=')?.parse::<u32>().ok();
    let cost = Params::new(number("m")?, number("t")?, number("p")?, Some(32)).ok()?;
    let generation = match parameters.next() {
        None => None,
        Some(named) => {
            let no = STANDARD_NO_PAD.decode(named.strip_prefix("keyid=")?).ok()?;
            Some(std::str::from_utf8(&no).ok()?.parse().ok()?)
        }
    };
    let salt = STANDARD_NO_PAD.decode(fields.next()?).ok()?;
    let output = STANDARD_NO_PAD.decode(fields.next()?).ok()?.try_into().ok()?;
    let ends = parameters.next().is_none() && fields.next().is_none();
    ends.then_some(Decoded { cost, generation, salt, output })
}

#[cfg(test)]
mod tests;
