//! Paths of an application's host: passed on byte for byte, except what is Vestibule's own.
//!
//! Servers disagree about what a path means: some decode once, some twice, some take `\` for `/` or cut at `;`.
//! Whatever any of them could read as `/.vestibule/…` is refused, so the application never answers in its place.

use url::Url;

/// Where Vestibule's own pages live on an application's host.
pub const RESERVED: &str = "/.vestibule/";

/// The longest path and query that a user is brought back to after sign-in, in bytes.
pub const MAX_RETURN: usize = 4096;

/// More rounds of decoding than any server does.
const ROUNDS: usize = 4;

/// Whose a path is.
#[derive(Debug, PartialEq, Eq)]
pub enum Place {
    /// The application's.
    Application,
    /// Vestibule's, plainly written.
    Reserved,
    /// Vestibule's to some readers: refused.
    Disguised,
}

/// Decides whose `path`, without its query, is.
pub fn place(path: &str) -> Place {
    if path.starts_with(RESERVED) || path == "/.vestibule" {
        return Place::Reserved;
    }
    if !path.contains(['.', '%']) {
        return Place::Application;
    }
    let mut reading = path.as_bytes().to_vec();
    for _ in 0..ROUNDS {
        if first_segment_is_reserved(&reading) {
            return Place::Disguised;
        }
        let decoded: Vec<u8> = percent_encoding::percent_decode(&reading).collect();
        if decoded == reading {
            return Place::Application;
        }
        reading = decoded;
    }
    if first_segment_is_reserved(&reading) { Place::Disguised } else { Place::Application }
}

fn first_segment_is_reserved(path: &[u8]) -> bool {
    let mut segments: Vec<&[u8]> = Vec::new();
    let path = plain_marks(path);
    for segment in path.split(|byte| matches!(byte, b'/' | b'\\')) {
        let end = segment.iter().position(|byte| matches!(byte, b';' | b'?' | b'#' | 0));
        match segment[..end.unwrap_or(segment.len())].trim_ascii() {
            b"" | b"." => {}
            b".." => drop(segments.pop()),
            // Refused even where a later `..` leads out again: not every reader resolves it.
            name if segments.is_empty() && name.eq_ignore_ascii_case(b".vestibule") => return true,
            name => segments.push(name),
        }
    }
    false
}

/// Reads the overlong UTF-8 forms of `.`, `/` and `\`, which careless decoders accept, as what they mean.
fn plain_marks(path: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((&byte, after)) = rest.split_first() {
        let (byte, after) = match rest {
            [0xC0, 0xAE, after @ ..] => (b'.', after),
            [0xC0, 0xAF, after @ ..] => (b'/', after),
            [0xC1, 0x9C, after @ ..] => (b'\\', after),
            _ => (byte, after),
        };
        plain.push(byte);
        rest = after;
    }
    plain
}

/// Where to bring a user back to: `path` on the application's host, as an absolute address; its root when `path` is
/// anything but a path there that belongs to the application.
///
/// The address is parsed as browsers do, so `//evil.example`, `/\evil.example` and their like cannot leave the host.
pub fn return_address(public: &Url, path: &str) -> Url {
    let root = || {
        let mut root = public.clone();
        root.set_path("/");
        root
    };
    let plain = path.len() <= MAX_RETURN
        && path.starts_with('/')
        && !path.contains('\\')
        && !path.starts_with("//")
        && !path.chars().any(char::is_control);
    let joined = if plain { public.join(path).ok() } else { None };
    let Some(mut address) = joined.filter(|address| address.origin() == public.origin()) else {
        return root();
    };
    address.set_fragment(None);
    if place(address.path()) == Place::Application { address } else { root() }
}

