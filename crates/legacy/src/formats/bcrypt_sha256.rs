//! bcrypt over a digest, so that passwords may be longer than 72 bytes: Django and passlib.
//!
//! | program | text | bcrypt hashes |
//! |---|---|---|
//! | Django | `bcrypt_sha256$$2b$12$…` | the hexadecimal digits of SHA-256 |
//! | passlib, 2 | `$bcrypt-sha256$v=2,t=2b,r=12$salt$hash` | base64 of HMAC-SHA-256, the key being the salt as it is written |
//! | passlib, 1 | `$bcrypt-sha256$2b,12$salt$hash` | base64 of SHA-256 |

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use super::{Check, Read, algorithm::Algorithm, bcrypt::Bcrypt, digest::hex};
use crate::{HashProblem, Scheme};

enum Before {
    Digits,
    Hmac { key: Vec<u8> },
    Digest,
}

struct BcryptSha256 {
    before: Before,
    inner: Bcrypt,
}

/// Reads what Django has.
pub(crate) fn read_django(text: &str) -> Read {
    let inner = text.strip_prefix("bcrypt_sha256$").unwrap_or_default();
    Ok(Arc::new(BcryptSha256 { before: Before::Digits, inner: Bcrypt::parse(inner)? }))
}

/// Reads what passlib has.
pub(crate) fn read_passlib(text: &str) -> Read {
    const SHAPE: HashProblem = HashProblem::Malformed {
        scheme: Scheme::BcryptSha256.name(),
        what: "it must read $bcrypt-sha256$v=2,t=2b,r=12$salt$hash",
    };
    let fields: Vec<_> = text.split('$').collect();
    let ["", _, params, salt, hash] = fields[..] else { return Err(SHAPE) };
    let params: Vec<_> = params.split(',').collect();
    let (variant, cost, before) = match params[..] {
        ["v=2", variant, cost] => (
            variant.strip_prefix("t=").ok_or(SHAPE)?,
            cost.strip_prefix("r=").ok_or(SHAPE)?,
            Before::Hmac { key: salt.as_bytes().to_vec() },
        ),
        [variant, cost] => (variant, cost, Before::Digest),
        _ => return Err(SHAPE),
    };
    if !["2a", "2b", "2y"].contains(&variant) {
        return Err(SHAPE);
    }
    let inner = Bcrypt::parse(&format!("${variant}${cost:0>2}${salt}{hash}"))?;
    Ok(Arc::new(BcryptSha256 { before, inner }))
}

impl Check for BcryptSha256 {
    fn matches(&self, password: &[u8]) -> bool {
        let sha256 = Algorithm::Sha256;
        let text = match &self.before {
            Before::Digits => hex(&sha256.digest(&[password])),
            Before::Hmac { key } => Zeroizing::new(STANDARD.encode(sha256.hmac(key, password))),
            Before::Digest => Zeroizing::new(STANDARD.encode(sha256.digest(&[password]))),
        };
        self.inner.matches(text.as_bytes())
    }
}
