//! What an HTTP answer has to look like to mean something.

use serde::{Deserialize, Serialize};

/// Conditions on an answer; all that are given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Its status is one of these; any when empty.
    pub status: Vec<u16>,
    /// A header of this name (the first) holds this text.
    pub header: Option<(String, String)>,
    /// The value that a JSON pointer (RFC 6901) leads to is this: a text, or a number or a word as JSON writes it.
    pub pointer: Option<(String, String)>,
    /// The body holds this text.
    pub text: Option<String>,
}

/// An answer, read to its end.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answered {
    pub(super) fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl Expect {
    pub(super) fn is_met(&self, answer: &Answered) -> bool {
        let status = self.status.is_empty() || self.status.contains(&answer.status);
        let header = self.header.as_ref().is_none_or(|(name, part)| {
            let value = answer.headers.get(name.as_str()).and_then(|value| value.to_str().ok());
            value.is_some_and(|value| value.contains(part.as_str()))
        });
        let pointer = self.pointer.as_ref().is_none_or(|(pointer, expected)| {
            answer.json().and_then(|json| value_at(&json, pointer)).as_ref() == Some(expected)
        });
        let text = self
            .text
            .as_ref()
            .is_none_or(|text| String::from_utf8_lossy(&answer.body).contains(text.as_str()));
        status && header && pointer && text
    }
}

/// A text as it is, a number or a word as JSON writes it; nothing for lists, objects and null.
pub(super) fn value_at(json: &serde_json::Value, pointer: &str) -> Option<String> {
    match json.pointer(pointer)? {
        serde_json::Value::String(text) => Some(text.clone()),
        plain @ (serde_json::Value::Bool(_) | serde_json::Value::Number(_)) => Some(plain.to_string()),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> Answered {
        let headers = [("location".parse().unwrap(), "/home?x=1".parse().unwrap())];
        let body = br#"{"status":"ok","user":{"active":true}}"#.to_vec();
        Answered { status: 302, headers: headers.into_iter().collect(), body }
    }

    #[test]
    fn every_condition_that_is_given_must_hold() {
        let whole = Expect {
            status: vec![200, 302],
            header: Some(("Location".to_owned(), "/home".to_owned())),
            pointer: Some(("/user/active".to_owned(), "true".to_owned())),
            text: Some("\"ok\"".to_owned()),
        };
        assert!(whole.is_met(&answer()) && Expect::default().is_met(&answer()));
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        for broken in [
            Expect { status: vec![200], ..whole.clone() },
            Expect { header: pair("location", "/login"), ..whole.clone() },
            Expect { header: pair("set-cookie", ""), ..whole.clone() },
            Expect { pointer: pair("/user/active", "false"), ..whole.clone() },
            Expect { pointer: pair("/user", "true"), ..whole.clone() },
            Expect { text: Some("no".to_owned()), ..whole },
        ] {
            assert!(!broken.is_met(&answer()), "{broken:?}");
        }
    }
}
