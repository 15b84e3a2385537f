//! Who waits for hashing, who goes first and who is turned away.
//!
//! A crowd of strangers must not keep out whoever has shown a valid device cookie or a proof: as many strangers as there
//! are permits may hold or ask for one, the others wait before that, so a permit that comes free goes to a proven guest
//! first. A queue takes as many as are served within the longest wait; one network fills half of it at most. Hashes of
//! other programs, which may need a hundred times the memory of ours, share a budget of memory.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Overloaded, Shared};

/// What hashes of other programs may use at once; a dearer one takes all of it and runs without others of its kind.
const FOREIGN_MEMORY_MIB: u32 = 256;
/// What a hash is taken to cost before the first was measured, in microseconds.
const FIRST_PACE: u64 = 20_000;

/// Who asks for a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guest<'a> {
    /// Nothing is known but the network (an IPv4 address, or a /64 of IPv6).
    Stranger {
        /// The network.
        network: &'a str,
    },
    /// Has shown a valid device cookie for the user whose password is typed, or a proof, or a session.
    Proven,
}

/// What there must be room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A hash of ours.
    Own,
    /// A hash of ours or of another program: which one would tell whose name was typed.
    Any,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Own,
    Foreign,
}

/// The bound of one process.
pub(super) struct Gate {
    permits: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    concurrency: usize,
    max_wait: Duration,
    own_pace: Pace,
    foreign_pace: Pace,
    waiting: Mutex<Waiting>,
}

/// Microseconds that one hash takes, as lately measured.
struct Pace(AtomicU64);

/// How many wait.
#[derive(Default)]
struct Waiting {
    proven: usize,
    own: usize,
    foreign: usize,
    networks: HashMap<Box<str>, usize>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("concurrency", &self.concurrency).finish_non_exhaustive()
    }
}

impl Gate {
    pub(super) fn new(concurrency: usize, max_wait: Duration) -> Self {
        let concurrency = concurrency.max(1);
        let pace = || Pace(AtomicU64::new(FIRST_PACE));
        Self {
            permits: Arc::new(Semaphore::new(concurrency)),
            strangers: Arc::new(Semaphore::new(concurrency)),
            memory: Arc::new(Semaphore::new(FOREIGN_MEMORY_MIB as usize)),
            concurrency,
            max_wait,
            own_pace: pace(),
            foreign_pace: pace(),
            waiting: Mutex::default(),
        }
    }

    pub(super) const fn max_wait(&self) -> Duration {
        self.max_wait
    }

    pub(super) const fn overloaded(&self) -> Overloaded {
        Overloaded { retry_after: self.max_wait }
    }

    /// Whether one more would be served in time.
    pub(super) fn admits(&self, guest: Guest<'_>, work: Work) -> Result<(), Overloaded> {
        let waiting = self.waiting();
        let fits = match guest {
            Guest::Proven => self.expected(waiting.proven, &self.own_pace) <= self.max_wait,
            Guest::Stranger { network } => {
                let of_network = waiting.networks.get(network).copied().unwrap_or_default();
                self.expected(waiting.proven + waiting.own, &self.own_pace) <= self.max_wait
                    && self.expected(of_network, &self.own_pace) <= self.max_wait / 2
                    && (work == Work::Own
                        || self.expected(waiting.foreign, &self.foreign_pace) <= self.max_wait)
            }
        };
        if fits { Ok(()) } else { Err(self.overloaded()) }
    }

