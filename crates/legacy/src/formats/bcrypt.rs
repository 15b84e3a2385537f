//! bcrypt in modular crypt format: `$2b$12$` + 22 characters of salt + 31 of hash.
//!
//! `$2$` and `$2x$` mark the output of programs with faults and are named as unsupported instead.

use std::sync::Arc;

use super::{Check, Read, limits::Limit};
use crate::{HashProblem, Scheme};

const SCHEME: &str = Scheme::Bcrypt.name();

/// Each step doubles the work; 15 takes about two seconds on an ordinary server, and nobody is known to use more.
const COST: Limit<u32> = Limit { scheme: SCHEME, parameter: "cost", range: 4..=15 };

pub(crate) struct Bcrypt(String);

/// Reads a text that begins as a version of bcrypt that can be verified.
pub(crate) fn read(text: &str) -> Read {
    Ok(Arc::new(Bcrypt::parse(text)?))
}

impl Bcrypt {
    pub(crate) fn parse(text: &str) -> Result<Self, HashProblem> {
        let malformed = |what| HashProblem::Malformed { scheme: SCHEME, what };
        if text.len() != 60 {
            return Err(malformed("it must have 60 characters"));
        }
        let cost = text.get(4..6).filter(|cost| cost.bytes().all(|digit| digit.is_ascii_digit()));
        let cost: u32 =
            cost.and_then(|cost| cost.parse().ok()).ok_or_else(|| malformed("its cost is not two digits"))?;
        COST.check(cost)?;
        text.parse::<bcrypt::HashParts>()
            .map_err(|_| malformed("its salt or hash holds characters that bcrypt does not use"))?;
        Ok(Self(text.to_owned()))
    }
}

impl Check for Bcrypt {
    fn matches(&self, password: &[u8]) -> bool {
        // bcrypt repeats the key with a zero byte between, so "a" and "a\0a" would be the same password.
        if password.contains(&0) {
            return false;
        }
        bcrypt::verify(password, &self.0).unwrap_or(false)
    }
}
