//! What a text has to be: how to read it and how to say so.

use std::time::Duration;

/// How a text becomes a value, with the sentence that is shown when it does not.
pub struct Rule<T> {
    /// Completes "it must be …".
    pub must: &'static str,
    /// Reads it, or says what is wrong with it in particular (may be empty).
    pub read: fn(&str) -> Result<T, String>,
}

impl<T> Rule<T> {
    /// Says what is wrong with a text, if anything is.
    ///
    /// # Errors
    /// A sentence's end: "it must be …".
    pub fn check(&self, text: &str) -> Result<(), String> {
        (self.read)(text).map(drop).map_err(|why| match why.as_str() {
            "" => format!("it must be {}", self.must),
            why => format!("it must be {} ({why})", self.must),
        })
    }
}

/// Reads "90 s", "10 min", "1 h 30 min" or "30 d".
///
/// # Errors
/// When it is no such span, or negative. Calendar units (months, years) are refused because their length varies.
pub fn span_from_words(text: &str) -> Result<Duration, String> {
    let span: jiff::Span = text.trim().parse().map_err(|_| String::new())?;
    let duration = span
        .to_duration(jiff::SpanRelativeTo::days_are_24_hours())
        .map_err(|_| "months and years have no fixed length".to_owned())?;
    Duration::try_from(duration).map_err(|_| "it must not be negative".to_owned())
}

/// A span as [`span_from_words`] reads it: "10 min", "1 h 30 min", "250 ms".
#[must_use]
pub fn span_in_words(span: Duration) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms")];
    let mut rest = span.as_millis();
    let mut words = Vec::new();
    for (length, unit) in units {
        if rest >= length {
            words.push(format!("{} {unit}", rest / length));
            rest %= length;
        }
    }
    if words.is_empty() { "0 s".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{span_from_words, span_in_words};

    #[test]
    fn spans_read_as_they_are_written() {
        for (text, milliseconds) in [
            ("250 ms", 250),
            ("3 s", 3000),
            ("10 min", 600_000),
            ("1 h 30 min", 5_400_000),
            ("30 d", 2_592_000_000),
            ("0 s", 0),
        ] {
            let span = span_from_words(text).unwrap();
            assert_eq!(span, Duration::from_millis(milliseconds), "{text}");
            assert_eq!(span_in_words(span), text);
        }
        assert_eq!(span_from_words("1h30m"), Ok(Duration::from_secs(5400)));
    }

    #[test]
    fn what_has_no_fixed_length_is_no_span() {
        for text in ["", "10", "ten minutes", "1 month", "-3 s", "3 s ago", "9999999999999999999 d"] {
            assert!(span_from_words(text).is_err(), "{text}");
        }
    }
}
