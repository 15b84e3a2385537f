//! Authenticator apps: time-based one-time passwords (RFC 6238) with SHA-1, six digits and steps of 30 seconds, which is what
//! every app in use understands.

use std::{fmt, time::Duration};

use aws_lc_rs::hmac;
use domain::time::Timestamp;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::random::{Random, RandomExt as _};

/// Digits of a code.
pub const DIGITS: u8 = 6;
/// How long a code is shown.
pub const STEP: Duration = Duration::from_secs(30);
/// Steps before and after the expected one that are accepted (RFC 6238, section 5.2).
const WINDOW: i64 = 1;
/// Steps that the app's clock may have wandered from ours, learned little by little (RFC 6238, section 6).
pub const MOST_DRIFT: i64 = 20;

const SECRET_LEN: usize = 20;
const STEP_MILLIS: i64 = 30_000;
const MODULUS: u32 = 1_000_000;

/// What an authenticator app and we share: 160 bits (RFC 4226, section 4, R6).
#[derive(Clone)]
pub struct AppSecret(Zeroizing<[u8; SECRET_LEN]>);

impl fmt::Debug for AppSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppSecret(…)")
    }
}

impl AppSecret {
    /// A new one.
    pub fn generate(random: &(impl Random + ?Sized)) -> Self {
        Self(Zeroizing::new(random.bytes()))
    }

    /// From its bytes, as unsealed; `None` when they are no secret.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// Its bytes, for sealing.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// As a person types it into an app: base32 (RFC 4648, section 6) in groups of four.
    #[must_use]
    pub fn typed_by_hand(&self) -> Zeroizing<String> {
        let letters: Vec<char> = self.base32().chars().collect();
        let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
        Zeroizing::new(groups.join(" "))
    }

    /// As an app reads it from a picture: the key URI format.
    #[must_use]
    pub fn address(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let (issuer, account, secret) = (escape(issuer), escape(account), self.base32());
        Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
            secret.as_str()
        ))
    }

    fn base32(&self) -> Zeroizing<String> {
        const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut text = String::with_capacity(SECRET_LEN * 8 / 5);
        // 20 bytes are four groups of 40 bits: nothing is left over, so no padding.
        for group in self.0.chunks_exact(5) {
            let bits = group.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            for place in (0..8).rev() {
                let letter = usize::try_from(bits >> (place * 5) & 31).unwrap_or(0);
                text.push(char::from(LETTERS[letter]));
            }
        }
        Zeroizing::new(text)
    }

    /// The code of one step (RFC 4226, section 5.3).
    fn code_at(&self, step: i64) -> [u8; DIGITS as usize] {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.0.as_slice());
        let mac = hmac::sign(&key, &step.to_be_bytes());
        let mac = mac.as_ref();
        let at = usize::from(mac.last().copied().unwrap_or(0) & 0xf);
        let four = mac.get(at..at + 4).and_then(|four| four.try_into().ok()).unwrap_or([0; 4]);
        let mut number = (u32::from_be_bytes(four) & 0x7fff_ffff) % MODULUS;
        let mut digits = [b'0'; DIGITS as usize];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
            number /= 10;
        }
        digits
    }

    /// The step whose code was typed, searched so many steps around the one where the app's clock is expected to be; the
    /// nearest where two have the same code.
    #[must_use]
    pub fn find_step(&self, digits: &str, expected: i64, reach: Reach) -> Option<i64> {
        let reach = match reach {
            Reach::Login => WINDOW,
            Reach::Diagnosis => MOST_DRIFT,
        };
        let mut found = None;
        // Every code is computed and compared, so that time says nothing about which one it was.
        for away in (1..=reach).rev().flat_map(|away| [-away, away]).chain([0]) {
            let code = self.code_at(expected.saturating_add(away));
            if bool::from(code.as_slice().ct_eq(digits.as_bytes())) {
                found = Some(expected.saturating_add(away));
            }
        }
        found
    }
}

/// How far around the expected step a code is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// What is accepted.
    Login,
    /// What tells somebody who sets up an app that its clock is wrong; never accepted.
    Diagnosis,
}

/// The step of a moment (RFC 6238, section 4.2).
#[must_use]
pub const fn step_at(now: Timestamp) -> i64 {
    now.0.div_euclid(STEP_MILLIS)
}

/// Percent-encoding of everything but unreserved characters (RFC 3986, section 2.3).
fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    fn digits(code: [u8; 6]) -> String {
        String::from_utf8(code.to_vec()).unwrap()
    }

    /// The last six of the eight digits of RFC 6238, appendix B, for SHA-1.
    #[test]
    fn the_vectors_of_the_standard() {
        let secret = AppSecret::from_bytes(b"12345678901234567890").unwrap();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = step_at(Timestamp(seconds * 1_000));
            assert_eq!(digits(secret.code_at(step)), code, "at {seconds} s");
        }
    }

    #[test]
    fn an_independent_implementation_agrees() {
        let secret = AppSecret::generate(&SystemRandom);
        let bytes: [u8; 20] = secret.expose().try_into().unwrap();
        let other = totp_rs::Builder::new().with_secret(bytes).build_noncompliant();
        for seconds in [0_u64, 29, 30, 1_763_800_000, 4_000_000_000] {
            let step = i64::try_from(seconds / 30).unwrap();
            assert_eq!(digits(secret.code_at(step)), other.generate(seconds).to_string());
        }
    }

    #[test]
    fn one_step_early_or_late_is_accepted_and_two_are_not() {
        let secret = AppSecret::from_bytes(b"12345678901234567890").unwrap();
        for (away, accepted) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = digits(secret.code_at(1_000 + away));
            let found = secret.find_step(&code, 1_000, Reach::Login);
            assert_eq!(found, accepted.then_some(1_000 + away), "{away}");
            assert_eq!(secret.find_step(&code, 1_000, Reach::Diagnosis), Some(1_000 + away));
        }
        let far = digits(secret.code_at(1_000 + MOST_DRIFT + 1));
        assert_eq!(secret.find_step(&far, 1_000, Reach::Diagnosis), None);
        for wrong in ["", "28708", "2870822", "28708x"] {
            assert_eq!(secret.find_step(wrong, 1, Reach::Login), None);
        }
    }

    #[test]
    fn what_apps_read() {
        let secret = AppSecret::from_bytes(b"12345678901234567890").unwrap();
        assert_eq!(secret.typed_by_hand().as_str(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            secret.address("Harbour Cards", "amara&secret=x").as_str(),
            "otpauth://totp/Harbour%20Cards:amara%26secret%3Dx?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Harbour%20Cards&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(format!("{secret:?}"), "AppSecret(…)");
    }
}
