//! PBKDF2 (RFC 8018) as six programs write it.
//!
//! | program | text |
//! |---|---|
//! | passlib | `$pbkdf2-sha256$rounds$salt$hash`; without a name of a hash function it is SHA-1 |
//! | PHC strings | `$pbkdf2-sha256$i=rounds,l=32$salt$hash` |
//! | OpenLDAP, 389 Directory Server, passlib | `{PBKDF2-SHA256}rounds$salt$hash` |
//! | Django | `pbkdf2_sha256$rounds$salt$hash`, the salt as text |
//! | Werkzeug | `pbkdf2:sha256:rounds$salt$hash`, the salt as text, the hash as hexadecimal digits |

use zeroize::Zeroizing;

use super::{
    Read,
    algorithm::Algorithm,
    base64::any_base64,
    computed,
    digest::unhex,
    limits::{Limit, decimal},
};
use crate::{HashProblem, Scheme};

const SCHEME: &str = Scheme::Pbkdf2.name();

/// An output longer than the hash function's takes as many times as long; two million of these take about two seconds.
const WORK: Limit<u64> =
    Limit { scheme: SCHEME, parameter: "iterations times blocks of output", range: 1..=2_000_000 };
const OUTPUT: Limit<u64> = Limit { scheme: SCHEME, parameter: "bytes of hash", range: 16..=256 };
const SALT: Limit<u64> = Limit { scheme: SCHEME, parameter: "bytes of salt", range: 0..=256 };

/// Reads what passlib, PHC strings and directories have.
pub(crate) fn read(text: &str) -> Read {
    const SHAPE: HashProblem = malformed("it must read $pbkdf2-sha256$rounds$salt$hash");
    let (name, rest) = match text.strip_prefix("$pbkdf2") {
        Some(rest) => rest.split_once('$').ok_or(SHAPE)?,
        None => text.get("{PBKDF2".len()..).and_then(|rest| rest.split_once('}')).ok_or(SHAPE)?,
    };
    let algorithm = match name.strip_prefix('-') {
        None if name.is_empty() => Algorithm::Sha1,
        Some(name) => hash_function(&name.to_ascii_lowercase())?,
        None => return Err(SHAPE),
    };
    let [rounds, salt, hash] = fields(rest).ok_or(SHAPE)?;
    let (rounds, length) = match rounds.strip_prefix("i=") {
        None => (rounds, None),
        Some(params) => {
            params.split_once(",l=").map_or((params, None), |(rounds, length)| (rounds, Some(length)))
        }
    };
    let (Some(salt), Some(hash)) = (adapted_base64(salt), adapted_base64(hash)) else {
        return Err(malformed("its salt or hash is not base64"));
    };
    match length {
        None => whole(algorithm, &hash)?,
        Some(length) if decimal(length).map(|length| length as usize) == Some(hash.len()) => {}
        Some(_) => return Err(malformed("its hash does not have the length that it says")),
    }
    check(algorithm, rounds, salt, hash)
}

/// Reads `pbkdf2_sha256$…`.
pub(crate) fn read_django(text: &str) -> Read {
    const SHAPE: HashProblem = malformed("it must read pbkdf2_sha256$rounds$salt$hash");
    let (name, rest) = text.strip_prefix("pbkdf2_").and_then(|rest| rest.split_once('$')).ok_or(SHAPE)?;
    let [rounds, salt, hash] = fields(rest).ok_or(SHAPE)?;
    let (algorithm, hash) =
        (hash_function(name)?, any_base64(hash).ok_or(malformed("its hash is not base64"))?);
    whole(algorithm, &hash)?;
    check(algorithm, rounds, salt.as_bytes().to_vec(), hash)
}

/// Reads `pbkdf2:sha256:…`.
pub(crate) fn read_werkzeug(text: &str) -> Read {
    const SHAPE: HashProblem = malformed("it must read pbkdf2:sha256:rounds$salt$hash");
    let (name, rest) = text.strip_prefix("pbkdf2:").and_then(|rest| rest.split_once(':')).ok_or(SHAPE)?;
    let [rounds, salt, hash] = fields(rest).ok_or(SHAPE)?;
    let algorithm = hash_function(name)?;
    let hash = unhex(hash).ok_or(malformed("its hash is not made of hexadecimal digits"))?;
    whole(algorithm, &hash)?;
    check(algorithm, rounds, salt.as_bytes().to_vec(), hash)
}

/// A check with these parameters, when they are bearable.
pub(crate) fn check(algorithm: Algorithm, rounds: &str, salt: Vec<u8>, hash: Vec<u8>) -> Read {
    let rounds = decimal(rounds).ok_or(malformed("its rounds are not a number below 4294967296"))?;
    OUTPUT.check(hash.len() as u64)?;
    SALT.check(salt.len() as u64)?;
    WORK.check(u64::from(rounds) * hash.len().div_ceil(algorithm.size()) as u64)?;
    let length = hash.len();
    Ok(computed::by_time(hash, move |password| {
        let mut output = Zeroizing::new(vec![0; length]);
        algorithm.pbkdf2(password, &salt, rounds, &mut output);
        output
    }))
}

/// The beginning of an output is what a shorter one would be, so a hash that was cut off would still open, to more
/// passwords than one. These programs make as many bytes as the hash function.
fn whole(algorithm: Algorithm, hash: &[u8]) -> Result<(), HashProblem> {
    if hash.len() == algorithm.size() {
        return Ok(());
    }
    Err(malformed("its hash does not have the length of its hash function; it may have been cut off"))
}

fn hash_function(name: &str) -> Result<Algorithm, HashProblem> {
    Algorithm::named(name)
        .ok_or(malformed("its hash function is none of md5, sha1, sha224, sha256, sha384, sha512"))
}

/// passlib has a full stop where others have a plus.
fn adapted_base64(text: &str) -> Option<Vec<u8>> {
    any_base64(&text.replace('.', "+"))
}

fn fields<const N: usize>(text: &str) -> Option<[&str; N]> {
    text.splitn(N + 1, '$').collect::<Vec<_>>().try_into().ok()
}

const fn malformed(what: &'static str) -> HashProblem {
    HashProblem::Malformed { scheme: SCHEME, what }
}
