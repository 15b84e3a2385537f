//! Forms that came from our own pages: one token, every field at most once, nothing unknown.

use std::sync::Arc;

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
};
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

use crate::{
    error::Refused,
    view::{ErrorKind, Kept},
    visit::{Shown, Visit},
};

/// The longest form, in bytes: a password of 256 characters in any script, written in escapes, with room.
pub const LONGEST_FORM: usize = 16 * 1024;

/// A form whose token was right.
#[derive(Debug)]
pub struct CheckedForm<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for CheckedForm<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refused> {
        let shown = request.extensions().get::<Arc<Shown>>().cloned();
        let shown = shown.ok_or(Refused::Kind(ErrorKind::Fault))?;
        let visit = shown.visit();
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
            return Err(Refused::Kind(ErrorKind::UnsupportedType));
        }
        let body = to_bytes(request.into_body(), LONGEST_FORM).await;
        let body = body.map_err(|_| Refused::Kind(ErrorKind::TooLarge))?;
        let fields = read_fields(&body).ok_or(Refused::Kind(ErrorKind::BadRequest))?;
        if let Some(fault) = shown.standstill() {
            return Err(Refused::keeping_all(&fault, kept(visit, &fields)));
        }
        let token = fields.iter().find(|(name, _)| name == "csrf").map(|(_, value)| value.as_str());
        if !token.is_some_and(|token| visit.takes_token(token)) {
            return Err(Refused::Kept(ErrorKind::Forbidden, kept(visit, &fields)));
        }
        let map = fields.into_iter().filter(|(name, _)| name != "csrf");
        let map = map.map(|(name, value)| (name, serde_json::Value::String(value))).collect();
        let read = serde_json::from_value(serde_json::Value::Object(map));
        read.map(Self).map_err(|_| Refused::Kind(ErrorKind::BadRequest))
    }
}

/// The fields; `None` when one comes twice, or holds what no database and no page can: NUL, or broken UTF-8.
fn read_fields(body: &[u8]) -> Option<Vec<(String, String)>> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair
            .iter()
            .position(|byte| *byte == b'=')
            .map_or((pair, &b""[..]), |at| (&pair[..at], &pair[at + 1..]));
        let (name, value) = (decode(name)?, decode(value)?);
        if value.contains('\0') || fields.iter().any(|(other, _)| *other == name) {
            return None;
        }
        fields.push((name, value));
    }
    Some(fields)
}

/// The library reads broken UTF-8 as replacement characters; a secret must not be changed silently.
fn decode(part: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_encoding::percent_decode(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// Compares without a hint about where they differ.
pub fn same(shown: &str, expected: &str) -> bool {
    shown.len() == expected.len()
        && shown.bytes().zip(expected.bytes()).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

/// What was typed, so that nothing is lost; secrets are never shown again.
fn kept(visit: &Visit, fields: &[(String, String)]) -> Vec<Kept> {
    let labels = [
        ("user_id", "login-user-id"),
        ("login_name", "start-existing-login"),
        ("message", "start-wrong-message"),
    ];
    labels
        .into_iter()
        .filter_map(|(field, label)| {
            let (_, value) = fields.iter().find(|(name, value)| name == field && !value.is_empty())?;
            Some(Kept { label: visit.text.get(label), value: value.clone() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_they_were_sent() {
        let fields = read_fields("a=1+2&b=%C3%A4&c&d=".as_bytes()).unwrap();
        let expected = [("a", "1 2"), ("b", "ä"), ("c", ""), ("d", "")];
        assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn doubled_and_broken_fields_are_refused() {
        for body in [&b"a=1&a=1"[..], b"a=%00", b"a=%FF", b"a=\xff"] {
            assert_eq!(read_fields(body), None, "{body:?}");
        }
    }

    #[test]
    fn tokens_are_compared_whole() {
        assert!(same("abc", "abc"));
        for other in ["", "ab", "abd", "abcd"] {
            assert!(!same(other, "abc"));
        }
    }
}
