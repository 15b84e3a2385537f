//! The names of the formats that can be verified.

use std::fmt;

/// The format of an imported hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Scheme {
    /// bcrypt, versions 2a, 2b and 2y, which are the same for every password up to 72 bytes.
    Bcrypt,
    /// bcrypt over a SHA-256 digest, of Django and passlib.
    BcryptSha256,
    /// Argon2 in one of its three variants (RFC 9106).
    Argon2,
    /// scrypt (RFC 7914) of passlib, Django, Werkzeug and crypt(3).
    Scrypt,
    /// yescrypt of crypt(3).
    Yescrypt,
    /// PBKDF2 (RFC 8018) of passlib, PHC strings, directories, Django and Werkzeug.
    Pbkdf2,
    /// ASP.NET Core Identity, versions 2 and 3, which are PBKDF2.
    AspNetIdentity,
    /// SHA-crypt of crypt(3), with SHA-256 and SHA-512.
    ShaCrypt,
    /// MD5-crypt of crypt(3), and Apache's variant of it.
    Md5Crypt,
    /// phpass of WordPress and phpBB.
    Phpass,
    /// Drupal 7.
    Drupal7,
    /// The digests of directories: `{SSHA}` and its kin.
    Directory,
    /// The digests that Django and Werkzeug wrote of old.
    OldPython,
    /// A digest that a [`DigestTemplate`](crate::DigestTemplate) explains.
    Digest,
}

impl Scheme {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Bcrypt,
        Self::BcryptSha256,
        Self::Argon2,
        Self::Scrypt,
        Self::Yescrypt,
        Self::Pbkdf2,
        Self::AspNetIdentity,
        Self::ShaCrypt,
        Self::Md5Crypt,
        Self::Phpass,
        Self::Drupal7,
        Self::Directory,
        Self::OldPython,
        Self::Digest,
    ];

    /// The name that people use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bcrypt => "bcrypt",
            Self::BcryptSha256 => "bcrypt over SHA-256",
            Self::Argon2 => "Argon2",
            Self::Scrypt => "scrypt",
            Self::Yescrypt => "yescrypt",
            Self::Pbkdf2 => "PBKDF2",
            Self::AspNetIdentity => "ASP.NET Identity",
            Self::ShaCrypt => "SHA-crypt",
            Self::Md5Crypt => "MD5-crypt",
            Self::Phpass => "phpass",
            Self::Drupal7 => "Drupal 7",
            Self::Directory => "directory",
            Self::OldPython => "sha1$salt$",
            Self::Digest => "digest",
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
