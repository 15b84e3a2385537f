//! A password hash that another program made.

use std::{fmt, sync::Arc};

use zeroize::Zeroizing;

use crate::{
    HashProblem, Scheme,
    formats::{self, Check},
};

/// The longest text that is looked at, in bytes. The longest supported hash has about 700.
pub const MAX_LENGTH: usize = 1024;

/// Prefixes that frameworks and directories put in front of a hash that is otherwise in a standard format: Django's
/// `BCryptPasswordHasher` and `Argon2PasswordHasher`, the schemes of Dovecot and of OpenLDAP.
const WRAPPERS: [&str; 10] = [
    "bcrypt$",
    "argon2",
    "{BLF-CRYPT}",
    "{CRYPT}",
    "{ARGON2}",
    "{ARGON2ID}",
    "{ARGON2I}",
    "{MD5-CRYPT}",
    "{SHA256-CRYPT}",
    "{SHA512-CRYPT}",
];

/// The longest password that is looked at, in bytes: more than the applications of these formats took. Some formats hash
/// the password anew in each of a million rounds.
const MAX_PASSWORD: usize = 512;

/// A hash that was imported and can be verified. Holds the format and its parameters, checked to be bearable.
///
/// Verification is slow by design (up to about two seconds for the dearest accepted parameters): run it where hashing
/// is bounded, never on an async thread and never inside a transaction.
#[derive(Clone)]
pub struct ImportedHash {
    scheme: Scheme,
    text: Zeroizing<String>,
    check: Arc<dyn Check>,
}

impl ImportedHash {
    pub(crate) fn new(scheme: Scheme, text: Zeroizing<String>, check: Arc<dyn Check>) -> Self {
        Self { scheme, text, check }
    }

    /// Reads a hash as it stands in an export, in any format of [`Scheme`], bare or with the prefix of Django, Dovecot
    /// or OpenLDAP. Space around it is ignored. Does no hashing.
    ///
    /// A bare digest does not say how it was made: it is refused here and read by a
    /// [`DigestTemplate`](crate::DigestTemplate).
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
        let (scheme, check) = formats::read(text)?;
        Ok(Self::new(scheme, Zeroizing::new(text.to_owned()), check))
    }

    /// Whether the password is the one that was hashed. The comparison takes the same time wherever they differ.
    ///
    /// bcrypt looks at the first 72 bytes only, as every program that made such a hash did; a password with a zero byte
    /// never matches a bcrypt hash, because bcrypt cannot tell it from a shorter one.
    /// A password of more than 512 bytes never matches.
    #[must_use]
    pub fn verify(&self, password: &[u8]) -> bool {
        password.len() <= MAX_PASSWORD && self.check.matches(password)
    }

    /// The hash in its standard form, without any wrapper; parsing it gives the same hash again. It is a secret.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Which format it is.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Working memory of one verification in KiB: what a permit for hashing has to allow for.
    #[must_use]
    pub fn memory_kib(&self) -> u32 {
        self.check.memory_kib()
    }
}

impl fmt::Debug for ImportedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImportedHash({})", self.scheme)
    }
}

fn unwrap(text: &str) -> &str {
    WRAPPERS
        .iter()
        .find_map(|wrapper| {
            let head = text.get(..wrapper.len())?;
            let rest = &text[wrapper.len()..];
            // What `{CRYPT}` holds has no other mark in DES crypt, which is to be named.
            let is_crypt = rest.starts_with('$') || *wrapper == "{CRYPT}";
            (head.eq_ignore_ascii_case(wrapper) && is_crypt).then_some(rest)
        })
        .unwrap_or(text)
}
