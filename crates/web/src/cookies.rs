//! The portal's cookies. With https they are `__Host-` and Secure; plain http exists on loopback only.

use app::DeviceCookie;
use axum_extra::extract::cookie::{Cookie, SameSite};
use http::{HeaderMap, header::COOKIE};

use crate::site::Site;

/// The long-lived identifier of a browser: form tokens and per-browser limits hang on it.
pub const BROWSER: &str = "vestibule-browser";
/// A pending login or onboarding.
pub const ATTEMPT: &str = "vestibule-login";
/// A pending recovery. Not a login: no login is looked for under it.
pub const RECOVERY: &str = "vestibule-recovery";
/// A session of the portal.
pub const SESSION: &str = "vestibule-session";

const HOST_PREFIX: &str = "__Host-";

/// The cookies that can be read, name and value, one by one: a neighbour under the same domain may have set one in another
/// script, and that must not cost the browser all of ours.
pub fn shown(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let pairs = headers.get_all(COOKIE).iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let readable = pairs.filter_map(|pair| std::str::from_utf8(pair).ok()?.split_once('='));
    readable.map(|(name, value)| (name.trim_ascii(), value.trim_ascii()))
}

impl Site {
    /// The name as the browser knows it.
    #[must_use]
    pub fn cookie_name(&self, name: &str) -> String {
        if self.is_secure() { format!("{HOST_PREFIX}{name}") } else { name.to_owned() }
    }

    /// A cookie that goes when the browser is closed, or after `max_age` seconds.
    #[must_use]
    pub fn cookie(&self, name: &str, value: String, max_age: Option<u64>) -> Cookie<'static> {
        let mut cookie = Cookie::new(self.cookie_name(name), value);
        cookie.set_path("/");
        cookie.set_http_only(true);
        cookie.set_secure(self.is_secure());
        cookie.set_same_site(SameSite::Lax);
        if let Some(seconds) = max_age {
            cookie.set_max_age(cookie::time::Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX)));
        }
        cookie
    }

    /// Takes a cookie away.
    #[must_use]
    pub fn remove_cookie(&self, name: &str) -> Cookie<'static> {
        self.cookie(name, String::new(), Some(0))
    }

    /// The cookie of a Trusted Device.
    #[must_use]
    pub fn device_cookie(&self, device: DeviceCookie) -> Cookie<'static> {
        self.cookie(&device.name, device.value, Some(device.max_age))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_neighbours_cookie_costs_none_of_ours() {
        let line = b"a=\xe9; vestibule-browser=b; \xe9=c;vestibule-session = s=; alone";
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_bytes(line).unwrap())]);
        let read: Vec<_> = shown(&headers).collect();
        assert_eq!(read, [("vestibule-browser", "b"), ("vestibule-session", "s=")]);
    }
}