    fn expected(&self, ahead: usize, pace: &Pace) -> Duration {
        let rounds = u32::try_from(ahead / self.concurrency).unwrap_or(u32::MAX);
        Duration::from_micros(pace.0.load(Ordering::Relaxed)).saturating_mul(rounds)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn set_own_pace(&self, pace: Duration) {
        self.own_pace.0.store(u64::try_from(pace.as_micros()).unwrap(), Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(super) fn set_foreign_pace(&self, pace: Duration) {
        self.foreign_pace.0.store(u64::try_from(pace.as_micros()).unwrap(), Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(super) fn free_permits(&self) -> usize {
        self.permits.available_permits()
    }
}

impl Pace {
    fn remember(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let before = self.0.load(Ordering::Relaxed);
        self.0.store(before - before / 8 + took / 8, Ordering::Relaxed);
    }
}

impl Waiting {
    fn count(&mut self, network: Option<&str>, kind: Kind) -> &mut usize {
        match (network, kind) {
            (None, _) => &mut self.proven,
            (Some(_), Kind::Own) => &mut self.own,
            (Some(_), Kind::Foreign) => &mut self.foreign,
        }
    }
}

/// A seat in the queue, left again when it is dropped or when the work begins.
pub struct Seat {
    shared: Arc<Shared>,
    /// None for proven guests.
    network: Option<Box<str>>,
    kind: Kind,
}

impl fmt::Debug for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seat").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// What travels into the blocking task and is given back when the work is done, not when the client goes. The permit is
/// given back first, so that a proven guest who waits for it has it before the next stranger asks.
struct Held {
    _permit: OwnedSemaphorePermit,
    _stranger: Option<OwnedSemaphorePermit>,
    _memory: Option<OwnedSemaphorePermit>,
    shared: Arc<Shared>,
}

impl Held {
    fn finish(self, kind: Kind, took: Duration) {
        match kind {
            Kind::Own => self.shared.gate.own_pace.remember(took),
            Kind::Foreign => self.shared.gate.foreign_pace.remember(took),
        }
    }
}

impl Seat {
    pub(super) fn new(shared: Arc<Shared>, guest: Guest<'_>) -> Self {
        let network = match guest {
            Guest::Stranger { network } => Some(Box::from(network)),
            Guest::Proven => None,
        };
        let mut waiting = shared.gate.waiting();
        *waiting.count(network.as_deref(), Kind::Own) += 1;
        if let Some(network) = &network {
            *waiting.networks.entry(network.clone()).or_default() += 1;
        }
        drop(waiting);
        Self { shared, network, kind: Kind::Own }
    }

    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Waits for the turn and does the work on a blocking thread; with `memory_kib` it is another program's.
    pub(super) async fn run<T: Send + 'static>(
        mut self,
        memory_kib: Option<u32>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Overloaded> {
        let overloaded = self.shared.gate.overloaded();
        if memory_kib.is_some() {
            self.become_foreign();
        }
        let kind = self.kind;
        // What was expected may prove wrong; nobody waits for ever because of that.
        let longest = self.shared.gate.max_wait.saturating_mul(2);
        let turn = tokio::time::timeout(longest, self.turn(memory_kib)).await;
        drop(self);
        let Ok(Ok(held)) = turn else { return Err(overloaded) };
        let done = tokio::task::spawn_blocking(move || {
            let began = Instant::now();
            let done = work();
            // By a method, so that all of it moved in here and not only the field that is used.
            held.finish(kind, began.elapsed());
            done
        });
        done.await.map_err(|_| overloaded)
    }

    async fn turn(&self, memory_kib: Option<u32>) -> Result<Held, tokio::sync::AcquireError> {
        let gate = &self.shared.gate;
        // Memory first: who waits for much of it keeps no permit from others.
        let memory = match memory_kib {
            Some(kib) => {
                let mib = kib.div_ceil(1024).clamp(1, FOREIGN_MEMORY_MIB);
                Some(Arc::clone(&gate.memory).acquire_many_owned(mib).await?)
            }
            None => None,
        };
        let stranger = match self.network {
            Some(_) => Some(Arc::clone(&gate.strangers).acquire_owned().await?),
            None => None,
        };
        let permit = Arc::clone(&gate.permits).acquire_owned().await?;
        Ok(Held { _permit: permit, _stranger: stranger, _memory: memory, shared: self.shared() })
    }

    fn become_foreign(&mut self) {
        let mut waiting = self.shared.gate.waiting();
        *waiting.count(self.network.as_deref(), self.kind) -= 1;
        self.kind = Kind::Foreign;
        *waiting.count(self.network.as_deref(), self.kind) += 1;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut waiting = self.shared.gate.waiting();
        *waiting.count(self.network.as_deref(), self.kind) -= 1;
        if let Some(network) = &self.network
            && let Some(count) = waiting.networks.get_mut(network)
        {
            *count -= 1;
            if *count == 0 {
                waiting.networks.remove(network);
            }
        }
    }
}
