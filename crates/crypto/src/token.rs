//! Bearer tokens for cookies, tickets and links: 256 random bits, stored as a SHA-256 digest only.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::random::{Random, RandomExt as _};

/// A secret that a browser or a link carries.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Token([u8; 32]);

/// What is stored of a token. Comparing digests in the database leaks nothing useful about the token.
pub type TokenHash = [u8; 32];

impl Token {
    /// A new token.
    pub fn generate(random: &(impl Random + ?Sized)) -> Self {
        Self(random.bytes())
    }

    /// Reads a token back from a cookie or a link; `None` when it cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        const LENGTH: usize = 43;
        if text.len() != LENGTH {
            return None;
        }
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The text for a cookie or a link: 43 characters of URL-safe base64.
    #[must_use]
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is stored.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &self.0).as_ref());
        hash
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn survives_the_round_trip_and_nothing_else_does() {
        let token = Token::generate(&SystemRandom);
        let text = token.expose();
        assert_eq!(Token::parse(&text), Some(token));
        for other in ["", "x", &text[1..], &format!("{text}A"), &"!".repeat(43), &"é".repeat(22)] {
            assert_eq!(Token::parse(other), None);
        }
    }
}
