//! One key, and its number.

use std::fmt;

use domain::time::Timestamp;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::random::{Random, RandomExt as _};

/// The number of a generation of keys: 1 is the first, each rotation adds the next.
pub type GenerationNo = u32;

/// 256 secret bits. One of the keyring knows its generation, so that what it sealed can name it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key {
    bytes: [u8; 32],
    generation: GenerationNo,
}

impl Key {
    /// A new key.
    pub fn generate(random: &(impl Random + ?Sized)) -> Self {
        Self::from_bytes(random.bytes())
    }

    /// A key from its bytes, as unsealed.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self { bytes, generation: 0 }
    }

    /// The same key as one of a generation.
    #[must_use]
    pub(crate) const fn of(mut self, generation: GenerationNo) -> Self {
        self.generation = generation;
        self
    }

    /// The generation that it is of; 0 outside of a keyring.
    #[must_use]
    pub(crate) const fn generation(&self) -> GenerationNo {
        self.generation
    }

    /// The secret itself, for the primitives of this crate and for sealing.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Keys that were made together: each for one purpose.
#[derive(Debug, Clone)]
pub(crate) struct Generation {
    pub(crate) no: GenerationNo,
    pub(crate) active_from: Timestamp,
    pub(crate) pepper: Key,
    pub(crate) mac: Key,
    pub(crate) envelope: Key,
}

impl Generation {
    pub(crate) fn generate(
        no: GenerationNo,
        active_from: Timestamp,
        random: &(impl Random + ?Sized),
    ) -> Self {
        let key = || Key::generate(random).of(no);
        Self { no, active_from, pepper: key(), mac: key(), envelope: key() }
    }
}
