//! The installation's keys: one file, three keys for three purposes.

use std::fmt;

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::random::{Random, RandomExt as _};

/// 256 secret bits.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

impl Key {
    /// A new key.
    pub fn generate(random: &(impl Random + ?Sized)) -> Self {
        Self(random.bytes())
    }

    /// A key from its bytes, as unsealed.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The secret itself, for the primitives of this crate and for sealing.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The keys of an installation. Whoever has them and the database can read everything; keep them apart.
#[derive(Debug, Clone)]
pub struct Keyring {
    pepper: Key,
    mac: Key,
    envelope: Key,
}

/// A key file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyringProblem {
    /// Not the expected TOML.
    #[error("{0}")]
    Format(String),
    /// A key is not 32 bytes of base64.
    #[error("the key `{0}` is not 32 bytes in base64: restore the file from its backup")]
    Key(&'static str),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    pepper: String,
    mac: String,
    envelope: String,
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        self.pepper.zeroize();
        self.mac.zeroize();
        self.envelope.zeroize();
    }
}

impl Keyring {
    /// New keys.
    pub fn generate(random: &(impl Random + ?Sized)) -> Self {
        Self { pepper: Key::generate(random), mac: Key::generate(random), envelope: Key::generate(random) }
    }

    /// The text of a key file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let line = |name, key: &Key| format!("{name} = \"{}\"\n", STANDARD.encode(key.0));
        format!(
            "# The keys of this installation. Keep a backup apart from the database: without them nobody can log in.\n{}{}{}",
            line("pepper", &self.pepper),
            line("mac", &self.mac),
            line("envelope", &self.envelope),
        )
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`KeyringProblem`]; its text never holds a key.
    pub fn from_toml(text: &str) -> Result<Self, KeyringProblem> {
        let file: KeyFile =
            toml::from_str(text).map_err(|error| KeyringProblem::Format(error.message().to_owned()))?;
        let key = |name, value: &str| {
            let bytes = STANDARD.decode(value).map_err(|_| KeyringProblem::Key(name))?;
            bytes.try_into().map(Key).map_err(|_| KeyringProblem::Key(name))
        };
        Ok(Self {
            pepper: key("pepper", &file.pepper)?,
            mac: key("mac", &file.mac)?,
            envelope: key("envelope", &file.envelope)?,
        })
    }

    /// The pepper of password hashes.
    #[must_use]
    pub const fn pepper(&self) -> &Key {
        &self.pepper
    }

    /// The key that seals what is stored.
    #[must_use]
    pub const fn envelope(&self) -> &Key {
        &self.envelope
    }

    /// HMAC-SHA-256 of `parts` for one `purpose`. Lengths are part of the input, so no two lists of parts collide.
    #[must_use]
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.mac.0);
        let mut context = hmac::Context::with_key(&key);
        for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part);
        }
        let mut mac = [0; 32];
        mac.copy_from_slice(context.sign().as_ref());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn a_key_file_survives_the_round_trip() {
        let keys = Keyring::generate(&SystemRandom);
        let read = Keyring::from_toml(&keys.to_toml()).unwrap();
        assert_eq!(read.mac("test", &[b"x"]), keys.mac("test", &[b"x"]));
        assert_eq!(read.pepper().expose(), keys.pepper().expose());
        assert_eq!(read.envelope().expose(), keys.envelope().expose());
    }

    #[test]
    fn errors_and_debug_never_show_a_key() {
        let keys = Keyring::generate(&SystemRandom);
        assert_eq!(format!("{keys:?}"), "Keyring { pepper: Key(…), mac: Key(…), envelope: Key(…) }");
        let problem = Keyring::from_toml("pepper = \"c2VjcmV0\"\nmac = \"\"\nenvelope = \"\"").unwrap_err();
        assert_eq!(problem, KeyringProblem::Key("pepper"));
        assert!(matches!(Keyring::from_toml("peper = 1"), Err(KeyringProblem::Format(_))));
    }

    #[test]
    fn macs_differ_by_purpose_and_by_the_boundaries_of_parts() {
        let keys = Keyring::generate(&SystemRandom);
        assert_ne!(keys.mac("a", &[b"bc"]), keys.mac("ab", &[b"c"]));
        assert_ne!(keys.mac("a", &[b"b", b"c"]), keys.mac("a", &[b"bc"]));
    }
}
