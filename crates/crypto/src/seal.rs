//! Envelope encryption: AES-256-GCM-SIV (RFC 8452), bound to the place where the sealed value is kept.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::{
    keyring::Key,
    random::{Random, RandomExt as _},
};

const VERSION: u8 = 1;

/// A sealed value that does not open: another key, another place, or damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored secret cannot be opened: another key file, or a damaged row")]
pub struct Unreadable;

/// Where a sealed value is kept; it opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Table and column.
    pub column: &'static str,
    /// The row's key.
    pub row: &'a str,
}

impl Place<'_> {
    fn aad(&self) -> Aad<Vec<u8>> {
        Aad::from([&[VERSION], self.column.as_bytes(), b"\0", self.row.as_bytes()].concat())
    }
}

/// Seals `plain` for one `place`. A nonce is drawn for each value; this cipher forgives an accidental repeat.
///
/// # Errors
/// [`Unreadable`] only when `plain` is longer than the cipher takes (64 GiB).
pub fn seal(
    key: &Key,
    place: Place<'_>,
    plain: &[u8],
    random: &(impl Random + ?Sized),
) -> Result<Vec<u8>, Unreadable> {
    let nonce: [u8; NONCE_LEN] = random.bytes();
    let mut body = plain.to_vec();
    cipher(key)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), place.aad(), &mut body)
        .map_err(|_| Unreadable)?;
    Ok([&[VERSION][..], &nonce, &body].concat())
}

/// Opens what [`seal`] made.
///
/// # Errors
/// [`Unreadable`] for anything else.
pub fn open(key: &Key, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    let (&[VERSION], rest) = sealed.split_first_chunk().ok_or(Unreadable)? else { return Err(Unreadable) };
    let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(Unreadable)?;
    let mut body = Zeroizing::new(body.to_vec());
    let length = cipher(key)?
        .open_in_place(Nonce::assume_unique_for_key(*nonce), place.aad(), &mut body)
        .map_err(|_| Unreadable)?
        .len();
    body.truncate(length);
    Ok(body)
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
        assert!(open(&Key::generate(&SystemRandom), HERE, &sealed).is_err());
    }

    #[test]
    fn any_damage_is_noticed() {
        let key = Key::generate(&SystemRandom);
        let sealed = seal(&key, HERE, b"hello", &SystemRandom).unwrap();
        for index in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[index] ^= 1;
            assert_eq!(open(&key, HERE, &damaged), Err(Unreadable));
            assert_eq!(open(&key, HERE, &sealed[..index]), Err(Unreadable));
        }
    }
}
