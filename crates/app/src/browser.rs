//! Who is at the other end of a request, before anything is proven.

use crypto::{device_key::DeviceKey, token::Token};
use domain::id::{DeviceId, UserId};

use crate::App;

/// The browser that asks.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Digest of its long-lived identifier, or of its address where it has none yet.
    pub key: [u8; 32],
    /// The network that limits are counted for: an IPv4 address, or a /64 of IPv6.
    pub network: String,
    /// "Firefox".
    pub software: String,
    /// "Windows".
    pub platform: String,
    /// The Trusted Device cookies it sent: name and value.
    pub devices: Vec<(String, String)>,
    /// What its script answered with the keys that it keeps.
    pub key_answer: KeyAnswer,
    /// The public half of a key that it made to become a Trusted Device.
    pub offered_key: Option<DeviceKey>,
}

/// A challenge, and what a browser signed it with.
#[derive(Debug, Clone, Default)]
pub struct KeyAnswer {
    /// The challenge, as our page gave it.
    pub challenge: String,
    /// `thumbprint.signature` of each key, with commas between.
    pub proofs: String,
}

impl KeyAnswer {
    /// The signature by the key of this thumbprint.
    pub(crate) fn signature_of(&self, thumbprint: &str) -> Option<&str> {
        let proofs = self.proofs.split(',').take(MOST_PROOFS).filter_map(|proof| proof.split_once('.'));
        proofs.into_iter().find(|(name, _)| *name == thumbprint).map(|(_, signature)| signature)
    }
}

/// A browser keeps at most so many keys.
const MOST_PROOFS: usize = 10;

/// What was sent as a key is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("device_key: not a public P-256 key, uncompressed, in URL-safe base64")]
pub struct NotAKey;

impl Browser {
    /// "Firefox on Windows".
    #[must_use]
    pub fn name(&self) -> String {
        // The order of the two words is the same in every language shipped; pages that differ use the parts.
        format!("{} on {}", self.software, self.platform)
    }

    /// The same browser, with what it answered to the challenge of a page.
    #[must_use]
    pub fn answering(mut self, challenge: String, proofs: String) -> Self {
        self.key_answer = KeyAnswer { challenge, proofs };
        self
    }

    /// The same browser, with the key that it made; an empty text is none.
    ///
    /// # Errors
    /// [`NotAKey`].
    pub fn offering(mut self, key: &str) -> Result<Self, NotAKey> {
        self.offered_key = match key {
            "" => None,
            key => Some(DeviceKey::parse(key).ok_or(NotAKey)?),
        };
        Ok(self)
    }
}

/// The cookie that makes a browser a Trusted Device of one user; others of the same browser keep their own.
#[derive(Debug, Clone)]
pub struct DeviceCookie {
    /// Its name, which holds no readable trace of the user.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Seconds that the browser keeps it. The server looks at its own clock.
    pub max_age: u64,
}

/// What every Trusted Device cookie's name begins with.
pub const DEVICE_COOKIE_PREFIX: &str = "vestibule-device-";

pub(crate) fn device_cookie_name(app: &App, user: UserId) -> String {
    let mac = app.keys.mac("device cookie", &[user.0.as_bytes()]);
    let short: String = mac[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{DEVICE_COOKIE_PREFIX}{short}")
}

pub(crate) fn device_cookie_value(device: DeviceId, token: &Token) -> String {
    format!("{}.{}", device.0.simple(), token.expose())
}

/// The device and token that this browser shows for `user`.
pub(crate) fn shown_device(app: &App, browser: &Browser, user: UserId) -> Option<(DeviceId, Token)> {
    let name = device_cookie_name(app, user);
    let (_, value) = browser.devices.iter().find(|(cookie, _)| *cookie == name)?;
    let (device, token) = value.split_once('.')?;
    Some((device.parse().ok()?, Token::parse(token)?))
}
