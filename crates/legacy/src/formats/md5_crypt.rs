//! MD5-crypt of BSD and Linux (`$1$salt$hash`) and its variant in Apache (`$apr1$…`), by Poul-Henning Kamp, 1994.

use zeroize::Zeroizing;

use super::{Read, algorithm::Algorithm, computed, crypt64};
use crate::{HashProblem, Scheme};

const ROUNDS: usize = 1000;

/// Reads `$1$…`.
pub(crate) fn read(text: &str) -> Read {
    parse(text, "$1$")
}

/// Reads `$apr1$…`.
pub(crate) fn read_apache(text: &str) -> Read {
    parse(text, "$apr1$")
}

fn parse(text: &str, magic: &'static str) -> Read {
    let malformed = |what| HashProblem::Malformed { scheme: Scheme::Md5Crypt.name(), what };
    let fields = text.strip_prefix(magic).and_then(|rest| rest.split_once('$'));
    let (salt, hash) = fields.ok_or(malformed("it must read $1$salt$hash or $apr1$salt$hash"))?;
    if salt.len() > 8 {
        return Err(malformed("its salt must have at most 8 characters"));
    }
    if hash.len() != 22 || !crypt64::is_made_of(hash) {
        return Err(malformed("its hash must have 22 characters, of ./0-9A-Za-z"));
    }
    let salt = salt.as_bytes().to_vec();
    Ok(computed::by_time(hash.as_bytes().to_vec(), move |password| {
        Zeroizing::new(crypt(password, &salt, magic.as_bytes()).into_bytes())
    }))
}

fn crypt(password: &[u8], salt: &[u8], magic: &[u8]) -> String {
    let md5 = |parts: &[&[u8]]| Algorithm::Md5.digest(parts);
    let inner = md5(&[password, salt, password]);
    let mut input = Zeroizing::new([password, magic, salt].concat());
    input.extend(inner.iter().cycle().take(password.len()));
    // One byte for each bit of the length: a zero, or by a mistake that became the format, the first of the password.
    let mut bits = password.len();
    while bits > 0 {
        input.push(if bits & 1 == 1 { 0 } else { password[0] });
        bits >>= 1;
    }
    let mut digest = md5(&[&input]);
    for round in 0..ROUNDS {
        let mut parts: Vec<&[u8]> = vec![if round % 2 == 1 { password } else { &digest }];
        if round % 3 != 0 {
            parts.push(salt);
        }
        if round % 7 != 0 {
            parts.push(password);
        }
        parts.push(if round % 2 == 1 { &digest } else { password });
        digest = md5(&parts);
    }
    let order = [12, 6, 0, 13, 7, 1, 14, 8, 2, 15, 9, 3, 5, 10, 4, 11];
    crypt64::encode(&order.map(|at: usize| digest[at]))
}
