//! `sha1$salt$digits`, as Django and Werkzeug wrote before they had PBKDF2.
//!
//! Both write the same text and mean different things by it: Django the digest of salt and password, Werkzeug the HMAC
//! of the password with the salt as the key (without a salt both mean the digest). Either is accepted, since a password
//! that fits one of them was that user's.

use std::sync::Arc;

use subtle::ConstantTimeEq;

use super::{Check, Read, algorithm::Algorithm, digest::unhex};
use crate::{HashProblem, Scheme};

struct OldPython {
    algorithm: Algorithm,
    salt: Vec<u8>,
    expected: Vec<u8>,
}

/// Reads a text that begins with the name of a hash function and a dollar sign.
pub(crate) fn read(text: &str) -> Read {
    let malformed = |what| HashProblem::Malformed { scheme: Scheme::OldPython.name(), what };
    let fields: Vec<_> = text.split('$').collect();
    let [name, salt, digits] = fields[..] else { return Err(malformed("it must read sha1$salt$hash")) };
    let algorithm = Algorithm::named(name).ok_or(malformed("its hash function is unknown"))?;
    let expected = unhex(digits)
        .filter(|digest| digest.len() == algorithm.size())
        .ok_or(malformed("its hash does not have the digits of its hash function"))?;
    if salt.len() > 256 {
        return Err(malformed("its salt is longer than 256 bytes"));
    }
    Ok(Arc::new(OldPython { algorithm, salt: salt.as_bytes().to_vec(), expected }))
}

impl Check for OldPython {
    fn matches(&self, password: &[u8]) -> bool {
        let django = self.algorithm.digest(&[&self.salt, password]);
        let werkzeug =
            if self.salt.is_empty() { django.clone() } else { self.algorithm.hmac(&self.salt, password) };
        bool::from(django.ct_eq(&self.expected) | werkzeug.ct_eq(&self.expected))
    }
}
