//! What directories keep in `userPassword` (RFC 2307 and OpenLDAP): `{SSHA}` and base64 of the digest and the salt.

use super::{Read, algorithm::Algorithm, base64::any_base64, computed};
use crate::{HashProblem, Scheme};

const SCHEME: &str = Scheme::Directory.name();
const MAX_SALT: usize = 256;

/// The name in braces, the digest, and whether a salt follows it.
const SCHEMES: [(&str, Algorithm, bool); 10] = [
    ("SHA", Algorithm::Sha1, false),
    ("SHA256", Algorithm::Sha256, false),
    ("SHA384", Algorithm::Sha384, false),
    ("SHA512", Algorithm::Sha512, false),
    ("MD5", Algorithm::Md5, false),
    ("SSHA", Algorithm::Sha1, true),
    ("SSHA256", Algorithm::Sha256, true),
    ("SSHA384", Algorithm::Sha384, true),
    ("SSHA512", Algorithm::Sha512, true),
    ("SMD5", Algorithm::Md5, true),
];

/// Reads a text that begins as one of these.
pub(crate) fn read(text: &str) -> Read {
    let (name, rest) = text
        .strip_prefix('{')
        .and_then(|text| text.split_once('}'))
        .ok_or(malformed("it must read {SSHA} and then base64"))?;
    let (_, algorithm, salted) = *SCHEMES
        .iter()
        .find(|(known, _, _)| known.eq_ignore_ascii_case(name))
        .ok_or(malformed("it must read {SSHA} and then base64"))?;
    let bytes = any_base64(rest).ok_or(malformed("what follows the braces is not base64"))?;
    let (digest, salt) =
        bytes.split_at_checked(algorithm.size()).ok_or(malformed("it is shorter than its digest"))?;
    if salt.is_empty() == salted {
        return Err(malformed(if salted { "its salt is missing" } else { "it is longer than its digest" }));
    }
    if salt.len() > MAX_SALT {
        return Err(malformed("its salt is longer than 256 bytes"));
    }
    let salt = salt.to_vec();
    Ok(computed::by_time(digest.to_vec(), move |password| algorithm.digest(&[password, &salt])))
}

const fn malformed(what: &'static str) -> HashProblem {
    HashProblem::Malformed { scheme: SCHEME, what }
}
