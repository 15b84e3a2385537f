//! Who is at the other end of a request, before anything is proven.

use crypto::token::Token;
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
}

impl Browser {
    /// "Firefox on Windows".
    #[must_use]
    pub fn name(&self) -> String {
        // The order of the two words is the same in every language shipped; pages that differ use the parts.
        format!("{} on {}", self.software, self.platform)
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
