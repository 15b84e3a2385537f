//! Texts with places for login name and password.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Where the login name goes.
pub const LOGIN: &str = "{login}";
/// Where the password goes.
pub const PASSWORD: &str = "{password}";

/// A text with places. Filling goes over it once, so that a login name called "{password}" stays what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Template(String);

impl Template {
    /// A text; anything but the two places stays as it is.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// Whether this place is in it.
    #[must_use]
    pub fn has(&self, place: &str) -> bool {
        self.0.contains(place)
    }

    /// The text with both places filled in.
    #[must_use]
    pub fn fill(&self, login: &str, password: &str) -> Zeroizing<String> {
        let mut filled = Zeroizing::new(String::with_capacity(self.0.len() + login.len() + password.len()));
        let mut rest = self.0.as_str();
        while let Some(at) = rest.find('{') {
            let (before, place) = rest.split_at(at);
            filled.push_str(before);
            rest = if let Some(after) = place.strip_prefix(LOGIN) {
                filled.push_str(login);
                after
            } else if let Some(after) = place.strip_prefix(PASSWORD) {
                filled.push_str(password);
                after
            } else {
                filled.push('{');
                place.get(1..).unwrap_or_default()
            };
        }
        filled.push_str(rest);
        filled
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_once() {
        for (text, expected) in [
            ("{login}:{password}", "{password}:{login}x"),
            ("a{login}b{", "a{password}b{"),
            ("{{login}}", "{{password}}"),
            ("{logi}{n}", "{logi}{n}"),
            ("", ""),
        ] {
            assert_eq!(*Template::new(text.to_owned()).fill("{password}", "{login}x"), expected, "{text}");
        }
    }
}
