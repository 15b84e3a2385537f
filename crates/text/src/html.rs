//! Sentences that hold markup of their own, such as a link in the middle, without letting values add any.

use std::fmt;

/// HTML that is safe to put between tags: markup of the message files, values escaped.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Html(String);

impl Html {
    /// Markup made of escaped text only.
    #[must_use]
    pub fn escaped(text: &str) -> Self {
        Self(escape(text))
    }

    /// Markup that the caller answers for: made of constants and escaped values.
    #[must_use]
    pub const fn danger_trust(markup: String) -> Self {
        Self(markup)
    }

    /// The markup.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Escapes the five characters that mean something in element content and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_inert() {
        let html = Html::escaped(r#"<script>"x" & 'y'</script>"#);
        assert_eq!(html.as_str(), "&lt;script&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/script&gt;");
    }
}
