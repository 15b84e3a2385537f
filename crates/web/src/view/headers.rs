//! The headers of every page: what a browser may load, frame, keep and tell others.

use http::{HeaderName, HeaderValue, header};

/// Headers for a page, given the origins of the applications that its forms may end in.
///
/// A login form answers with a redirect to the application, and browsers apply `form-action` to redirects too; hence the list.
#[must_use]
pub fn page_headers(applications: &[String]) -> Vec<(HeaderName, HeaderValue)> {
    let policy = content_security_policy(applications);
    let mut headers = vec![
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
        (HeaderName::from_static("permissions-policy"), HeaderValue::from_static(PERMISSIONS)),
    ];
    // An origin that cannot stand in a header must not weaken the policy: without the list, forms still reach the portal.
    let policy = HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static(STRICTEST));
    headers.push((header::CONTENT_SECURITY_POLICY, policy));
    headers
}

const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

const STRICTEST: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                         base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; form-action 'self'";

fn content_security_policy(applications: &[String]) -> String {
    let origins = applications.iter().filter(|origin| is_origin(origin));
    origins.fold(STRICTEST.to_owned(), |policy, origin| policy + " " + origin)
}

/// Scheme, host and port only: nothing that could end the directive and begin another.
fn is_origin(origin: &str) -> bool {
    url::Url::parse(origin).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == *origin
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(applications: &[&str]) -> String {
        let applications: Vec<String> = applications.iter().map(ToString::to_string).collect();
        let headers = page_headers(&applications);
        let (_, policy) = headers.iter().find(|(name, _)| *name == header::CONTENT_SECURITY_POLICY).unwrap();
        policy.to_str().unwrap().to_owned()
    }

    #[test]
    fn nothing_inline_nothing_foreign_no_frames() {
        insta::assert_snapshot!(policy(&[]), @"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; form-action 'self'");
    }

    #[test]
    fn forms_may_end_in_registered_applications() {
        let policy = policy(&["http://reconcile.localhost:8080", "https://cards.example"]);
        assert!(
            policy.ends_with("form-action 'self' http://reconcile.localhost:8080 https://cards.example"),
            "{policy}"
        );
    }

    #[test]
    fn what_is_no_origin_stays_out() {
        for wrong in [
            "https://a.example; script-src *",
            "*",
            "https://a.example/path",
            "javascript:x",
            "https://a b",
            "\n",
        ] {
            assert!(policy(&[wrong]).ends_with("form-action 'self'"), "{wrong}");
        }
    }
}