/// The path of `referer` when it is a page of the same application.
pub fn path_of_referer(public: &Url, referer: &str) -> Option<String> {
    let referer = Url::parse(referer).ok().filter(|referer| referer.origin() == public.origin())?;
    let path = &referer[url::Position::BeforePath..url::Position::AfterQuery];
    Some(path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_reserved_paths_are_vestibules() {
        for path in ["/.vestibule", "/.vestibule/", "/.vestibule/session", "/.vestibule/../x"] {
            assert_eq!(place(path), Place::Reserved, "{path}");
        }
    }

    #[test]
    fn no_other_writing_reaches_the_application() {
        for path in [
            "//.vestibule/session",
            "/./.vestibule/session",
            "/%2evestibule/session",
            "/%2Evestibule",
            "/.Vestibule/x",
            "/.vestibul%65/x",
            "/x/../.vestibule/",
            "/x/%2e%2e/.vestibule/",
            "/x/..%2f.vestibule/",
            "/..;/.vestibule/",
            "/%252evestibule/x",
            "/%25252evestibule/x",
            "/\\.vestibule\\x",
            "/%5c.vestibule/x",
            "/.vestibule%2fsession",
            "/.vestibule;a=b/session",
            "/%2f.vestibule",
            "/.vestibule%00/x",
            "/%c0%aevestibule/x",
            "/x/..%c0%af.vestibule",
            "/.vestibule%20/x",
            "/.vestibule%3fx",
            "/x//..//.vestibule",
            // Found by fuzzing.
            "//.vestibule//..",
        ] {
            assert_eq!(place(path), Place::Disguised, "{path}");
        }
    }

    #[test]
    fn the_applications_paths_stay_its_own() {
        for path in [
            "/",
            "/a",
            "/a/.vestibule/b",
            "/.vestibules/x",
            "/.vestibule-notes",
            "/vestibule/session",
            "/..%2f",
            "//",
            "/a;b=c/..",
            "/%E2%82%AC",
            "/100%",
            "/%",
            "/%zz",
            "/.well-known/x",
            "/%2e%2e/%2e%2e/",
            "*",
        ] {
            assert_eq!(place(path), Place::Application, "{path}");
        }
    }

    #[track_caller]
    fn back(path: &str, expected: &str) {
        let public = Url::parse("https://reconcile.example").unwrap();
        assert_eq!(return_address(&public, path).as_str(), expected, "{path}");
    }

    #[test]
    fn users_come_back_to_the_page_they_wanted() {
        back("/", "https://reconcile.example/");
        back("/cards?month=11&q=a%2Fb", "https://reconcile.example/cards?month=11&q=a%2Fb");
        back("/a//b;c=d/%2e/x", "https://reconcile.example/a//b;c=d/x");
        back("/x#y", "https://reconcile.example/x");
        back("/?to=https://evil.example", "https://reconcile.example/?to=https://evil.example");
    }

    #[test]
    fn nobody_is_led_elsewhere() {
        for path in [
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "evil",
            "",
            "@evil.example",
            ".evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\r\nSet-Cookie: a=b",
            "/.vestibule/logout",
            "/%2evestibule/session?ticket=1",
            "/x\\..\\..",
            "?x",
        ] {
            back(path, "https://reconcile.example/");
        }
        back("/.//evil.example", "https://reconcile.example//evil.example");
    }

    #[test]
    fn the_length_of_the_way_back_is_limited() {
        let path = |length: usize| format!("/{}", "a".repeat(length - 1));
        back(&path(MAX_RETURN), &format!("https://reconcile.example{}", path(MAX_RETURN)));
        back(&path(MAX_RETURN + 1), "https://reconcile.example/");
    }

    #[test]
    fn a_referer_counts_only_from_the_same_application() {
        let public = Url::parse("https://reconcile.example").unwrap();
        let path = |referer| path_of_referer(&public, referer);
        assert_eq!(path("https://reconcile.example/cards?x=1#f").as_deref(), Some("/cards?x=1"));
        for foreign in [
            "https://evil.example/cards",
            "http://reconcile.example/",
            "https://reconcile.example:8443/",
            "",
            "x",
        ] {
            assert_eq!(path(foreign), None, "{foreign}");
        }
    }
}
