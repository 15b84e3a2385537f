//! Where somebody may be sent: addresses that a browser brought, compared as parsed URLs and never as text.

use url::Url;

/// The longest address that is looked at, in bytes.
const LONGEST: usize = 2_048;

/// The address, if it is a page of a known application, with the portal's own scheme and without a user's name.
#[must_use]
pub fn safe_return(to: &str, portal: &Url, is_known: impl Fn(&Url) -> bool) -> Option<String> {
    let address = Some(to).filter(|to| to.len() <= LONGEST).and_then(|to| Url::parse(to).ok())?;
    let same_scheme = address.scheme() == portal.scheme();
    let plain = address.username().is_empty() && address.password().is_none();
    (same_scheme && plain && is_known(&address)).then(|| address.into())
}

/// The page of this path on an application's host; anything that leads elsewhere becomes its front page.
#[must_use]
pub fn within(base: &Url, path: &str) -> Url {
    let joined = Some(path).filter(|path| path.starts_with('/')).and_then(|path| base.join(path).ok());
    joined.filter(|address| address.origin() == base.origin()).unwrap_or_else(|| base.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leaves_the_host() {
        let base = Url::parse("https://app.example/").unwrap();
        for (path, expected) in [
            ("/a?b=c", "https://app.example/a?b=c"),
            ("//evil.example/", "https://app.example/"),
            ("/\\evil.example/", "https://app.example/"),
            ("https://evil.example/", "https://app.example/"),
            ("javascript:alert(1)", "https://app.example/"),
            ("", "https://app.example/"),
        ] {
            assert_eq!(within(&base, path).as_str(), expected, "{path}");
        }
    }

    #[test]
    fn only_pages_of_known_applications_are_returned_to() {
        let portal = Url::parse("https://login.example/").unwrap();
        let safe = |to: &str| safe_return(to, &portal, |address| address.host_str() == Some("app.example"));
        let longest = format!("https://app.example/{}", "a".repeat(LONGEST - 20));
        for to in ["https://app.example/a?b#c", "https:\\\\app.example\\a", &longest] {
            assert!(safe(to).is_some_and(|to| to.starts_with("https://app.example/")), "{to}");
        }
        for to in [
            "",
            "/a",
            "http://app.example/",
            "https://user@app.example/",
            "https://:password@app.example/",
            "https://app.example.evil.example/",
            "https://evil.example/https://app.example/",
            "javascript://app.example/%0aalert(1)",
            &format!("{longest}a"),
        ] {
            assert_eq!(safe(to), None, "{to}");
        }
    }
}
