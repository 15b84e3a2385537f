//! What an operator states about bare digests: how they were made and how they are written.

use std::{fmt, str::FromStr, sync::Arc};

use zeroize::Zeroizing;

use super::{
    Read,
    base64::{any_base64, url_base64},
    digest::{Again, Digest, Recipe, unhex},
    grammar,
};
use crate::{HashProblem, ImportedHash, Scheme};

/// How the text of a digest that was read with a template begins.
pub(crate) const MARK: &str = "$digest$";

const SCHEME: &str = Scheme::Digest.name();

/// The longest salt, in bytes.
pub(crate) const MAX_SALT: usize = 256;

/// How an application made and wrote digests that do not say so themselves.
///
/// A template is an expression and, after commas, options, in any order; space between words is ignored:
///
/// ```text
/// sha256(salt + password), hex, iterations=1000
/// md5(md5(password) + salt)
/// hmac-sha512(salt, password), base64, salt=hex
/// sha1(salt + utf16(password)), base64, salt=base64
/// ```
///
/// | part | meaning |
/// |---|---|
/// | `md5`, `sha1`, `sha224`, `sha256`, `sha384`, `sha512` | the digest of what is in parentheses, joined by `+` |
/// | `hmac-sha256(key, message)` | its HMAC |
/// | `password`, `utf16(password)` | what the user types, as UTF-8 or as UTF-16 with the low byte first |
/// | `salt` | the salt of the row |
/// | `"text"` | the same text for all rows |
/// | a digest inside another | its hexadecimal digits in small letters |
/// | `hex` (or nothing), `base64` | how the digest is written; hexadecimal digits in either case |
/// | `salt=text` (or nothing), `salt=hex`, `salt=base64` | how the salt is written |
/// | `iterations=N` | digests in all, 1 (or nothing) to 1,000,000 |
/// | `again=digest` (or nothing), `again=hex`, `again=digest+input` | what each further one hashes: the bytes or the digits of the one before, or its bytes and then what the first one hashed |
///
/// A template has at most 256 bytes, and digests are at most three deep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestTemplate {
    recipe: Recipe,
    written: Encoding,
    salt: SaltEncoding,
}

/// How the digest is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Hex,
    Base64,
}

/// How the salt is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SaltEncoding {
    Text,
    Hex,
    Base64,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateProblem {
    /// More bytes than a template may have.
    #[error("the digest template is {length} bytes long; at most {} are read", grammar::MAX_LENGTH)]
    TooLong {
        /// Bytes given.
        length: usize,
    },
    /// Something else was expected.
    #[error("the digest template is not understood at byte {at}: expected {expected}")]
    Expected {
        /// Where, counted in bytes from 0.
        at: usize,
        /// What could stand there.
        expected: &'static str,
    },
    /// The expression does not depend on the password.
    #[error("the digest template never uses the password")]
    NoPassword,
    /// Digests are nested too deep.
    #[error("the digest template has digests more than {} deep", grammar::MAX_DEPTH)]
    TooDeep,
    /// Too many or no iterations.
    #[error("the digest template has {given} iterations; it must be from 1 to {}", grammar::MAX_ITERATIONS)]
    Iterations {
        /// The number given.
        given: u32,
    },
    /// `salt=…` for an expression without salt.
    #[error("the digest template says how the salt is written, but its expression has no salt")]
    NoSalt,
    /// An option stands twice.
    #[error("the digest template has the option {option} twice")]
    Twice {
        /// The option.
        option: &'static str,
    },
}

impl DigestTemplate {
    /// Reads a row: its digest and, if the template uses one, its salt. Space around them is ignored. Does no hashing.
    ///
    /// The result's [`as_str`](ImportedHash::as_str) holds the template, so that it can be read without it.
    ///
    /// # Errors
    /// Says what is missing, malformed or too long. The sentence never holds the digest or the salt.
    pub fn read(&self, hash: &str, salt: Option<&str>) -> Result<ImportedHash, HashProblem> {
        let length = hash.len().max(salt.map_or(0, str::len));
        if length > crate::MAX_LENGTH {
            return Err(HashProblem::TooLong { length });
        }
        let hash = hash.trim();
        if hash.is_empty() {
            return Err(HashProblem::Empty);
        }
        let decoded = match self.written {
            Encoding::Hex => unhex(hash).ok_or(malformed("its digest is not made of hexadecimal digits"))?,
            Encoding::Base64 => any_base64(hash).ok_or(malformed("its digest is not base64"))?,
        };
        let digest = Digest { recipe: self.recipe.clone(), salt: self.salt(salt)?, expected: decoded };
        checked(&digest)?;
        let text =
            format!("{MARK}{}${}${}", digest.recipe, url_base64(&digest.salt), url_base64(&digest.expected));
        Ok(ImportedHash::new(Scheme::Digest, Zeroizing::new(text), Arc::new(digest)))
    }

