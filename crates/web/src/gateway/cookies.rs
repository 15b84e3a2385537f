//! Vestibule's cookies on an application's host: read by the gateway, never seen nor set by the application.
//!
//! Servers disagree about quotes in cookies: some read `a="x; vestibule-app=t; b="` as one value and would hand our
//! token to whoever echoes `a`. Here every `;` separates, as in browsers, so the token goes whatever surrounds it.
//!
//! Other cookies of the application pass unchanged, those with a `Domain` that covers the portal included: the
//! portal reads only `__Host-` cookies, which no cookie of another host can shadow.

use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};

/// The names of Vestibule's cookies on an application's host.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CookieNames {
    /// The application's session.
    pub(super) session: &'static str,
    /// Binds a ticket to the browser that asked for it.
    pub(super) nonce: &'static str,
    /// Attributes of both; scripts cannot read them and other sites' requests do not carry them.
    attributes: &'static str,
}

static SECURE: CookieNames = CookieNames {
    session: "__Host-vestibule-app",
    nonce: "__Host-vestibule-nonce",
    attributes: "Path=/; Secure; HttpOnly; SameSite=Lax",
};

static PLAIN: CookieNames = CookieNames {
    session: "vestibule-app",
    nonce: "vestibule-nonce",
    attributes: "Path=/; HttpOnly; SameSite=Lax",
};

/// A nonce outlives the way to the portal and back, not more.
const NONCE_SECONDS: u32 = 600;

impl CookieNames {
    /// `__Host-` names with https; plain ones with http, which only the demo and tests use.
    pub(super) fn for_scheme(scheme: &str) -> &'static Self {
        if scheme == "https" { &SECURE } else { &PLAIN }
    }

    /// A `Set-Cookie` that keeps the session until the browser closes; the server ends it earlier.
    pub(super) fn set_session(&self, token: &str) -> Option<HeaderValue> {
        HeaderValue::try_from(format!("{}={token}; {}", self.session, self.attributes)).ok()
    }

    /// A `Set-Cookie` that keeps the nonce for ten minutes.
    pub(super) fn set_nonce(&self, nonce: &str) -> Option<HeaderValue> {
        let cookie = format!("{}={nonce}; Max-Age={NONCE_SECONDS}; {}", self.nonce, self.attributes);
        HeaderValue::try_from(cookie).ok()
    }

    /// A `Set-Cookie` that drops the nonce.
    pub(super) fn drop_nonce(&self) -> Option<HeaderValue> {
        HeaderValue::try_from(format!("{}=; Max-Age=0; {}", self.nonce, self.attributes)).ok()
    }
}

/// The value of the first cookie of this exact name.
pub(super) fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    crate::cookies::shown(headers).find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// Takes every cookie of ours out of a request, and leaves the others as they were sent.
///
/// Several `Cookie` lines, which HTTP/2 allows, become one, which HTTP/1.1 asks for (RFC 9113, 8.2.3).
pub(super) fn hide_ours(headers: &mut HeaderMap) {
    let mut lines = headers.get_all(COOKIE).iter();
    let Some(first) = lines.next() else { return };
    if lines.next().is_none() && !pairs(first).any(is_ours) {
        return;
    }
    let kept: Vec<Vec<u8>> = headers.get_all(COOKIE).iter().filter_map(without_ours).collect();
    headers.remove(COOKIE);
    if let Ok(line) = HeaderValue::from_bytes(&kept.join(&b"; "[..]))
        && !line.is_empty()
    {
        headers.insert(COOKIE, line);
    }
}

fn without_ours(line: &HeaderValue) -> Option<Vec<u8>> {
    let kept: Vec<&[u8]> = pairs(line).filter(|pair| !is_ours(pair)).collect();
    let kept = kept.join(&b';');
    let kept = kept.trim_ascii();
    (!kept.is_empty()).then(|| kept.to_vec())
}

fn pairs(line: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    line.as_bytes().split(|byte| *byte == b';')
}

/// Drops every attempt of the application to set or delete a cookie of ours; tells whether there was one.
pub(super) fn refuse_ours(headers: &mut HeaderMap) -> bool {
    let ours = |line: &HeaderValue| is_ours(line.as_bytes());
    if !headers.get_all(SET_COOKIE).iter().any(ours) {
        return false;
    }
    let kept: Vec<HeaderValue> =
        headers.get_all(SET_COOKIE).iter().filter(|line| !ours(line)).cloned().collect();
    headers.remove(SET_COOKIE);
    for line in kept {
        headers.append(SET_COOKIE, line);
    }
    true
}

