//! Who the user is, told to the application in headers that no client can write.

use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const REMOTE_USER: HeaderName = HeaderName::from_static("remote-user");
const REMOTE_NAME: HeaderName = HeaderName::from_static("remote-name");
const REMOTE_EMAIL: HeaderName = HeaderName::from_static("remote-email");
const REMOTE_GROUPS: HeaderName = HeaderName::from_static("remote-groups");
const ASSERTION: HeaderName = HeaderName::from_static("vestibule-assertion");

/// Everything but the unreserved characters of RFC 3986.
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A signed-in user as the application sees them; the headers are made once and used for every request.
#[derive(Clone, Debug)]
pub struct Visitor {
    subject: String,
    groups: Vec<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// The names of everything that an application is told about a user.
pub(super) const NAMES: [HeaderName; 5] = [REMOTE_USER, REMOTE_NAME, REMOTE_EMAIL, REMOTE_GROUPS, ASSERTION];

/// A value that an identity header cannot carry without changing its meaning.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "{field} cannot be passed to an application: it is empty, has outer spaces or holds a control character or separator"
)]
pub struct UnfitIdentity {
    /// Which value: `subject`, `email`, `group` or `assertion`.
    pub field: &'static str,
}

impl Visitor {
    /// Prepares the headers of a user.
    ///
    /// - `subject` becomes `Remote-User`, byte for byte as UTF-8, so that two subjects never look alike;
    /// - `name` becomes `Remote-Name`, percent-encoded UTF-8;
    /// - `email` becomes `Remote-Email`;
    /// - `groups` become `Remote-Groups`, joined by commas; an empty list makes an empty header.
    ///
    /// # Errors
    /// When `subject`, `email` or a group is empty, begins or ends with a space, or holds a control character; when
    /// a group holds a comma.
    pub fn new(subject: &str, name: &str, email: &str, groups: &[String]) -> Result<Self, UnfitIdentity> {
        for group in groups {
            if group.contains(',') {
                return Err(UnfitIdentity { field: "group" });
            }
            value("group", group)?;
        }
        let joined = groups.join(",");
        let encoded_name = utf8_percent_encode(name, NAME).to_string();
        Ok(Self {
            subject: subject.to_owned(),
            groups: groups.to_vec(),
            headers: vec![
                (REMOTE_USER, value("subject", subject)?),
                (
                    REMOTE_NAME,
                    HeaderValue::try_from(encoded_name).map_err(|_| UnfitIdentity { field: "name" })?,
                ),
                (REMOTE_EMAIL, value("email", email)?),
                (
                    REMOTE_GROUPS,
                    HeaderValue::from_bytes(joined.as_bytes())
                        .map_err(|_| UnfitIdentity { field: "group" })?,
                ),
            ],
        })
    }

    /// The immutable subject at this application.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The same user with a signed statement that the application can check, as `Vestibule-Assertion`.
    ///
    /// # Errors
    /// When it holds what a header cannot.
    pub fn with_assertion(mut self, assertion: &str) -> Result<Self, UnfitIdentity> {
        let assertion = value("assertion", assertion)?;
        self.headers.push((ASSERTION, assertion));
        Ok(self)
    }

    /// Is the user in this group?
    #[must_use]
    pub fn is_in(&self, group: &str) -> bool {
        self.groups.iter().any(|own| own == group)
    }

    pub(super) fn introduce(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
    }
}

fn value(field: &'static str, text: &str) -> Result<HeaderValue, UnfitIdentity> {
    let fits = !text.is_empty() && text.trim() == text && !text.chars().any(char::is_control);
    let value = if fits { HeaderValue::from_bytes(text.as_bytes()).ok() } else { None };
    value.ok_or(UnfitIdentity { field })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(subject: &str, name: &str, email: &str, groups: &[&str]) -> Result<HeaderMap, UnfitIdentity> {
        let groups: Vec<String> = groups.iter().map(ToString::to_string).collect();
        let mut headers = HeaderMap::new();
        Visitor::new(subject, name, email, &groups)?.introduce(&mut headers);
        Ok(headers)
    }

    #[test]
    fn the_headers_carry_any_name() {
        let headers =
            visitor("müller", "Zoë O’Neil, 渡辺", "zoe@north.example", &["End User", "eu"]).unwrap();
        assert_eq!(headers["remote-user"].as_bytes(), "müller".as_bytes());
        assert_eq!(headers["remote-name"], "Zo%C3%AB%20O%E2%80%99Neil%2C%20%E6%B8%A1%E8%BE%BA");
        assert_eq!(headers["remote-email"], "zoe@north.example");
        assert_eq!(headers["remote-groups"], "End User,eu");
        assert_eq!(visitor("a", "", "a@b.example", &[]).unwrap()["remote-groups"], "");
    }

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let headers = visitor("a", "x\r\nRemote-User: root", "a@b.example", &[]).unwrap();
        assert_eq!(headers["remote-name"], "x%0D%0ARemote-User%3A%20root");
        assert_eq!(headers["remote-user"], "a");
    }

    #[test]
    fn values_that_would_change_their_meaning_are_refused() {
        for bad in ["", " a", "a ", "a\nb", "a\0", "a\u{85}"] {
            assert_eq!(visitor(bad, "n", "a@b.example", &[]).unwrap_err().field, "subject", "{bad:?}");
            assert_eq!(visitor("a", "n", bad, &[]).unwrap_err().field, "email", "{bad:?}");
            assert_eq!(visitor("a", "n", "a@b.example", &[bad]).unwrap_err().field, "group", "{bad:?}");
        }
        assert_eq!(visitor("a", "n", "a@b.example", &["a,admin"]).unwrap_err().field, "group");
    }
}
