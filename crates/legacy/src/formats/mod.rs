//! The formats of other programs: one file for each family, and one table that says how each begins.
//!
//! Reading a hash never computes one, so an import of a million rows costs a million parses; the parameters are bounded
//! there, so that a verification is never a surprise at a login.

mod algorithm;
mod argon2;
mod aspnet;
mod base64;
mod bcrypt;
mod bcrypt_sha256;
mod computed;
mod crypt64;
mod digest;
mod directory;
mod grammar;
mod limits;
mod md5_crypt;
mod old_python;
mod pbkdf2;
mod phpass;
mod scrypt;
mod sha_crypt;
mod template;
mod unsupported;
mod yescrypt;

use std::sync::Arc;

pub use template::{DigestTemplate, TemplateProblem};

use crate::{HashProblem, Scheme};

/// Whether a password is the one that was hashed; the parameters were checked when it was read.
pub(crate) trait Check: Send + Sync {
    /// Compares in constant time.
    fn matches(&self, password: &[u8]) -> bool;

    /// Working memory of one comparison in KiB.
    fn memory_kib(&self) -> u32 {
        4
    }
}

/// What a family makes of a text.
pub(crate) type Read = Result<Arc<dyn Check>, HashProblem>;

/// A format: how its texts begin, and who reads them.
struct Format {
    scheme: Scheme,
    begins: &'static [&'static str],
    read: fn(&str) -> Read,
}

const FORMATS: &[Format] = &[
    Format { scheme: Scheme::Bcrypt, begins: &["$2a$", "$2b$", "$2y$"], read: bcrypt::read },
    Format { scheme: Scheme::BcryptSha256, begins: &["bcrypt_sha256$"], read: bcrypt_sha256::read_django },
    Format { scheme: Scheme::BcryptSha256, begins: &["$bcrypt-sha256$"], read: bcrypt_sha256::read_passlib },
    Format { scheme: Scheme::Argon2, begins: &["$argon2"], read: argon2::read },
    Format { scheme: Scheme::Scrypt, begins: &["$scrypt$"], read: scrypt::read },
    Format { scheme: Scheme::Scrypt, begins: &["scrypt$"], read: scrypt::read_django },
    Format { scheme: Scheme::Scrypt, begins: &["scrypt:"], read: scrypt::read_werkzeug },
    Format { scheme: Scheme::Scrypt, begins: &["$7$"], read: scrypt::read_crypt },
    Format { scheme: Scheme::Yescrypt, begins: &["$y$"], read: yescrypt::read },
    Format { scheme: Scheme::Pbkdf2, begins: &["$pbkdf2", "{PBKDF2"], read: pbkdf2::read },
    Format { scheme: Scheme::Pbkdf2, begins: &["pbkdf2_"], read: pbkdf2::read_django },
    Format { scheme: Scheme::Pbkdf2, begins: &["pbkdf2:"], read: pbkdf2::read_werkzeug },
    Format { scheme: Scheme::ShaCrypt, begins: &["$5$", "$6$"], read: sha_crypt::read },
    Format { scheme: Scheme::Md5Crypt, begins: &["$1$"], read: md5_crypt::read },
    Format { scheme: Scheme::Md5Crypt, begins: &["$apr1$"], read: md5_crypt::read_apache },
    Format { scheme: Scheme::Phpass, begins: &["$P$", "$H$", "U$P$", "U$H$"], read: phpass::read },
    Format { scheme: Scheme::Drupal7, begins: &["$S$", "U$S$"], read: phpass::read_drupal },
    Format {
        scheme: Scheme::Directory,
        begins: &[
            "{SHA}",
            "{SHA256}",
            "{SHA384}",
            "{SHA512}",
            "{MD5}",
            "{SSHA}",
            "{SSHA256}",
            "{SSHA384}",
            "{SSHA512}",
            "{SMD5}",
        ],
        read: directory::read,
    },
    Format {
        scheme: Scheme::OldPython,
        begins: &["md5$", "sha1$", "sha224$", "sha256$", "sha384$", "sha512$"],
        read: old_python::read,
    },
    Format { scheme: Scheme::Digest, begins: &[template::MARK], read: template::read },
];

/// Reads a text that is not empty and has no wrapper.
///
/// # Errors
/// As [`crate::ImportedHash::parse`].
pub(crate) fn read(text: &str) -> Result<(Scheme, Arc<dyn Check>), HashProblem> {
    let format = FORMATS.iter().find(|format| format.begins.iter().any(|start| begins(text, start)));
    match format {
        Some(format) => (format.read)(text).map(|check| (format.scheme, check)),
        None if aspnet::claims(text) => aspnet::read(text).map(|check| (Scheme::AspNetIdentity, check)),
        None => Err(unsupported::problem(text)),
    }
}

/// Whether a text has this beginning. The schemes of directories are in either case: `{ssha}` is `{SSHA}`; otherwise
/// `$P$` and `$p$` differ.
fn begins(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head == start || (start.starts_with('{') && head.eq_ignore_ascii_case(start)))
}
