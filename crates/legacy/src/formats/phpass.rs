//! phpass of WordPress, phpBB and others (`$P$`, `$H$`), and what Drupal 7 made of it (`$S$`, SHA-512).
//!
//! A hash of Drupal that begins with `U` was made of an older one: of the MD5 digits of the password.

use zeroize::Zeroizing;

use super::{Read, algorithm::Algorithm, computed, crypt64, digest::hex, limits::Limit};
use crate::{HashProblem, Scheme};

/// The bits of the count of iterations. 7 is the least that these programs write; at 20, which takes about a second, a
/// long password costs three.
const PHPASS: Limit<u32> =
    Limit { scheme: Scheme::Phpass.name(), parameter: "count (power of two)", range: 7..=20 };
const DRUPAL: Limit<u32> =
    Limit { scheme: Scheme::Drupal7.name(), parameter: "count (power of two)", range: 7..=20 };

/// Reads `$P$…`, `$H$…` and `U$P$…`.
pub(crate) fn read(text: &str) -> Read {
    parse(text, Algorithm::Md5, &PHPASS, 34)
}

/// Reads `$S$…` and `U$S$…`.
pub(crate) fn read_drupal(text: &str) -> Read {
    // Drupal cuts the hash off, so that it fits its column.
    parse(text, Algorithm::Sha512, &DRUPAL, 55)
}

fn parse(text: &str, algorithm: Algorithm, limit: &Limit<u32>, length: usize) -> Read {
    let malformed = |what| HashProblem::Malformed { scheme: limit.scheme, what };
    let (of_digits, text) = text.strip_prefix('U').map_or((false, text), |text| (true, text));
    if text.len() != length {
        return Err(malformed("it must have 34 characters ($P$, $H$) or 55 ($S$)"));
    }
    let settings = text.get(3..12).zip(text.get(12..));
    let (settings, hash) = settings.ok_or(malformed("it holds characters that are not ASCII"))?;
    let (count, salt) = settings.split_at_checked(1).ok_or(malformed("its count is missing"))?;
    let count = crypt64::number(count).ok_or(malformed("its count is not of ./0-9A-Za-z"))?;
    let iterations = 1_u32 << limit.check(count)?;
    if !crypt64::is_made_of(hash) {
        return Err(malformed("its hash must be of ./0-9A-Za-z"));
    }
    let (salt, width) = (salt.as_bytes().to_vec(), hash.len());
    Ok(computed::by_time(hash.as_bytes().to_vec(), move |password| {
        let digits = hex(&Algorithm::Md5.digest(&[password]));
        let password = if of_digits { digits.as_bytes() } else { password };
        let mut digest = algorithm.digest(&[&salt, password]);
        for _ in 0..iterations {
            digest = algorithm.digest(&[&digest, password]);
        }
        let mut text = crypt64::encode(&digest).into_bytes();
        text.truncate(width);
        Zeroizing::new(text)
    }))
}
