//! The installation's keys: one file, generations of three keys for three purposes, and one key that lasts.
//!
//! A rotation adds a generation. It is accepted at once and used from its moment on, so that every node knows it before
//! one of them uses it. What is sealed, hashed or signed names or finds its generation, and older ones are accepted until
//! they are retired. The lasting key makes names of rows and cookies only; nothing can be opened or forged with it, and
//! because it stays, no rotation begins a budget anew or forgets a Trusted Device.

mod file;
mod key;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU32, Ordering},
    },
};

use aws_lc_rs::hmac;
use domain::time::Timestamp;
use subtle::{Choice, ConstantTimeEq as _};

use self::key::Generation;
pub use self::{
    file::KeyringProblem,
    key::{GenerationNo, Key},
};
use crate::{random::Random, seal::Sealing};

/// The keys of an installation. Whoever has them and the database can read everything; keep them apart. Clones share
/// what [`Keyring::replace`] and [`Keyring::follow`] change.
#[derive(Clone)]
pub struct Keyring {
    set: Arc<RwLock<Arc<Set>>>,
    /// The generation that [`Keyring::tell_lack`] told; 0 for none.
    lack: Arc<AtomicU32>,
}

/// Others use a generation of keys that is not here, or not the same. What it made cannot be read or judged here, and is
/// neither wrong nor damaged: it can be once the keys have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("generation {0} of the keys is in use elsewhere and not in this node's key file")]
pub struct KeysLack(pub GenerationNo);

/// A number further beyond the newest generation here is damage and none that will come.
const MOST_AHEAD: GenerationNo = 64;

#[derive(Debug, Clone)]
struct Set {
    lasting: Key,
    /// At least one, numbered upwards.
    generations: Vec<Generation>,
    active: usize,
}

/// A generation as it is shown: without its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenerationInfo {
    /// Its number.
    pub no: GenerationNo,
    /// When it is used for what is new.
    pub active_from: Timestamp,
    /// Whether it is the one in use now.
    pub is_active: bool,
    /// Tells two keys apart without telling anything of them: eight bytes of a MAC, in hexadecimal.
    pub fingerprint: String,
}

/// Why the generations stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RotationRefused {
    /// One is waiting already.
    #[error("generation {0} is not in use yet; wait until it is")]
    OneIsWaiting(GenerationNo),
    /// No such generation.
    #[error("there is no generation {0}")]
    Unknown(GenerationNo),
    /// It is in use, or will be.
    #[error("generation {0} is the one in use, or will be; rotate first")]
    InUse(GenerationNo),
}

impl Keyring {
    /// New keys.
    pub fn generate(random: &(impl Random + ?Sized)) -> Self {
        let generations = vec![Generation::generate(1, Timestamp(0), random)];
        Self::of(Set { lasting: Key::generate(random), generations, active: 0 })
    }

