//! scrypt (RFC 7914) as passlib, Django, Werkzeug and crypt(3) write it.
//!
//! | program | text |
//! |---|---|
//! | passlib, PHC strings | `$scrypt$ln=16,r=8,p=1$salt$hash` |
//! | Django | `scrypt$16384$salt$8$5$hash`, the salt as text |
//! | Werkzeug | `scrypt:32768:8:1$salt$hash`, the salt as text, the hash as hexadecimal digits |
//! | crypt(3) | `$7$`, one character of N, five each of r and p, salt, `$hash` |

use scrypt::Params;
use zeroize::Zeroizing;

use super::{
    Read,
    base64::any_base64,
    computed, crypt64,
    digest::unhex,
    limits::{Limit, decimal},
};
use crate::{HashProblem, Scheme};

const SCHEME: &str = Scheme::Scrypt.name();

const MEMORY: Limit<u64> = Limit { scheme: SCHEME, parameter: "memory (KiB)", range: 1..=MOST_KIB };
/// Memory times p is the work: 512 MiB take about a second and a half.
const WORK: Limit<u64> = Limit { scheme: SCHEME, parameter: "memory times p (KiB)", range: 1..=MOST_KIB };
const MOST_KIB: u64 = 512 * 1024;

/// Reads `$scrypt$…`.
pub(crate) fn read(text: &str) -> Read {
    const SHAPE: HashProblem = malformed("it must read $scrypt$ln=…,r=…,p=…$salt$hash");
    let fields: Vec<_> = text.split('$').collect();
    let ["", _, params, salt, hash] = fields[..] else { return Err(SHAPE) };
    let params: Vec<_> = params.split(',').collect();
    let [ln, r, p] = params[..] else { return Err(SHAPE) };
    let number = |text: &str, name| text.strip_prefix(name).and_then(decimal).ok_or(SHAPE);
    let (Some(salt), Some(hash)) = (any_base64(salt), any_base64(hash)) else {
        return Err(malformed("its salt or hash is not base64"));
    };
    check(number(ln, "ln=")?, number(r, "r=")?, number(p, "p=")?, salt, hash)
}

/// Reads `scrypt$N$salt$r$p$hash`.
pub(crate) fn read_django(text: &str) -> Read {
    let fields: Vec<_> = text.split('$').collect();
    let [_, n, salt, r, p, hash] = fields[..] else {
        return Err(malformed("it must read scrypt$N$salt$r$p$hash"));
    };
    let hash = any_base64(hash).ok_or(malformed("its hash is not base64"))?;
    check(log2(n)?, plain(r)?, plain(p)?, salt.as_bytes().to_vec(), hash)
}

/// Reads `scrypt:N:r:p$salt$hash`.
pub(crate) fn read_werkzeug(text: &str) -> Read {
    let fields: Vec<_> = text.split([':', '$']).collect();
    let [_, n, r, p, salt, hash] = fields[..] else {
        return Err(malformed("it must read scrypt:N:r:p$salt$hash"));
    };
    let hash = unhex(hash).ok_or(malformed("its hash is not made of hexadecimal digits"))?;
    check(log2(n)?, plain(r)?, plain(p)?, salt.as_bytes().to_vec(), hash)
}

/// Reads `$7$…`.
pub(crate) fn read_crypt(text: &str) -> Read {
    const SHAPE: HashProblem = malformed("it must read $7$, 11 characters of parameters, salt$hash");
    let (params, rest) = text.strip_prefix("$7$").and_then(|rest| rest.split_at_checked(11)).ok_or(SHAPE)?;
    let number = |from, to| params.get(from..to).and_then(crypt64::number).ok_or(SHAPE);
    let (salt, hash) = rest.split_once('$').ok_or(SHAPE)?;
    let hash = crypt64::decode(hash).ok_or(malformed("its hash is not of ./0-9A-Za-z"))?;
    check(number(0, 1)?, number(1, 6)?, number(6, 11)?, salt.as_bytes().to_vec(), hash)
}

fn check(log_n: u32, r: u32, p: u32, salt: Vec<u8>, hash: Vec<u8>) -> Read {
    // Everything is compared before anything is multiplied into what may not fit.
    let blocks = 1_u64.checked_shl(log_n).filter(|_| log_n > 0).unwrap_or(u64::MAX);
    let memory = MEMORY.check(blocks.saturating_mul(u64::from(r)).saturating_mul(128).div_ceil(1024))?;
    WORK.check(memory.saturating_mul(u64::from(p)))?;
    // The beginning of an output is what a shorter one would be, so a hash that was cut off would still open.
    if ![32, 64].contains(&hash.len()) {
        return Err(malformed("its hash must have 32 or 64 bytes; it may have been cut off"));
    }
    let params = u8::try_from(log_n)
        .ok()
        .and_then(|log_n| Params::new(log_n, r, p).ok())
        .ok_or(malformed("its parameters are not possible"))?;
    let length = hash.len();
    Ok(computed::by_memory(hash, u32::try_from(memory).unwrap_or(u32::MAX), move |password| {
        let mut output = Zeroizing::new(vec![0; length]);
        scrypt::scrypt(password, &salt, &params, &mut output).ok().map(|()| output)
    }))
}

fn log2(n: &str) -> Result<u32, HashProblem> {
    let n = decimal(n).filter(|n| n.is_power_of_two());
    n.map(u32::ilog2).ok_or(malformed("its N is not a power of two below 4294967296"))
}

fn plain(number: &str) -> Result<u32, HashProblem> {
    decimal(number).ok_or(malformed("its r or p is not a number below 4294967296"))
}

const fn malformed(what: &'static str) -> HashProblem {
    HashProblem::Malformed { scheme: SCHEME, what }
}