/// Does this cookie, `name=value` or a nameless value, count as ours for any reader?
///
/// Browsers send the nameless `=vestibule-app=x` as `vestibule-app=x`, so leading `=` do not count; nor do quotes,
/// case and blanks, which lenient readers forgive.
fn is_ours(pair: &[u8]) -> bool {
    let blank = |byte: &u8| !byte.is_ascii_graphic() || matches!(byte, b'=' | b'"' | b'\'' | b',' | b'$');
    let start = pair.iter().position(|byte| !blank(byte)).unwrap_or(pair.len());
    let mut name = &pair[start..];
    for prefix in ["__host-http-", "__host-", "__secure-", "__http-"] {
        name = strip(name, prefix).unwrap_or(name);
    }
    strip(name, "vestibule-").is_some() || strip(name, "vestibule_").is_some()
}

fn strip<'n>(name: &'n [u8], prefix: &str) -> Option<&'n [u8]> {
    let (head, rest) = name.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix.as_bytes()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (COOKIE, HeaderValue::from_bytes(line.as_bytes()).unwrap())).collect()
    }

    #[track_caller]
    fn hidden(lines: &[&str], left: &[&str]) {
        let mut headers = request(lines);
        hide_ours(&mut headers);
        let seen: Vec<_> = headers.get_all(COOKIE).iter().map(|line| line.to_str().unwrap()).collect();
        assert_eq!(seen, left, "{lines:?}");
    }

    #[test]
    fn the_application_gets_its_own_cookies_only() {
        hidden(&["vestibule-app=t"], &[]);
        hidden(&["sid=1; vestibule-app=t; theme=dark"], &["sid=1; theme=dark"]);
        hidden(&["vestibule-app=t; sid=1"], &["sid=1"]);
        hidden(&["sid=1; __Host-vestibule-app=t; __Host-vestibule-nonce=n"], &["sid=1"]);
        hidden(&["__Secure-vestibule-x=t; __Host-Http-vestibule-app=t;sid=1"], &["sid=1"]);
        hidden(&["vestibule-device-0123456789ab=t;vestibule-browser=b;a=b"], &["a=b"]);
        hidden(&["vestibule-app=1; vestibule-app=2; a=b", "vestibule-app=3", "c=d"], &["a=b; c=d"]);
    }

    #[test]
    fn odd_writing_hides_nothing_of_ours_from_us() {
        hidden(&["a=1;vestibule-app=t"], &["a=1"]);
        hidden(&["a=1;\t vestibule-app =t"], &["a=1"]);
        hidden(&["a=1; VESTIBULE-APP=t; Vestibule-App=u"], &["a=1"]);
        hidden(&["a=1; \"vestibule-app\"=t"], &["a=1"]);
        hidden(&["a=1; =vestibule-app=t; vestibule-app"], &["a=1"]);
        hidden(&["a=1; $vestibule-app=t; ,vestibule-app=t"], &["a=1"]);
        hidden(&["a=1;\u{a0}vestibule-app=t"], &["a=1"]);
    }

    #[test]
    fn a_quoted_sandwich_gives_nothing_away() {
        hidden(&["a=\"x; vestibule-app=t; b=\""], &["a=\"x; b=\""]);
    }

    #[test]
    fn other_cookies_stay_byte_for_byte() {
        let odd = "a=\"q;r\";  b==; c;; d=vestibule-app=x; my-vestibule-app=1; %76estibule-app=2;";
        hidden(&[odd], &[odd]);
        hidden(&[], &[]);
    }

    #[test]
    fn the_first_cookie_of_the_exact_name_counts() {
        let headers = request(&["a=1; vestibule-app=one", "vestibule-app=two"]);
        assert_eq!(read(&headers, "vestibule-app"), Some("one"));
        assert_eq!(read(&headers, "vestibule-nonce"), None);
        assert_eq!(read(&request(&["Vestibule-App=t; xvestibule-app=t"]), "vestibule-app"), None);
        assert_eq!(read(&request(&["vestibule-app=t"]), "__Host-vestibule-app"), None);
    }

    #[test]
    fn the_application_sets_none_of_ours() {
        let mut headers = HeaderMap::new();
        for line in [
            "sid=1; HttpOnly",
            "vestibule-app=evil; Path=/",
            "__Host-vestibule-app=evil; Secure; Path=/",
            " Vestibule-Nonce =x",
            "=vestibule-app=evil",
            "vestibule-app",
            "theme=vestibule-app; Domain=example",
        ] {
            headers.append(SET_COOKIE, HeaderValue::from_static(line));
        }
        assert!(refuse_ours(&mut headers));
        let left: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(left, ["sid=1; HttpOnly", "theme=vestibule-app; Domain=example"]);
        assert!(!refuse_ours(&mut headers));
    }

    #[test]
    fn cookies_of_https_hosts_are_bound_to_the_host() {
        let names = CookieNames::for_scheme("https");
        assert_eq!(
            names.set_session("t").unwrap(),
            "__Host-vestibule-app=t; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
        assert_eq!(
            names.set_nonce("n").unwrap(),
            "__Host-vestibule-nonce=n; Max-Age=600; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
        let names = CookieNames::for_scheme("http");
        assert_eq!(names.set_session("t").unwrap(), "vestibule-app=t; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(
            names.drop_nonce().unwrap(),
            "vestibule-nonce=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
        );
    }
}
