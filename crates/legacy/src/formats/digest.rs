//! How a digest is computed: the expression of a template, evaluated.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Check, algorithm::Algorithm};

/// One thing that is hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Term {
    /// What was typed, as UTF-8.
    Password,
    /// What was typed, as UTF-16 with the low byte first, as .NET and Windows have it.
    PasswordUtf16,
    /// The salt of the row.
    Salt,
    /// A text that is the same in every row.
    Text(String),
    /// Another digest, as hexadecimal digits in small letters.
    Inner(Call),
}

/// A digest over terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) algorithm: Algorithm,
    /// The key, for an HMAC.
    pub(crate) key: Option<Vec<Term>>,
    pub(crate) message: Vec<Term>,
}

/// What every iteration after the first one hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// The bytes of the digest before it (Apache Shiro).
    Bytes,
    /// The hexadecimal digits of the digest before it.
    Hex,
    /// The bytes of the digest before it, then what the first one hashed (Symfony).
    BytesAndInput,
}

/// How a digest is made, without how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipe {
    pub(crate) call: Call,
    pub(crate) iterations: u32,
    pub(crate) again: Again,
}

/// A digest that was imported.
pub(crate) struct Digest {
    pub(crate) recipe: Recipe,
    pub(crate) salt: Vec<u8>,
    pub(crate) expected: Vec<u8>,
}

impl Check for Digest {
    fn matches(&self, password: &[u8]) -> bool {
        self.recipe
            .compute(password, &self.salt)
            .is_some_and(|digest| bool::from(digest.as_slice().ct_eq(&self.expected)))
    }
}

impl Recipe {
    /// The digest, or nothing for a password that is not text where the recipe needs text.
    fn compute(&self, password: &[u8], salt: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let Call { algorithm, key, message } = &self.call;
        let input = join(message, password, salt)?;
        let key =
            key.as_ref().map(|key| join(key, password, salt)).map_or(Some(None), |key| key.map(Some))?;
        let once = |input: &[u8]| match &key {
            Some(key) => algorithm.hmac(key, input),
            None => algorithm.digest(&[input]),
        };
        let mut digest = once(&input);
        for _ in 1..self.iterations {
            digest = match self.again {
                Again::Bytes => once(&digest),
                Again::Hex => once(hex(&digest).as_bytes()),
                Again::BytesAndInput => once(&Zeroizing::new([digest.as_slice(), input.as_slice()].concat())),
            };
        }
        Some(digest)
    }
}

impl Call {
    /// Whether any term is the salt.
    pub(crate) fn is_salted(&self) -> bool {
        self.terms().any(|term| match term {
            Term::Salt => true,
            Term::Inner(call) => call.is_salted(),
            _ => false,
        })
    }

    /// Whether any term is the password.
    pub(crate) fn has_password(&self) -> bool {
        self.terms().any(|term| match term {
            Term::Password | Term::PasswordUtf16 => true,
            Term::Inner(call) => call.has_password(),
            _ => false,
        })
    }

    fn terms(&self) -> impl Iterator<Item = &Term> {
        self.key.iter().flatten().chain(&self.message)
    }

    fn compute(&self, password: &[u8], salt: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let once = Recipe { call: self.clone(), iterations: 1, again: Again::Bytes };
        once.compute(password, salt)
    }
}

fn join(terms: &[Term], password: &[u8], salt: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut joined = Zeroizing::new(Vec::new());
    for term in terms {
        match term {
            Term::Password => joined.extend_from_slice(password),
            Term::PasswordUtf16 => {
                let text = str::from_utf8(password).ok()?;
                joined.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
            }
            Term::Salt => joined.extend_from_slice(salt),
            Term::Text(text) => joined.extend_from_slice(text.as_bytes()),
            Term::Inner(call) => joined.extend_from_slice(hex(&call.compute(password, salt)?).as_bytes()),
        }
    }
    Some(joined)
}

/// Hexadecimal digits in small letters.
pub(crate) fn hex(bytes: &[u8]) -> Zeroizing<String> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Zeroizing::new(digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect())
}

/// The bytes of hexadecimal digits in either case.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?)).collect()
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.call)?;
        if self.iterations > 1 {
            write!(f, ",iterations={}", self.iterations)?;
        }
        match self.again {
            Again::Bytes => Ok(()),
            Again::Hex => f.write_str(",again=hex"),
            Again::BytesAndInput => f.write_str(",again=digest+input"),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |terms: &[Term]| terms.iter().map(ToString::to_string).collect::<Vec<_>>().join("+");
        let message = list(&self.message);
        match &self.key {
            Some(key) => write!(f, "hmac-{}({},{message})", self.algorithm, list(key)),
            None => write!(f, "{}({message})", self.algorithm),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password => f.write_str("password"),
            Self::PasswordUtf16 => f.write_str("utf16(password)"),
            Self::Salt => f.write_str("salt"),
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::Inner(call) => call.fmt(f),
        }
    }
}
