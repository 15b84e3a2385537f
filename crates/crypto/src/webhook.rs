//! Signed webhooks that come in, in the scheme of Standard Webhooks: HMAC-SHA-256 over identifier, time and body.

use std::{fmt, time::Duration};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::time::Timestamp;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A message whose time differs more from ours is refused: it may be an old one that somebody kept.
pub const TOLERANCE: Duration = Duration::from_mins(5);
/// Secrets have 24 to 64 bytes, as the scheme says.
const SECRET: std::ops::RangeInclusive<usize> = 24..=64;
const LONGEST_ID: usize = 200;
/// Signatures beyond these are not looked at.
const MOST_SIGNATURES: usize = 10;

/// The secret that sender and receiver share.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct WebhookSecret(Vec<u8>);

/// A text that is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a webhook's secret is whsec_ and the base64 of 24 to 64 bytes")]
pub struct NotASecret;

/// Why a message is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotBelieved {
    /// A header is missing or has another form.
    #[error("a header is missing or has another form")]
    Headers,
    /// It is too old, or from the future.
    #[error("the time of the message differs by more than five minutes")]
    Time,
    /// No signature fits.
    #[error("no signature fits")]
    Signature,
}

/// The headers of a message.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// `webhook-id`: the same at every repetition.
    pub id: &'a str,
    /// `webhook-timestamp`: seconds since 1970.
    pub timestamp: &'a str,
    /// `webhook-signature`: one or more of `v1,` and base64, separated by spaces.
    pub signatures: &'a str,
}

impl WebhookSecret {
    /// Reads a secret as it stands in a configuration.
    ///
    /// # Errors
    /// [`NotASecret`].
    pub fn parse(text: &str) -> Result<Self, NotASecret> {
        let bytes = text.strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok());
        bytes.filter(|bytes| SECRET.contains(&bytes.len())).map(Self).ok_or(NotASecret)
    }

    /// Whether the message is the sender's, and of now.
    ///
    /// # Errors
    /// [`NotBelieved`].
    pub fn verify(&self, signed: Signed<'_>, body: &[u8], now: Timestamp) -> Result<(), NotBelieved> {
        let Signed { id, timestamp, signatures } = signed;
        if id.is_empty() || id.len() > LONGEST_ID || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(NotBelieved::Headers);
        }
        let seconds: u32 = timestamp.parse().map_err(|_| NotBelieved::Headers)?;
        let at = Timestamp(i64::from(seconds) * 1_000);
        if at.since(now).max(now.since(at)) > TOLERANCE {
            return Err(NotBelieved::Time);
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let signed = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
        let shown = signatures.split(' ').take(MOST_SIGNATURES).filter_map(|one| one.strip_prefix("v1,"));
        let fits =
            |text: &str| STANDARD.decode(text).is_ok_and(|tag| hmac::verify(&key, &signed, &tag).is_ok());
        if shown.into_iter().any(fits) { Ok(()) } else { Err(NotBelieved::Signature) }
    }

    /// The signature of a message, for whoever sends one.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let signed = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
        format!("v1,{}", STANDARD.encode(hmac::sign(&key, &signed)))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNED: Signed<'static> = Signed {
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp: "1614265330",
        signatures: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    };
    const THEN: Timestamp = Timestamp(1_614_265_330_000);

    fn verify(signed: Signed<'_>, body: &[u8], now: Timestamp) -> Result<(), NotBelieved> {
        WebhookSecret::parse(SECRET).unwrap().verify(signed, body, now)
    }

    #[test]
    fn the_specifications_example_is_believed() {
        assert_eq!(verify(SIGNED, BODY, THEN), Ok(()));
        let secret = WebhookSecret::parse(SECRET).unwrap();
        assert_eq!(secret.sign(SIGNED.id, SIGNED.timestamp, BODY), SIGNED.signatures);
        let several = format!("v1,AAAA v1a,xyz {}", SIGNED.signatures);
        assert_eq!(verify(Signed { signatures: &several, ..SIGNED }, BODY, THEN), Ok(()));
    }

    #[test]
    fn another_body_id_or_time_is_not() {
        assert_eq!(verify(SIGNED, b"{}", THEN), Err(NotBelieved::Signature));
        assert_eq!(verify(Signed { id: "msg_other", ..SIGNED }, BODY, THEN), Err(NotBelieved::Signature));
        assert_eq!(
            verify(Signed { timestamp: "1614265331", ..SIGNED }, BODY, THEN),
            Err(NotBelieved::Signature)
        );
        for signatures in ["", "v1,", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "g0hM9SsE"] {
            assert_eq!(verify(Signed { signatures, ..SIGNED }, BODY, THEN), Err(NotBelieved::Signature));
        }
        for id in ["", "a b", &"x".repeat(LONGEST_ID + 1)] {
            assert_eq!(verify(Signed { id, ..SIGNED }, BODY, THEN), Err(NotBelieved::Headers), "{id}");
        }
        let late = Signed { timestamp: "yesterday", ..SIGNED };
        assert_eq!(verify(late, BODY, THEN), Err(NotBelieved::Headers));
    }

    #[test]
    fn five_minutes_are_tolerated_and_no_more() {
        let tolerance = TOLERANCE;
        assert_eq!(verify(SIGNED, BODY, THEN + tolerance), Ok(()));
        assert_eq!(verify(SIGNED, BODY, THEN - tolerance), Ok(()));
        assert_eq!(verify(SIGNED, BODY, Timestamp((THEN + tolerance).0 + 1)), Err(NotBelieved::Time));
        assert_eq!(verify(SIGNED, BODY, Timestamp((THEN - tolerance).0 - 1)), Err(NotBelieved::Time));
    }

    #[test]
    fn secrets_have_their_form() {
        let of = |length: usize| format!("whsec_{}", STANDARD.encode(vec![7; length]));
        for (length, good) in [(23, false), (24, true), (64, true), (65, false)] {
            assert_eq!(WebhookSecret::parse(&of(length)).is_ok(), good, "{length}");
        }
        assert!(WebhookSecret::parse(&of(32)["whsec_".len()..]).is_err());
        assert_eq!(format!("{:?}", WebhookSecret::parse(SECRET).unwrap()), "WebhookSecret(…)");
    }
}
