//! The names of formats that are refused, so that an operator reads more than "unknown".

use super::{begins, crypt64};
use crate::HashProblem;

/// Beginnings that tell; the first that fits is the answer.
const PREFIXES: [(&str, &str); 25] = [
    ("$2$", "the original bcrypt ($2$)"),
    ("$2x$", "bcrypt of a faulty crypt_blowfish ($2x$)"),
    ("$3$", "NT hash ($3$)"),
    ("$NT$", "NT hash ($NT$)"),
    ("{NT}", "NT hash ({NT})"),
    ("{NTLM}", "NT hash ({NTLM})"),
    ("{LANMAN}", "LM hash ({LANMAN})"),
    ("{LM}", "LM hash ({LM})"),
    ("$LM$", "LM hash ($LM$)"),
    ("$gy$", "gost-yescrypt ($gy$)"),
    ("$sm3$", "SM3-crypt ($sm3$)"),
    ("$md5", "MD5-crypt of Solaris ($md5)"),
    ("$sha1$", "SHA-1-crypt of NetBSD ($sha1$)"),
    ("plain$", "plain text (plain$)"),
    ("{PLAIN}", "plain text ({PLAIN})"),
    ("{CLEAR}", "plain text ({CLEAR})"),
    ("{CLEARTEXT}", "plain text ({CLEARTEXT})"),
    ("{CRAM-MD5}", "CRAM-MD5 ({CRAM-MD5})"),
    ("crypt$", "DES crypt of Django (crypt$)"),
    ("SCRAM-SHA-", "SCRAM (SCRAM-SHA-…)"),
    ("{SCRAM-", "SCRAM ({SCRAM-…})"),
    ("0x0100", "SQL Server (0x0100)"),
    ("0x0200", "SQL Server (0x0200)"),
    ("$8$", "PBKDF2 of Cisco ($8$)"),
    ("{", "a directory scheme ({…})"),
];

/// Why a text that no format claims is refused.
pub(crate) fn problem(text: &str) -> HashProblem {
    let by_prefix = PREFIXES.iter().find(|(prefix, _)| begins(text, prefix)).map(|(_, name)| *name);
    if let Some(format) = by_prefix.or_else(|| by_shape(text)) {
        return HashProblem::Unsupported { format };
    }
    if is_locked(text) {
        return HashProblem::Locked;
    }
    bare_digest(text).map_or(HashProblem::Unknown, |format| HashProblem::BareDigest { format })
}

fn by_shape(text: &str) -> Option<&'static str> {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match text.len() {
        13 if crypt64::is_made_of(text) => Some("DES crypt (13 characters)"),
        20 if text.strip_prefix('_').is_some_and(crypt64::is_made_of) => Some("extended DES crypt (_)"),
        35 if text.strip_prefix("md5").is_some_and(is_hex) => Some("MD5 of PostgreSQL (md5…)"),
        41 if text.strip_prefix('*').is_some_and(is_hex) => Some("MySQL (*…)"),
        65 if text.split_once(':').is_some_and(|(lm, nt)| lm.len() == 32 && is_hex(lm) && is_hex(nt)) => {
            Some("LM and NT hash (32 digits, a colon, 32 digits)")
        }
        _ => None,
    }
}

/// What password files and frameworks write for an account that has no password.
fn is_locked(text: &str) -> bool {
    text.starts_with('!') || matches!(text, "*" | "x" | "*LK*" | "NP" | "*NP*")
}

fn bare_digest(text: &str) -> Option<&'static str> {
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    match text.len() {
        32 => Some("MD5 or NT hash (32 hexadecimal digits)"),
        40 => Some("SHA-1 (40 hexadecimal digits)"),
        56 => Some("SHA-224 (56 hexadecimal digits)"),
        64 => Some("SHA-256 (64 hexadecimal digits)"),
        96 => Some("SHA-384 (96 hexadecimal digits)"),
        128 => Some("SHA-512 (128 hexadecimal digits)"),
        _ => None,
    }
}
