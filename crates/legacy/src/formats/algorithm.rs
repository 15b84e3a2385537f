//! The hash functions that old formats are made of, chosen at run time.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Digest;
use zeroize::Zeroizing;

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

/// Runs an expression with `D` as the type of the hash function.
macro_rules! with_digest {
    ($algorithm:expr, $run:ident) => {
        match $algorithm {
            Algorithm::Md5 => $run!(md5::Md5),
            Algorithm::Sha1 => $run!(sha1::Sha1),
            Algorithm::Sha224 => $run!(sha2::Sha224),
            Algorithm::Sha256 => $run!(sha2::Sha256),
            Algorithm::Sha384 => $run!(sha2::Sha384),
            Algorithm::Sha512 => $run!(sha2::Sha512),
        }
    };
}

impl Algorithm {
    const ALL: [Self; 6] = [Self::Md5, Self::Sha1, Self::Sha224, Self::Sha256, Self::Sha384, Self::Sha512];

    /// By its name in small letters, without a hyphen.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// Its name in small letters, without a hyphen.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// Bytes of output.
    pub(crate) const fn size(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The digest of all parts, one after the other.
    pub(crate) fn digest(self, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
        macro_rules! run {
            ($digest:ty) => {{
                let mut state = <$digest>::new();
                parts.iter().for_each(|part| Digest::update(&mut state, part));
                state.finalize().to_vec()
            }};
        }
        Zeroizing::new(with_digest!(self, run))
    }

    /// The HMAC (RFC 2104) of a message.
    pub(crate) fn hmac(self, key: &[u8], message: &[u8]) -> Zeroizing<Vec<u8>> {
        macro_rules! run {
            ($digest:ty) => {
                // A key of any length is accepted, so the empty answer, which matches nothing, is never given.
                Hmac::<$digest>::new_from_slice(key)
                    .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
                    .unwrap_or_default()
            };
        }
        Zeroizing::new(with_digest!(self, run))
    }

    /// PBKDF2 (RFC 8018) with HMAC over this function, filling `output`.
    pub(crate) fn pbkdf2(self, password: &[u8], salt: &[u8], rounds: u32, output: &mut [u8]) {
        macro_rules! run {
            ($digest:ty) => {
                pbkdf2::pbkdf2_hmac::<$digest>(password, salt, rounds, output)
            };
        }
        with_digest!(self, run);
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
