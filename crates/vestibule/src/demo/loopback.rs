//! What the demo's own servers have in common: they answer this machine only, and only to their own pages.
//!
//! A page of a stranger can make a browser resolve its own name to 127.0.0.1 and talk to us, so the `Host` header is
//! checked; and it can make a browser post a form to us, so writes must come from our own origin.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, uri::Authority};

/// The policy of every page that does not bring its own: nothing but this server's own files, and no inline code.
pub const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
     frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Middleware: guards a server of the demo and adds the headers that make its pages harmless.
///
/// Answers 421 to a `Host` that is not loopback, and 403 to a write that does not come from the server's own pages.
pub async fn guard(request: Request, next: Next) -> Response {
    if !host_is_loopback(&request) {
        return refusal(
            StatusCode::MISDIRECTED_REQUEST,
            "This server answers to localhost and 127.0.0.1 only. Use one of these names in the address.",
        );
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !reads && !from_own_page(request.headers()) {
        return refusal(
            StatusCode::FORBIDDEN,
            "This request did not come from this server's own page. Open the page and press the button there. \
             (A script has to send an Origin header with this server's address.)",
        );
    }
    dress(next.run(request).await)
}

/// Whether `host`, a host name without a port, always means this machine.
#[must_use]
pub fn is_loopback_name(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    if name == "localhost" || name.ends_with(".localhost") {
        return true;
    }
    let address = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&name);
    address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn host_is_loopback(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let named = match (hosts.next(), hosts.next()) {
        (Some(host), None) => authority(host),
        (None, _) => request.uri().authority().cloned(),
        (Some(_), Some(_)) => None,
    };
    named.is_some_and(|authority| is_loopback_name(authority.host()))
}

/// Browsers say where a write comes from: with `Sec-Fetch-Site`, older ones with `Origin`.
fn from_own_page(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()) else {
        return false;
    };
    let Some((_, origin)) = origin.split_once("://") else { return false };
    // Behind the gateway the browser's own idea of the host travels in X-Forwarded-Host.
    ["x-forwarded-host", "host"]
        .iter()
        .filter_map(|name| headers.get(*name).and_then(authority))
        .any(|host| host.as_str().eq_ignore_ascii_case(origin))
}

fn authority(value: &HeaderValue) -> Option<Authority> {
    value.to_str().ok()?.parse().ok()
}

fn dress(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // `no-referrer` would make browsers send `Origin: null` with our own forms.
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

fn refusal(status: StatusCode, what: &'static str) -> Response {
    dress((status, what).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for name in
            ["localhost", "LOCALHOST", "localhost.", "reconcile.localhost", "127.0.0.1", "127.8.8.8", "[::1]"]
        {
            assert!(is_loopback_name(name), "{name}");
        }
        for name in [
            "",
            "example.com",
            "localhost.example",
            "notlocalhost",
            "10.0.0.1",
            "[::2]",
            "127.0.0.1.nip.example",
        ] {
            assert!(!is_loopback_name(name), "{name}");
        }
    }

    #[test]
    fn a_write_has_to_come_from_the_same_origin() {
        let asked = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            from_own_page(&headers)
        };
        assert!(asked(&[("host", "127.0.0.1:8025"), ("sec-fetch-site", "same-origin")]));
        assert!(asked(&[("host", "127.0.0.1:8025"), ("origin", "http://127.0.0.1:8025")]));
        assert!(asked(&[
            ("host", "127.0.0.1:9"),
            ("x-forwarded-host", "reconcile.localhost:8080"),
            ("origin", "http://reconcile.localhost:8080")
        ]));
        assert!(!asked(&[("host", "127.0.0.1:8025"), ("sec-fetch-site", "cross-site")]));
        assert!(!asked(&[
            ("host", "localhost:8025"),
            ("sec-fetch-site", "same-site"),
            ("origin", "http://localhost:8025")
        ]));
        assert!(!asked(&[("host", "127.0.0.1:8025"), ("origin", "http://127.0.0.1:8080")]));
        assert!(!asked(&[("host", "127.0.0.1:8025"), ("origin", "null")]));
        assert!(!asked(&[("host", "127.0.0.1:8025")]));
    }
}
