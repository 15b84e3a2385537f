//! ASP.NET Core Identity: base64 of a byte that tells the version and what follows it.
//!
//! Version 2 is 00, 16 bytes of salt, 32 of PBKDF2 with HMAC-SHA-1 and 1,000 iterations. Version 3 is 01, the hash
//! function (0 SHA-1, 1 SHA-256, 2 SHA-512), the iterations and the length of the salt as 32-bit numbers with the
//! highest byte first, the salt, the hash. Layout: `PasswordHasher.cs` of aspnetcore.

use super::{Read, algorithm::Algorithm, base64::any_base64, pbkdf2};
use crate::{HashProblem, Scheme};

const SCHEME: &str = Scheme::AspNetIdentity.name();
const LENGTH_V2: usize = 1 + 16 + 32;
const HEADER_V3: usize = 1 + 4 + 4 + 4;

/// Whether a text has the length of version 2 or the beginning of version 3. Neither has a mark that people can see.
pub(crate) fn claims(text: &str) -> bool {
    // Version 3 begins 01 00 00 00.
    text.starts_with("AQAAAA")
        || (text.len() == LENGTH_V2.div_ceil(3) * 4
            && any_base64(text).is_some_and(|bytes| bytes.len() == LENGTH_V2 && bytes[0] == 0))
}

/// Reads a text that [`claims`] accepted.
pub(crate) fn read(text: &str) -> Read {
    let bytes = any_base64(text).ok_or(malformed("it is not base64"))?;
    if bytes.first() == Some(&0) && bytes.len() == LENGTH_V2 {
        return pbkdf2::check(Algorithm::Sha1, "1000", bytes[1..17].to_vec(), bytes[17..].to_vec());
    }
    let (header, rest) = bytes.split_at_checked(HEADER_V3).ok_or(malformed("it is cut off"))?;
    let number = |at: usize| {
        let field = header.get(at..at + 4).and_then(|field| field.try_into().ok());
        field.map_or(0, u32::from_be_bytes)
    };
    let algorithm = match number(1) {
        0 => Algorithm::Sha1,
        1 => Algorithm::Sha256,
        2 => Algorithm::Sha512,
        _ => return Err(malformed("its hash function is none of SHA-1, SHA-256 and SHA-512")),
    };
    let salt_length = usize::try_from(number(9)).unwrap_or(usize::MAX);
    let (salt, hash) = rest.split_at_checked(salt_length).ok_or(malformed("it is shorter than its salt"))?;
    // A shorter output is the beginning of a longer one: a text that was cut off is told by its odd length.
    if hash.len() % 16 != 0 {
        return Err(malformed("its hash is not a multiple of 16 bytes; it may have been cut off"));
    }
    pbkdf2::check(algorithm, &number(5).to_string(), salt.to_vec(), hash.to_vec())
}

const fn malformed(what: &'static str) -> HashProblem {
    HashProblem::Malformed { scheme: SCHEME, what }
}