    /// Whether rows need a salt.
    #[must_use]
    pub fn needs_salt(&self) -> bool {
        self.recipe.call.is_salted()
    }

    fn salt(&self, given: Option<&str>) -> Result<Vec<u8>, HashProblem> {
        // A salt that is text may begin or end with a space, so nothing is cut off it.
        match (given.filter(|salt| !salt.is_empty()), self.needs_salt()) {
            (None, false) => Ok(Vec::new()),
            (None, true) => Err(malformed("the template needs a salt, and the row has none")),
            (Some(_), false) => Err(malformed("the row has a salt, and the template does not use one")),
            (Some(salt), true) => match self.salt {
                SaltEncoding::Text => Ok(salt.as_bytes().to_vec()),
                SaltEncoding::Hex => {
                    unhex(salt.trim()).ok_or(malformed("its salt is not made of hexadecimal digits"))
                }
                SaltEncoding::Base64 => any_base64(salt.trim()).ok_or(malformed("its salt is not base64")),
            },
        }
    }
}

/// Reads the text of a digest that a template made.
pub(crate) fn read(text: &str) -> Read {
    let fields = text.strip_prefix(MARK).and_then(|rest| {
        let mut fields = rest.rsplitn(3, '$');
        Some((fields.next()?, fields.next()?, fields.next()?))
    });
    let Some((expected, salt, recipe)) = fields else {
        return Err(malformed("it must read $digest$template$salt$hash"));
    };
    let decode = |field| any_base64(field).ok_or(malformed("its salt or hash is not base64"));
    let template: DigestTemplate = recipe.parse().map_err(|_| malformed("its template is not understood"))?;
    let digest = Digest { recipe: template.recipe, salt: decode(salt)?, expected: decode(expected)? };
    checked(&digest)?;
    Ok(Arc::new(digest))
}

fn checked(digest: &Digest) -> Result<(), HashProblem> {
    if digest.expected.len() != digest.recipe.call.algorithm.size() {
        return Err(malformed("its digest does not have the length that the template's algorithm gives"));
    }
    if digest.salt.len() > MAX_SALT {
        return Err(malformed("its salt is longer than 256 bytes"));
    }
    Ok(())
}

impl FromStr for DigestTemplate {
    type Err = TemplateProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = grammar::parse(text)?;
        let recipe = Recipe {
            call: parsed.call,
            iterations: parsed.iterations.unwrap_or(1),
            again: parsed.again.unwrap_or(Again::Bytes),
        };
        if !recipe.call.has_password() {
            return Err(TemplateProblem::NoPassword);
        }
        if parsed.salt.is_some() && !recipe.call.is_salted() {
            return Err(TemplateProblem::NoSalt);
        }
        Ok(Self {
            recipe,
            written: match parsed.written {
                Some("base64") => Encoding::Base64,
                _ => Encoding::Hex,
            },
            salt: match parsed.salt {
                Some("base64") => SaltEncoding::Base64,
                Some("hex") => SaltEncoding::Hex,
                _ => SaltEncoding::Text,
            },
        })
    }
}

/// The template in its shortest form; parsing it gives the same template again.
impl fmt::Display for DigestTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.recipe.fmt(f)?;
        if self.written == Encoding::Base64 {
            f.write_str(",base64")?;
        }
        match self.salt {
            SaltEncoding::Text => Ok(()),
            SaltEncoding::Hex => f.write_str(",salt=hex"),
            SaltEncoding::Base64 => f.write_str(",salt=base64"),
        }
    }
}

const fn malformed(what: &'static str) -> HashProblem {
    HashProblem::Malformed { scheme: SCHEME, what }
}
