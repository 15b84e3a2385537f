//! Envelope encryption: AES-256-GCM-SIV (RFC 8452), bound to the place where the sealed value is kept.
//!
//! A sealed value is `version, [generation,] nonce, ciphertext and tag`. Version 1 names no key: it was sealed by a key of
//! its own, or by the first generation of the keyring. Version 2 names the generation, four bytes, big-endian.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::{
    keyring::{GenerationNo, Key, KeysLack},
    random::{Random, RandomExt as _},
};

const UNNAMED: u8 = 1;
const NAMED: u8 = 2;

/// A sealed value that does not open: another key, another place, or damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored secret cannot be opened: another key file, or a damaged row")]
pub struct Unreadable;

/// Why a sealed value does not open here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotOpened {
    /// It never will.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It will once the keys of another node have come.
    #[error(transparent)]
    KeysLack(#[from] KeysLack),
}

/// Where a sealed value is kept; it opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Table and column.
    pub column: &'static str,
    /// The row's key.
    pub row: &'a str,
}

impl Place<'_> {
    fn aad(&self, head: &[u8]) -> Aad<Vec<u8>> {
        Aad::from([head, self.column.as_bytes(), b"\0", self.row.as_bytes()].concat())
    }
}

/// What seals and opens: one key, or the generations of a keyring.
pub trait Sealing {
    /// The key for what is new.
    fn sealing(&self) -> &Key;
    /// The key of a generation; 0 for a value that names none.
    fn opening(&self, generation: GenerationNo) -> Option<&Key>;
    /// Whether a generation without a key may be one that was made elsewhere, whose keys will come.
    fn may_come(&self, generation: GenerationNo) -> bool;
}

impl Sealing for Key {
    fn sealing(&self) -> &Key {
        self
    }

    fn opening(&self, generation: GenerationNo) -> Option<&Key> {
        (generation == self.generation()).then_some(self)
    }

    fn may_come(&self, _: GenerationNo) -> bool {
        false
    }
}

impl<S: Sealing> Sealing for &S {
    fn sealing(&self) -> &Key {
        (*self).sealing()
    }

    fn opening(&self, generation: GenerationNo) -> Option<&Key> {
        (*self).opening(generation)
    }

    fn may_come(&self, generation: GenerationNo) -> bool {
        (*self).may_come(generation)
    }
}

/// Seals `plain` for one `place`. A nonce is drawn for each value; this cipher forgives an accidental repeat.
///
/// # Errors
/// [`Unreadable`] only when `plain` is longer than the cipher takes (64 GiB).
pub fn seal(
    keys: impl Sealing,
    place: Place<'_>,
    plain: &[u8],
    random: &(impl Random + ?Sized),
) -> Result<Vec<u8>, Unreadable> {
    let key = keys.sealing();
    let head = head_of(key.generation());
    let nonce: [u8; NONCE_LEN] = random.bytes();
    let mut body = plain.to_vec();
    cipher(key)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), place.aad(&head), &mut body)
        .map_err(|_| Unreadable)?;
    Ok([&head, &nonce[..], &body].concat())
}

/// Opens what [`seal`] made.
///
/// # Errors
/// [`NotOpened::KeysLack`] when it names a generation newer than all that are here; [`NotOpened::Unreadable`] for anything
/// else, and once the generation that it names was retired.
pub fn open(keys: impl Sealing, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let (generation, head, rest) = split(sealed)?;
    let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(Unreadable)?;
    let mut body = Zeroizing::new(body.to_vec());
    let key = match keys.opening(generation) {
        Some(key) => key,
        None if keys.may_come(generation) => return Err(KeysLack(generation).into()),
        None => return Err(Unreadable.into()),
    };
    let length = cipher(key)?
        .open_in_place(Nonce::assume_unique_for_key(*nonce), place.aad(head), &mut body)
        .map_err(|_| Unreadable)?
        .len();
    body.truncate(length);
    Ok(body)
}

/// The first bytes of whatever a generation of the keyring sealed, for finding it in a table.
#[must_use]
pub fn head_of(generation: GenerationNo) -> Vec<u8> {
    match generation {
        0 => vec![UNNAMED],
        generation => [&[NAMED][..], &generation.to_be_bytes()].concat(),
    }
}

/// The generation that a sealed value names; 0 for none.
///
/// # Errors
/// [`Unreadable`] when it is no sealed value.
pub fn generation_of(sealed: &[u8]) -> Result<GenerationNo, Unreadable> {
    split(sealed).map(|(generation, ..)| generation)
}

fn split(sealed: &[u8]) -> Result<(GenerationNo, &[u8], &[u8]), Unreadable> {
    match sealed.first() {
        Some(&UNNAMED) => Ok((0, &sealed[..1], &sealed[1..])),
        Some(&NAMED) => {
            let (no, rest) = sealed[1..].split_first_chunk::<4>().ok_or(Unreadable)?;
            Ok((GenerationNo::from_be_bytes(*no), &sealed[..5], rest))
        }
        _ => Err(Unreadable),
    }
}

fn cipher(key: &Key) -> Result<LessSafeKey, Unreadable> {
    UnboundKey::new(&AES_256_GCM_SIV, key.expose()).map(LessSafeKey::new).map_err(|_| Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    const HERE: Place<'_> = Place { column: "cases.sealed", row: "1" };

    #[test]
    fn opens_at_its_place_with_its_key_only() {
        let key = Key::generate(&SystemRandom);
        let sealed = seal(&key, HERE, b"hello", &SystemRandom).unwrap();
        assert_eq!(open(&key, HERE, &sealed).unwrap().as_slice(), b"hello");
        assert!(open(&key, Place { row: "2", ..HERE }, &sealed).is_err());
        assert!(open(&key, Place { column: "outbox.sealed", ..HERE }, &sealed).is_err());
        assert!(open(Key::generate(&SystemRandom), HERE, &sealed).is_err());
    }

    #[test]
    fn any_damage_is_noticed() {
        for key in [Key::generate(&SystemRandom), Key::generate(&SystemRandom).of(7)] {
            let sealed = seal(&key, HERE, b"hello", &SystemRandom).unwrap();
            assert!(sealed.starts_with(&head_of(key.generation())));
            for index in 0..sealed.len() {
                let mut damaged = sealed.clone();
                damaged[index] ^= 1;
                assert_eq!(open(&key, HERE, &damaged), Err(Unreadable.into()));
                assert_eq!(open(&key, HERE, &sealed[..index]), Err(Unreadable.into()));
            }
        }
    }
}
