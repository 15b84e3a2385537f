//! Argon2 as a PHC string: `$argon2id$v=19$m=65536,t=3,p=4$<salt>$<hash>`.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use subtle::ConstantTimeEq;

use super::{Check, Read, limits::Limit};
use crate::{HashProblem, Scheme};

const SCHEME: &str = Scheme::Argon2.name();

/// Up to the 1 GiB that some password managers use.
const MEMORY: Limit<u32> = Limit { scheme: SCHEME, parameter: "memory (KiB)", range: 8..=1024 * 1024 };
const PASSES: Limit<u32> = Limit { scheme: SCHEME, parameter: "passes", range: 1..=1024 };
const LANES: Limit<u32> = Limit { scheme: SCHEME, parameter: "lanes", range: 1..=64 };
/// Memory times passes is the work: 2 GiB take about two seconds on an ordinary server.
const WORK: Limit<u64> =
    Limit { scheme: SCHEME, parameter: "memory times passes (KiB)", range: 8..=2 * 1024 * 1024 };

struct Argon2Hash {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

/// Reads a text that begins as Argon2.
pub(crate) fn read(text: &str) -> Read {
    Ok(Arc::new(Argon2Hash::parse(text)?))
}

impl Argon2Hash {
    fn parse(text: &str) -> Result<Self, HashProblem> {
        let parsed = PasswordHash::new(text).map_err(|_| {
            malformed("it must read $argon2id$v=19$m=…,t=…,p=…$salt$hash, with 8 to 48 bytes of salt and 10 to 64 of hash")
        })?;
        let algorithm = Algorithm::new(parsed.algorithm.as_str())
            .map_err(|_| malformed("the variant must be argon2id, argon2i or argon2d"))?;
        let (Some(salt), Some(hash)) = (parsed.salt, parsed.hash) else {
            return Err(malformed("its salt or hash is missing"));
        };
        Ok(Self {
            algorithm,
            version: version(parsed.version)?,
            params: params(&parsed, hash.len())?,
            salt: salt.to_vec(),
            hash: hash.as_bytes().to_vec(),
        })
    }
}

impl Check for Argon2Hash {
    fn matches(&self, password: &[u8]) -> bool {
        let argon2 = Argon2::new(self.algorithm, self.version, self.params.clone());
        let mut computed = vec![0; self.hash.len()];
        argon2.hash_password_into(password, &self.salt, &mut computed).is_ok()
            && bool::from(computed.ct_eq(&self.hash))
    }

    fn memory_kib(&self) -> u32 {
        self.params.m_cost()
    }
}

/// Strings made before versions were written down mean version 1.0, as in the reference implementation.
fn version(given: Option<u32>) -> Result<Version, HashProblem> {
    match given {
        None | Some(0x10) => Ok(Version::V0x10),
        Some(0x13) => Ok(Version::V0x13),
        Some(_) => Err(malformed("its version must be 16 or 19")),
    }
}

fn params(parsed: &PasswordHash, output_length: usize) -> Result<Params, HashProblem> {
    if parsed.params.iter().count() != 3 {
        return Err(malformed("it must have the parameters m, t and p, each once"));
    }
    let number = |name: &str| {
        parsed
            .params
            .get_decimal(name)
            .ok_or_else(|| malformed("m, t and p must be given, each as a number below 4294967296"))
    };
    let memory = MEMORY.check(number("m")?)?;
    let passes = PASSES.check(number("t")?)?;
    let lanes = LANES.check(number("p")?)?;
    WORK.check(u64::from(memory) * u64::from(passes))?;
    Params::new(memory, passes, lanes, Some(output_length))
        .map_err(|_| malformed("it needs at least 8 KiB of memory for each lane"))
}

const fn malformed(what: &'static str) -> HashProblem {
    HashProblem::Malformed { scheme: SCHEME, what }
}