    /// The text of a key file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        file::write(&self.set())
    }

    /// Reads a key file. The oldest generation is the one in use until [`Keyring::follow`] tells the time.
    ///
    /// # Errors
    /// [`KeyringProblem`]; its text never holds a key.
    pub fn from_toml(text: &str) -> Result<Self, KeyringProblem> {
        file::read(text).map(Self::of)
    }

    /// The same keys and one more generation, which is used from `active_from` on.
    ///
    /// # Errors
    /// [`RotationRefused::OneIsWaiting`] while the newest is not in use at `now`.
    pub fn rotated(
        &self,
        active_from: Timestamp,
        now: Timestamp,
        random: &(impl Random + ?Sized),
    ) -> Result<Self, RotationRefused> {
        let mut set = Set::clone(&self.set());
        let newest =
            set.generations.last().map_or((0, Timestamp(0)), |newest| (newest.no, newest.active_from));
        if newest.1 > now {
            return Err(RotationRefused::OneIsWaiting(newest.0));
        }
        set.generations.push(Generation::generate(newest.0 + 1, active_from, random));
        Ok(Self::of(set))
    }

    /// The same keys without one generation, which must be older than the one in use at `now`.
    ///
    /// # Errors
    /// [`RotationRefused::Unknown`] and [`RotationRefused::InUse`].
    pub fn without(&self, no: GenerationNo, now: Timestamp) -> Result<Self, RotationRefused> {
        let mut set = Set::clone(&self.set());
        set.follow(now);
        let at = set.generations.iter().position(|generation| generation.no == no);
        let at = at.ok_or(RotationRefused::Unknown(no))?;
        if at >= set.active {
            return Err(RotationRefused::InUse(no));
        }
        set.generations.remove(at);
        set.active -= 1;
        Ok(Self::of(set))
    }

    /// Takes over what another reading of the file says; whoever holds a clone has it too.
    pub fn replace(&self, read: &Self, now: Timestamp) {
        let mut set = Set::clone(&read.set());
        set.follow(now);
        *self.set.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(set);
    }

    /// Tells that others use a generation which these keys lack, or that they no longer do. Until then nothing is hashed or
    /// compared with these keys' peppers.
    pub fn tell_lack(&self, lack: Option<KeysLack>) {
        self.lack.store(lack.map_or(0, |KeysLack(no)| no), Ordering::Relaxed);
    }

    /// What [`Keyring::tell_lack`] told last.
    #[must_use]
    pub fn lack(&self) -> Option<KeysLack> {
        Some(self.lack.load(Ordering::Relaxed)).filter(|no| *no > 0).map(KeysLack)
    }

    /// Tells the time: a generation whose moment has come is used from now on. A clock that goes back changes nothing.
    pub fn follow(&self, now: Timestamp) {
        let set = self.set();
        if set.due(now) > set.active {
            let mut set = Set::clone(&set);
            set.follow(now);
            *self.set.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(set);
        }
    }

    /// The generations, oldest first.
    #[must_use]
    pub fn generations(&self) -> Vec<GenerationInfo> {
        let set = self.set();
        let shown = set.generations.iter().enumerate().map(|(at, generation)| GenerationInfo {
            no: generation.no,
            active_from: generation.active_from,
            is_active: at == set.active,
            fingerprint: hex(&mac(&generation.mac, "fingerprint", &[])[..8]),
        });
        shown.collect()
    }

    /// The generation in use.
    #[must_use]
    pub fn active(&self) -> GenerationNo {
        self.set().active().no
    }

    /// The peppers of password hashes.
    #[must_use]
    pub fn pepper(&self) -> Peppers {
        Peppers(Source::Ring(self.clone()))
    }

    /// The keys that seal what is stored, as of this moment.
    #[must_use]
    pub fn envelope(&self) -> Envelope {
        Envelope(self.set())
    }

    /// HMAC-SHA-256 of `parts` for one `purpose`, by the key that lasts: for names of counters, rows and cookies, by which
    /// something is found again. What must not be forged is made by [`Keyring::sign`].
    #[must_use]
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.set().lasting, purpose, parts)
    }

    /// HMAC-SHA-256 of `parts` for one `purpose`, by the generation in use: for what is shown or stored for a while, and
    /// compared by [`Keyring::has_signed`].
    #[must_use]
    pub fn sign(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.set().active().mac, purpose, parts)
    }

    /// What [`Keyring::sign`] gives under every generation, the one in use first.
    #[must_use]
    pub fn sign_by_all(&self, purpose: &str, parts: &[&[u8]]) -> Vec<[u8; 32]> {
        let set = self.set();
        let others = set.generations.iter().filter(|other| other.no != set.active().no);
        std::iter::once(set.active())
            .chain(others)
            .map(|generation| mac(&generation.mac, purpose, parts))
            .collect()
    }

    /// Whether `shown` is what [`Keyring::sign`] gave for the same, or its first half or more, under any generation. Takes
    /// the same time whatever is shown.
    #[must_use]
    pub fn has_signed(&self, purpose: &str, parts: &[&[u8]], shown: &[u8]) -> bool {
        if !(16..=32).contains(&shown.len()) {
            return false;
        }
        let set = self.set();
        let any = set.generations.iter().fold(Choice::from(0), |any, generation| {
            any | mac(&generation.mac, purpose, parts)[..shown.len()].ct_eq(shown)
        });
        bool::from(any)
    }

    fn of(set: Set) -> Self {
        Self { set: Arc::new(RwLock::new(Arc::new(set))), lack: Arc::default() }
    }

    fn set(&self) -> Arc<Set> {
        Arc::clone(&self.set.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Set {
    fn active(&self) -> &Generation {
        &self.generations[self.active]
    }

    /// Of generations that begin to be used at one moment, the last.
    fn due(&self, now: Timestamp) -> usize {
        self.generations.iter().rposition(|generation| generation.active_from <= now).unwrap_or(0)
    }

    fn follow(&mut self, now: Timestamp) {
        self.active = self.active.max(self.due(now));
    }

    fn find(&self, no: GenerationNo) -> Option<&Generation> {
        self.generations.iter().find(|generation| generation.no == no)
    }

    /// Whether a generation that is not here may be one that was made elsewhere; older ones were retired.
    fn may_come(&self, no: GenerationNo) -> bool {
        let newest = self.generations.last().map_or(0, |newest| newest.no);
        (1..=MOST_AHEAD).contains(&no.saturating_sub(newest))
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = self.set();
        f.debug_list().entries(&set.generations).finish()
    }
}

/// The envelope keys of one moment, to seal with the one in use and to open with the one that a value names.
#[derive(Debug, Clone)]
pub struct Envelope(Arc<Set>);

impl Sealing for Envelope {
    fn sealing(&self) -> &Key {
        &self.0.active().envelope
    }

    fn opening(&self, generation: GenerationNo) -> Option<&Key> {
        // What names no generation was sealed when there was but one.
        self.0.find(generation.max(1)).map(|generation| &generation.envelope)
    }

    fn may_come(&self, generation: GenerationNo) -> bool {
        self.0.may_come(generation)
    }
}

/// The peppers of a keyring, which may change, or one that does not.
#[derive(Debug, Clone)]
pub struct Peppers(Source);

#[derive(Debug, Clone)]
enum Source {
    Ring(Keyring),
    One(Key),
}

impl From<Key> for Peppers {
    fn from(key: Key) -> Self {
        Self(Source::One(key))
    }
}

impl Peppers {
    /// The one for new hashes.
    pub(crate) fn active(&self) -> Key {
        match &self.0 {
            Source::Ring(ring) => ring.set().active().pepper.clone(),
            Source::One(key) => key.clone(),
        }
    }

    /// The one that a hash names; `None` once it was retired. Hashes that name none are of the first generation.
    pub(crate) fn find(&self, generation: Option<GenerationNo>) -> Result<Option<Key>, KeysLack> {
        let no = generation.unwrap_or(1);
        match &self.0 {
            Source::One(key) => Ok(Some(key.clone())),
            Source::Ring(ring) => match (ring.set(), ring.lack()) {
                (set, _) if set.may_come(no) => Err(KeysLack(no)),
                (_, Some(lack)) => Err(lack),
                (set, None) => Ok(set.find(no).map(|found| found.pepper.clone())),
            },
        }
    }

    /// What the keyring lacks.
    pub(crate) fn lack(&self) -> Option<KeysLack> {
        match &self.0 {
            Source::Ring(ring) => ring.lack(),
            Source::One(_) => None,
        }
    }
}

/// Lengths are part of the input, so no two lists of parts collide.
fn mac(key: &Key, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.expose());
    let mut context = hmac::Context::with_key(&key);
    for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
        context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(part);
    }
    let mut mac = [0; 32];
    mac.copy_from_slice(context.sign().as_ref());
    mac
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
