//! The key of a Trusted Device: a P-256 key that the browser made and cannot export, proven by signing a challenge.
//!
//! The browser signs with Web Crypto, whose ECDSA signatures are the two numbers side by side, 64 bytes (W3C, Web
//! Cryptography API, 23.2); SHA-256 is the digest.

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::time::Timestamp;

use crate::keyring::Keyring;

/// An uncompressed point (SEC 1, 2.3.3).
const KEY_LENGTH: usize = 65;
const SIGNATURE_LENGTH: usize = 64;
const PURPOSE: &str = "device challenge";

/// The public half of a device's key: a point of the curve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceKey([u8; KEY_LENGTH]);

impl DeviceKey {
    /// Reads what a browser made, in URL-safe base64; `None` when it is no point of the curve.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_bytes(&URL_SAFE_NO_PAD.decode(text).ok()?)
    }

    /// Reads what was stored; `None` when it is no point of the curve.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; KEY_LENGTH] = bytes.try_into().ok()?;
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes).ok()?;
        Some(Self(bytes))
    }

    /// What is stored.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The name under which the browser keeps the private half: SHA-256 of the public one, in URL-safe base64.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, &self.0))
    }

    /// Whether `signature` (URL-safe base64) is this key's over `message`.
    #[must_use]
    pub fn has_signed(&self, message: &[u8], signature: &str) -> bool {
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.0);
        signature.len() == SIGNATURE_LENGTH
            && key.is_ok_and(|key| key.verify_sig(message, &signature).is_ok())
    }
}

/// A challenge for one browser: the moment and a MAC over both. Nothing is stored of it.
#[must_use]
pub fn challenge(keys: &Keyring, browser: &[u8; 32], at: Timestamp) -> String {
    let mac = keys.sign(PURPOSE, &[browser, &at.0.to_be_bytes()]);
    format!("{}.{}", at.0, URL_SAFE_NO_PAD.encode(&mac[..16]))
}

/// When the challenge was made; `None` when we did not make it for this browser.
#[must_use]
pub fn challenged_at(keys: &Keyring, browser: &[u8; 32], challenge: &str) -> Option<Timestamp> {
    let (at, shown) = challenge.split_once('.')?;
    let at = Timestamp(at.parse().ok()?);
    let shown = URL_SAFE_NO_PAD.decode(shown).ok()?;
    let is_whole = shown.len() == 16;
    (is_whole && keys.has_signed(PURPOSE, &[browser, &at.0.to_be_bytes()], &shown)).then_some(at)
}

/// What is signed: the challenge, for one portal and one purpose.
#[must_use]
pub fn message(origin: &str, challenge: &str) -> Vec<u8> {
    format!("vestibule-device-v1|{origin}|{challenge}").into_bytes()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

    use super::*;
    use crate::random::SystemRandom;

    const BROWSER: [u8; 32] = [7; 32];

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
    }

    /// RFC 6979, A.2.5: P-256, SHA-256, the message "sample".
    fn rfc() -> (DeviceKey, String) {
        let point = hex("04\
            60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
            7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
        let signature = hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
             f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
        (DeviceKey::from_bytes(&point).unwrap(), URL_SAFE_NO_PAD.encode(signature))
    }

    #[test]
    fn the_vector_of_rfc_6979_is_right_and_nothing_near_it() {
        let (key, signature) = rfc();
        assert!(key.has_signed(b"sample", &signature));
        assert!(!key.has_signed(b"test", &signature));
        for broken in ["", "A", &signature[1..], &format!("{signature}AA"), &"A".repeat(86)] {
            assert!(!key.has_signed(b"sample", broken), "{broken}");
        }
        let der = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let other = DeviceKey::from_bytes(der.public_key().as_ref()).unwrap();
        assert!(!other.has_signed(b"sample", &signature));
        assert_ne!(other.thumbprint(), key.thumbprint());
    }

    #[test]
    fn only_points_of_the_curve_are_keys() {
        let (key, _) = rfc();
        let good = key.as_bytes().to_vec();
        assert_eq!(DeviceKey::parse(&URL_SAFE_NO_PAD.encode(&good)), Some(key));
        let mut off_curve = good.clone();
        off_curve[64] ^= 1;
        let compressed = [&[2], &good[1..33]].concat();
        for wrong in [off_curve, compressed, good[..64].to_vec(), vec![4; 65], vec![0], vec![]] {
            assert_eq!(DeviceKey::from_bytes(&wrong), None);
        }
        assert_eq!(DeviceKey::parse("not base64!"), None);
    }

    #[test]
    fn a_challenge_is_for_one_browser_and_one_installation() {
        let (keys, others) = (Keyring::generate(&SystemRandom), Keyring::generate(&SystemRandom));
        let made = challenge(&keys, &BROWSER, Timestamp(1_794_908_520_000));
        assert_eq!(challenged_at(&keys, &BROWSER, &made), Some(Timestamp(1_794_908_520_000)));
        assert_eq!(challenged_at(&keys, &[8; 32], &made), None);
        assert_eq!(challenged_at(&others, &BROWSER, &made), None);
        let later = made.replacen("1794908520000", "1794908520001", 1);
        for forged in ["", ".", "1.", &later, &made[..made.len() - 2], "9".repeat(40).as_str()] {
            assert_eq!(challenged_at(&keys, &BROWSER, forged), None, "{forged}");
        }
    }
}
