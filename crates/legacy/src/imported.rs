//! A password hash that another program made.

use std::fmt;

use crate::{HashProblem, argon2_format::Argon2Hash, bcrypt_format::BcryptHash, unsupported};

/// The longest text that is looked at, in bytes. The longest supported hash has about 200.
pub const MAX_LENGTH: usize = 1024;

/// Prefixes that frameworks and directories put in front of a hash that is otherwise in a standard format: Django's
/// `BCryptPasswordHasher` and `Argon2PasswordHasher`, the schemes of Dovecot and of OpenLDAP.
const WRAPPERS: [&str; 7] =
    ["bcrypt$", "argon2", "{BLF-CRYPT}", "{CRYPT}", "{ARGON2}", "{ARGON2ID}", "{ARGON2I}"];

/// A hash that was imported and can be verified. Holds the format and its parameters, checked to be bearable.
///
/// Verification is slow by design (up to about two seconds for the dearest accepted parameters): run it where hashing
/// is bounded, never on an async thread and never inside a transaction.
#[derive(Clone)]
pub struct ImportedHash(Inner);

#[derive(Clone)]
enum Inner {
    Bcrypt(BcryptHash),
    Argon2(Argon2Hash),
}

/// The format of an imported hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// bcrypt, versions 2a, 2b and 2y, which are the same for every password up to 72 bytes.
    Bcrypt,
    /// Argon2 in one of its three variants (RFC 9106).
    Argon2,
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bcrypt => "bcrypt",
            Self::Argon2 => "Argon2",
        })
    }
}

impl ImportedHash {
    /// Reads a hash as it stands in an export: bcrypt in modular crypt format, or Argon2 as a PHC string, bare or with
    /// the prefix of Django, Dovecot or OpenLDAP. Space around it is ignored. Does no hashing.
    ///
    /// # Errors
    /// Names the format when it is a known one that cannot be verified, and otherwise says which part is malformed or
    /// out of range. The sentence never holds the hash.
    pub fn parse(text: &str) -> Result<Self, HashProblem> {
        if text.len() > MAX_LENGTH {
            return Err(HashProblem::TooLong { length: text.len() });
        }
        let text = unwrap(text.trim());
        if text.is_empty() {
            return Err(HashProblem::Empty);
        }
        if BcryptHash::claims(text) {
            return BcryptHash::parse(text).map(|hash| Self(Inner::Bcrypt(hash)));
        }
        if Argon2Hash::claims(text) {
            return Argon2Hash::parse(text).map(|hash| Self(Inner::Argon2(hash)));
        }
        Err(unsupported::name(text)
            .map_or(HashProblem::Unknown, |format| HashProblem::Unsupported { format }))
    }

    /// Whether the password is the one that was hashed. The comparison takes the same time wherever they differ.
    ///
    /// bcrypt looks at the first 72 bytes only, as every program that made such a hash did; a password with a zero byte
    /// never matches a bcrypt hash, because bcrypt cannot tell it from a shorter one.
    #[must_use]
    pub fn verify(&self, password: &[u8]) -> bool {
        match &self.0 {
            Inner::Bcrypt(hash) => hash.verify(password),
            Inner::Argon2(hash) => hash.verify(password),
        }
    }

    /// The hash in its standard form, without any wrapper; parsing it gives the same hash again. It is a secret.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Inner::Bcrypt(hash) => hash.as_str(),
            Inner::Argon2(hash) => hash.as_str(),
        }
    }

    /// Which format it is.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        match self.0 {
            Inner::Bcrypt(_) => Scheme::Bcrypt,
            Inner::Argon2(_) => Scheme::Argon2,
        }
    }

    /// Working memory of one verification in KiB: what a permit for hashing has to allow for.
    #[must_use]
    pub const fn memory_kib(&self) -> u32 {
        match &self.0 {
            Inner::Bcrypt(_) => 4,
            Inner::Argon2(hash) => hash.memory_kib(),
        }
    }
}

impl fmt::Debug for ImportedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImportedHash({})", self.scheme())
    }
}

fn unwrap(text: &str) -> &str {
    WRAPPERS
        .iter()
        .find_map(|wrapper| {
            let head = text.get(..wrapper.len())?;
            let rest = &text[wrapper.len()..];
            (head.eq_ignore_ascii_case(wrapper) && rest.starts_with('$')).then_some(rest)
        })
        .unwrap_or(text)
}
