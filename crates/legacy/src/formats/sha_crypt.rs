//! SHA-crypt by Ulrich Drepper, 2007: `$5$` (SHA-256) and `$6$` (SHA-512), `[rounds=N$]salt$hash`.

use sha_crypt::{Params, sha256_crypt, sha512_crypt};
use zeroize::Zeroizing;

use super::{
    Read, computed, crypt64,
    limits::{Limit, decimal},
};
use crate::{HashProblem, Scheme};

const SCHEME: &str = Scheme::ShaCrypt.name();

/// What the specification sets when nothing is said, and its least; a million takes about a second.
const USUAL_ROUNDS: u32 = 5000;
const ROUNDS: Limit<u32> = Limit { scheme: SCHEME, parameter: "rounds", range: 1000..=1_000_000 };

const ORDER_256: [usize; 32] = [
    20, 10, 0, 11, 1, 21, 2, 22, 12, 23, 13, 3, 14, 4, 24, 5, 25, 15, 26, 16, 6, 17, 7, 27, 8, 28, 18, 29,
    19, 9, 30, 31,
];
const ORDER_512: [usize; 64] = [
    42, 21, 0, 1, 43, 22, 23, 2, 44, 45, 24, 3, 4, 46, 25, 26, 5, 47, 48, 27, 6, 7, 49, 28, 29, 8, 50, 51,
    30, 9, 10, 52, 31, 32, 11, 53, 54, 33, 12, 13, 55, 34, 35, 14, 56, 57, 36, 15, 16, 58, 37, 38, 17, 59,
    60, 39, 18, 19, 61, 40, 41, 20, 62, 63,
];

/// Reads `$5$…` and `$6$…`.
pub(crate) fn read(text: &str) -> Read {
    let (is_512, rest) = (text.starts_with("$6$"), text.get(3..).unwrap_or_default());
    let (rounds, rest) = match rest.strip_prefix("rounds=") {
        None => (USUAL_ROUNDS, rest),
        Some(rest) => {
            let (rounds, rest) = rest.split_once('$').ok_or(malformed("its salt and hash are missing"))?;
            let rounds = decimal(rounds).ok_or(malformed("its rounds are not a number below 4294967296"))?;
            (ROUNDS.check(rounds)?, rest)
        }
    };
    let (salt, hash) = rest.split_once('$').ok_or(malformed("its hash is missing"))?;
    if salt.len() > 16 {
        return Err(malformed("its salt must have at most 16 characters"));
    }
    let length = if is_512 { 86 } else { 43 };
    if hash.len() != length || !crypt64::is_made_of(hash) {
        return Err(malformed("its hash must have 43 characters (SHA-256) or 86 (SHA-512), of ./0-9A-Za-z"));
    }
    let params = Params::new(rounds).map_err(|_| malformed("its rounds are not possible"))?;
    let salt = salt.as_bytes().to_vec();
    Ok(computed::by_time(hash.as_bytes().to_vec(), move |password| {
        let text = if is_512 {
            let digest = Zeroizing::new(sha512_crypt(password, &salt, params));
            crypt64::encode(&ORDER_512.map(|at| digest[at]))
        } else {
            let digest = Zeroizing::new(sha256_crypt(password, &salt, params));
            crypt64::encode(&ORDER_256.map(|at| digest[at]))
        };
        Zeroizing::new(text.into_bytes())
    }))
}

const fn malformed(what: &'static str) -> HashProblem {
    HashProblem::Malformed { scheme: SCHEME, what }
}
