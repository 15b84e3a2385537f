//! bcrypt in modular crypt format: `$2b$12$` + 22 characters of salt + 31 of hash.

use std::ops::RangeInclusive;

use crate::HashProblem;

/// Each step doubles the work; 15 takes about two seconds on an ordinary server, and nobody is known to use more.
const COST: RangeInclusive<u32> = 4..=15;

const SCHEME: &str = "bcrypt";

#[derive(Clone)]
pub(crate) struct BcryptHash(String);

impl BcryptHash {
    /// Whether the text begins as a version of bcrypt that can be verified. `$2$` and `$2x$` mark the output of
    /// programs with faults and are named as unsupported instead.
    pub(crate) fn claims(text: &str) -> bool {
        ["$2a$", "$2b$", "$2y$"].iter().any(|prefix| text.starts_with(prefix))
    }

    pub(crate) fn parse(text: &str) -> Result<Self, HashProblem> {
        let malformed = |what| HashProblem::Malformed { scheme: SCHEME, what };
        if text.len() != 60 {
            return Err(malformed("it must have 60 characters"));
        }
        let cost = text.get(4..6).filter(|cost| cost.bytes().all(|digit| digit.is_ascii_digit()));
        let cost: u32 =
            cost.and_then(|cost| cost.parse().ok()).ok_or_else(|| malformed("its cost is not two digits"))?;
        if !COST.contains(&cost) {
            return Err(HashProblem::OutOfRange {
                scheme: SCHEME,
                parameter: "cost",
                value: cost.into(),
                least: (*COST.start()).into(),
                most: (*COST.end()).into(),
            });
        }
        text.parse::<bcrypt::HashParts>()
            .map_err(|_| malformed("its salt or hash holds characters that bcrypt does not use"))?;
        Ok(Self(text.to_owned()))
    }

    pub(crate) fn verify(&self, password: &[u8]) -> bool {
        // bcrypt repeats the key with a zero byte between, so "a" and "a\0a" would be the same password.
        if password.contains(&0) {
            return false;
        }
        bcrypt::verify(password, &self.0).unwrap_or(false)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
