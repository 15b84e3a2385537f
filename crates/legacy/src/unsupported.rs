//! The names of formats that cannot be verified, so that an operator reads more than "unknown".

/// Beginnings that tell a format; the first that fits is the answer.
const PREFIXES: [(&str, &str); 27] = [
    ("$apr1$", "Apache MD5-crypt ($apr1$)"),
    ("$1$", "MD5-crypt ($1$)"),
    ("$2$", "the original bcrypt ($2$)"),
    ("$2x$", "bcrypt of a faulty crypt_blowfish ($2x$)"),
    ("$3$", "NT hash ($3$)"),
    ("$5$", "SHA-256-crypt ($5$)"),
    ("$6$", "SHA-512-crypt ($6$)"),
    ("$7$", "scrypt ($7$)"),
    ("$y$", "yescrypt ($y$)"),
    ("$gy$", "gost-yescrypt ($gy$)"),
    ("$P$", "phpass ($P$)"),
    ("$H$", "phpass ($H$)"),
    ("$S$", "Drupal 7 ($S$)"),
    ("$scrypt$", "scrypt ($scrypt$)"),
    ("$pbkdf2", "PBKDF2 ($pbkdf2…$)"),
    ("$bcrypt-sha256$", "bcrypt over SHA-256 (passlib)"),
    ("bcrypt_sha256$", "bcrypt over SHA-256 (Django)"),
    ("pbkdf2_sha", "PBKDF2 (Django)"),
    ("pbkdf2:", "PBKDF2 (Werkzeug)"),
    ("scrypt:", "scrypt (Werkzeug)"),
    ("scrypt$", "scrypt (Django)"),
    ("{SSHA", "salted SHA ({SSHA})"),
    ("{SHA", "unsalted SHA ({SHA})"),
    ("{SMD5}", "salted MD5 ({SMD5})"),
    ("{MD5}", "unsalted MD5 ({MD5})"),
    ("{PBKDF2", "PBKDF2 ({PBKDF2})"),
    ("{", "a directory scheme ({…})"),
];

/// The name of the format that a text begins as or has the length of.
pub(crate) fn name(text: &str) -> Option<&'static str> {
    let by_prefix = PREFIXES.iter().find(|(prefix, _)| {
        text.get(..prefix.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(prefix) && same_case(prefix, head))
    });
    by_prefix.map(|(_, name)| *name).or_else(|| digest(text))
}

/// `$P$` and `$p$` differ, `{ssha}` and `{SSHA}` do not.
fn same_case(prefix: &str, head: &str) -> bool {
    prefix.starts_with('{') || prefix == head
}

fn digest(text: &str) -> Option<&'static str> {
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    match text.len() {
        32 => Some("unsalted MD5 or NT hash (32 hexadecimal digits)"),
        40 => Some("unsalted SHA-1 (40 hexadecimal digits)"),
        64 => Some("unsalted SHA-256 (64 hexadecimal digits)"),
        128 => Some("unsalted SHA-512 (128 hexadecimal digits)"),
        _ => None,
    }
}
