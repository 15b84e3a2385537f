//! One message in one language, with its values.

use std::{borrow::Cow, fmt};

use fluent_bundle::{FluentArgs, FluentValue};

use crate::{
    bidi,
    catalog::{self, ENGLISH, Language},
    html::{self, Html},
};

/// The product's words in one language. Cheap to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    language: Language,
    isolation: bool,
}

impl Default for Text {
    fn default() -> Self {
        Self::of(ENGLISH)
    }
}

impl Text {
    /// The words in one of [`crate::languages`].
    #[must_use]
    pub const fn of(language: Language) -> Self {
        Self { language, isolation: true }
    }

    /// The same words without invisible isolates around right-to-left values: for plain-text mails and headers.
    #[must_use]
    pub const fn plain(self) -> Self {
        Self { isolation: false, ..self }
    }

    /// The language spoken.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// A message without values.
    #[must_use]
    pub fn get(&self, id: &str) -> String {
        self.message(id).to_string()
    }

    /// A message with values, as plain text.
    #[must_use]
    pub fn with(&self, id: &str, values: &[(&str, Value<'_>)]) -> String {
        values
            .iter()
            .fold(self.message(id), |message, (name, value)| message.with(name, value.clone()))
            .to_string()
    }

    /// A message to be given values one by one; it is put into words when displayed.
    #[must_use]
    pub const fn message<'a>(&self, id: &'a str) -> Message<'a> {
        Message { text: *self, id, values: Vec::new() }
    }
}

/// What can stand in a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Words; escaped in HTML, stripped of characters that reorder text.
    Words(Cow<'a, str>),
    /// A number, which also chooses the plural.
    Number(i64),
    /// Markup, put in as it is; in plain text it shows as markup, so it is for [`Message::html`] only.
    Markup(&'a Html),
}

/// A message and its values, not yet put into words.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    text: Text,
    id: &'a str,
    values: Vec<(&'a str, Value<'a>)>,
}

impl<'a> Message<'a> {
    /// Gives the message a value.
    #[must_use]
    pub fn with(mut self, name: &'a str, value: impl Into<Value<'a>>) -> Self {
        self.values.push((name, value.into()));
        self
    }

    /// The sentence as HTML: the message's own markup stands, values are escaped.
    #[must_use]
    pub fn html(&self) -> Html {
        Html::danger_trust(self.format(|text, value| match value {
            Value::Words(words) => Cow::Owned(html::escape(&text.words(words))),
            Value::Markup(markup) => Cow::Borrowed(markup.as_str()),
            Value::Number(number) => Cow::Owned(number.to_string()),
        }))
    }

    fn format<'s>(&'s self, spell: impl Fn(Text, &'s Value<'a>) -> Cow<'s, str>) -> String {
        let mut args = FluentArgs::with_capacity(self.values.len());
        for (name, value) in &self.values {
            match value {
                Value::Number(number) => args.set(*name, *number),
                other => args.set(*name, FluentValue::String(spell(self.text, other))),
            }
        }
        let mut problems = Vec::new();
        let words = catalog::with_bundle(self.text.language, self.id, |bundle| {
            let pattern = bundle.get_message(self.id)?.value()?;
            Some(bundle.format_pattern(pattern, Some(&args), &mut problems).into_owned())
        });
        // A wrong name or a missing value is a fault of the program: loud in tests, a readable gap in production.
        debug_assert!(problems.is_empty(), "message {}: {problems:?}", self.id);
        debug_assert!(matches!(words, Some(Some(_))), "there is no message {}", self.id);
        words.flatten().unwrap_or_else(|| self.id.to_owned())
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.format(|text, value| match value {
            Value::Words(words) => text.words(words),
            Value::Markup(markup) => Cow::Borrowed(markup.as_str()),
            Value::Number(number) => Cow::Owned(number.to_string()),
        }))
    }
}

impl Text {
    fn words<'s>(&self, words: &'s str) -> Cow<'s, str> {
        let words = bidi::without_controls(words);
        if self.isolation { bidi::isolate(words) } else { words }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(words: &'a str) -> Self {
        Self::Words(Cow::Borrowed(words))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(words: &'a String) -> Self {
        Self::Words(Cow::Borrowed(words))
    }
}

impl<'a> From<&&'a str> for Value<'a> {
    fn from(words: &&'a str) -> Self {
        Self::Words(Cow::Borrowed(words))
    }
}

impl<'a> From<&&'a String> for Value<'a> {
    fn from(words: &&'a String) -> Self {
        Self::Words(Cow::Borrowed(words))
    }
}

impl From<String> for Value<'_> {
    fn from(words: String) -> Self {
        Self::Words(Cow::Owned(words))
    }
}

impl<'a> From<&'a Html> for Value<'a> {
    fn from(markup: &'a Html) -> Self {
        Self::Markup(markup)
    }
}

/// A message inside a message, for a word that is itself translated.
impl From<Message<'_>> for Value<'_> {
    fn from(message: Message<'_>) -> Self {
        Self::Words(Cow::Owned(message.to_string()))
    }
}

impl From<&Message<'_>> for Value<'_> {
    fn from(message: &Message<'_>) -> Self {
        Self::Words(Cow::Owned(message.to_string()))
    }
}

// Templates hand over borrowed values, and what they match on borrowed twice.
macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl From<$number> for Value<'_> {
            fn from(number: $number) -> Self {
                Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
            }
        }
        impl From<&$number> for Value<'_> {
            fn from(number: &$number) -> Self {
                Self::from(*number)
            }
        }
        impl From<&&$number> for Value<'_> {
            fn from(number: &&$number) -> Self {
                Self::from(**number)
            }
        }
    )*};
}

numbers!(i32, i64, u8, u16, u32, u64, usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plural_follows_the_number() {
        let text = Text::default();
        assert_eq!(text.with("common-span-words-minutes", &[("minutes", 1.into())]), "1 minute");
        assert_eq!(text.with("common-span-words-minutes", &[("minutes", 10.into())]), "10 minutes");
    }

    #[test]
    fn values_are_escaped_in_html_only() {
        let message =
            Text::default().message("common-step-now").with("step", 1).with("of", 2).with("name", "<b>&");
        assert_eq!(message.to_string(), "Step 1 of 2: <b>&");
        assert_eq!(message.html().as_str(), "Step 1 of 2: &lt;b&gt;&amp;");
    }

    #[test]
    fn isolation_is_for_pages_not_for_plain_text() {
        let of = |text: Text| {
            text.with("common-step-now", &[("step", 1.into()), ("of", 2.into()), ("name", "דנה".into())])
        };
        assert_eq!(of(Text::default()), "Step 1 of 2: \u{2068}דנה\u{2069}");
        assert_eq!(of(Text::default().plain()), "Step 1 of 2: דנה");
    }

    #[test]
    #[should_panic(expected = "there is no message")]
    fn a_missing_message_is_loud_in_tests() {
        let _ = Text::default().get("common-that-is-not-there");
    }

    #[test]
    #[should_panic(expected = "common-step-now")]
    fn a_missing_value_is_loud_in_tests() {
        let _ = Text::default().get("common-step-now");
    }
}
