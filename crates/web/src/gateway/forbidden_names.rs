//! Header names that only the gateway may write, in whatever spelling a client tries them.
//!
//! Servers and frameworks spell header names differently: CGI and WSGI fold `-` and `_` into one, some fold every
//! other mark as well. So every name is brought to one form before it is compared.

use http::{HeaderMap, HeaderName};

/// Names whose every continuation is dropped: identity as gateways and identity providers spell it, client
/// certificates as terminators spell them, and what proxies say of the way a request came.
const PREFIXES: &[&str] = &[
    "remote-",
    "x-remote-",
    "vestibule-",
    "x-vestibule-",
    "x-forwarded-",
    "x-auth-request-",
    "x-auth-user",
    "x-authenticated-",
    "x-authentik-",
    "x-authelia-",
    "x-webauth-",
    "x-token-user-",
    "x-goog-authenticated-user-",
    "x-goog-iap-",
    "x-ms-client-principal",
    "x-ms-token-",
    "x-amzn-oidc-",
    "x-pomerium-",
    "x-credential-",
    "x-consumer-",
    "cf-access-",
    "tailscale-user-",
    "oidc-claim-",
    "ssl-client-",
    "x-ssl-client-",
    "x-client-cert",
    "x-client-verify",
    "client-cert",
];

/// Single names that are dropped.
const NAMES: &[&str] = &[
    "forwarded",
    "x-forwarded",
    "x-forwarder-for",
    "forwarded-for",
    "x-real-ip",
    "x-client-ip",
    "client-ip",
    "true-client-ip",
    "x-cluster-client-ip",
    "x-originating-ip",
    "x-original-forwarded-for",
    "x-envoy-external-address",
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "fastly-client-ip",
    "x-original-url",
    "x-original-uri",
    "x-original-host",
    "x-rewrite-url",
    "x-host",
    "x-user",
    "x-user-id",
    "x-user-name",
    "x-user-email",
    "x-username",
    "x-groups",
    "x-roles",
    "auth-user",
    "user-principal",
    // A CGI program would read it as the variable HTTP_PROXY.
    "proxy",
];

/// Which header names a client may not send: the built-in list and the operator's own additions.
#[derive(Clone, Debug, Default)]
pub struct ForbiddenNames {
    extra: Vec<Pattern>,
}

#[derive(Clone, Debug)]
enum Pattern {
    Name(String),
    Prefix(String),
}

impl ForbiddenNames {
    /// The built-in list and `extra` names; one that ends in `*` stands for all that begin like it.
    #[must_use]
    pub fn with(extra: &[String]) -> Self {
        let pattern = |name: &String| match name.trim().strip_suffix('*') {
            Some(prefix) => Pattern::Prefix(canonical(prefix)),
            None => Pattern::Name(canonical(name.trim())),
        };
        Self { extra: extra.iter().map(pattern).collect() }
    }

    /// Is any spelling of this name forbidden to clients?
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        NAMES.iter().any(|known| is(name, known))
            || PREFIXES.iter().any(|prefix| begins(name, prefix))
            || self.extra.iter().any(|pattern| match pattern {
                Pattern::Name(extra) => is(name, extra),
                Pattern::Prefix(extra) => begins(name, extra),
            })
    }

    /// Removes what the client had no right to say.
    pub(super) fn strip(&self, headers: &mut HeaderMap) {
        let forged: Vec<HeaderName> =
            headers.keys().filter(|name| self.contains(name.as_str())).cloned().collect();
        for name in forged {
            headers.remove(name);
        }
    }
}

fn canonical(name: &str) -> String {
    name.bytes().map(fold).map(char::from).collect()
}

/// Whether `name`, in whatever spelling, is the canonical `known`.
fn is(name: &str, known: &str) -> bool {
    name.len() == known.len() && begins(name, known)
}

/// Whether `name`, in whatever spelling, begins like the canonical `prefix`. Every header of every request is compared with
/// the whole list, so nothing is copied.
fn begins(name: &str, prefix: &str) -> bool {
    name.len() >= prefix.len() && name.bytes().map(fold).zip(prefix.bytes()).all(|(one, other)| one == other)
}

/// Lower case, with every mark that some server folds into `_` written as `-`.
fn fold(byte: u8) -> u8 {
    if byte.is_ascii_alphanumeric() { byte.to_ascii_lowercase() } else { b'-' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_forbidden() {
        let names = ForbiddenNames::default();
        for name in [
            "Remote-User",
            "REMOTE-USER",
            "remote_user",
            "Remote.User",
            "Remote*User",
            "Remote_Groups",
            "remote-anything",
            "X-Remote-User",
            "x_remote_user",
            "X-Forwarded-User",
            "X_Forwarded_For",
            "X-Forwarded-Proto",
            "Forwarded",
            "X-Auth-Request-Email",
            "X-WEBAUTH-USER",
            "Vestibule-Assertion",
            "vestibule_assertion",
            "X-Real-IP",
            "X-Original-URL",
            "X-Authentik-Username",
            "Cf-Access-Authenticated-User-Email",
            "Proxy",
            "X-MS-CLIENT-PRINCIPAL-NAME",
            "SSL_CLIENT_S_DN",
            "X-SSL-Client-Verify",
            "Tailscale-User-Login",
        ] {
            assert!(names.contains(name), "{name}");
        }
    }

    #[test]
    fn ordinary_headers_pass() {
        let names = ForbiddenNames::default();
        for name in [
            "Accept",
            "Accept-Language",
            "Authorization",
            "Content-Type",
            "Cookie",
            "Origin",
            "Referer",
            "User-Agent",
            "Sec-Fetch-Mode",
            "X-Requested-With",
            "X-CSRF-Token",
            "X-Request-Id",
            "If-None-Match",
            "Range",
            "Remote",
            "Traceparent",
            "X-Usernames-Wanted",
        ] {
            assert!(!names.contains(name), "{name}");
        }
    }

    #[test]
    fn the_operator_adds_names_and_prefixes() {
        let names = ForbiddenNames::with(&["X-Harbour-Login".into(), " x-acting-* ".into()]);
        assert!(names.contains("x_harbour_login") && names.contains("X-Acting-As"));
        assert!(!names.contains("x-harbour-login-hint") && !names.contains("x-acting"));
        assert!(names.contains("Remote-User"));
    }
}
