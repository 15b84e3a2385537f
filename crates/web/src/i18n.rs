//! The language of a request: what the browser asks for, among the languages shipped.

use http::{HeaderMap, header};
use text::Text;

/// The product's words in the language that fits the request best.
#[must_use]
pub fn text_for(headers: &HeaderMap) -> Text {
    // Several header lines mean the same as one with commas (RFC 9110, 5.3).
    let asked: Vec<&str> =
        headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|v| v.to_str().ok()).collect();
    Text::negotiate(&asked.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_when_nothing_fits_or_nothing_is_said() {
        let mut headers = HeaderMap::new();
        assert_eq!(text_for(&headers).language().tag, "en");
        headers.append(header::ACCEPT_LANGUAGE, "tlh".parse().unwrap());
        headers.append(header::ACCEPT_LANGUAGE, http::HeaderValue::from_bytes(b"\xff\xfe").unwrap());
        assert_eq!(text_for(&headers).language().tag, "en");
    }
}
