//! Names in one script inside sentences in another: kept from reordering the words around them.

use std::borrow::Cow;

const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_ISOLATE: char = '\u{2069}';

/// Removes the characters that reorder the text after them: embeddings, overrides and isolates (UAX #9, 2.1 to 2.5).
/// A value never needs them, and with them a name could make a sentence read backwards.
pub(crate) fn without_controls(value: &str) -> Cow<'_, str> {
    if value.contains(is_control) {
        Cow::Owned(value.chars().filter(|c| !is_control(*c)).collect())
    } else {
        Cow::Borrowed(value)
    }
}

/// Wraps a value in isolates when it holds anything written from right to left. Left-to-right values stay as they are,
/// so that they can be copied and searched without invisible characters.
pub(crate) fn isolate(value: Cow<'_, str>) -> Cow<'_, str> {
    if value.chars().any(is_right_to_left) {
        Cow::Owned(format!("{FIRST_STRONG_ISOLATE}{value}{POP_ISOLATE}"))
    } else {
        value
    }
}

fn is_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The blocks that Unicode reserves for right-to-left scripts, and the right-to-left mark.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{0590}'..='\u{08FF}' | '\u{200F}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_names_are_untouched() {
        assert!(matches!(isolate(without_controls("Amara Okafor")), Cow::Borrowed("Amara Okafor")));
    }

    #[test]
    fn hebrew_names_are_isolated() {
        assert_eq!(isolate(without_controls("דנה לוי")), "\u{2068}דנה לוי\u{2069}");
    }

    #[test]
    fn reordering_controls_are_removed() {
        assert_eq!(without_controls("txt\u{202E}gpj.\u{2069}x"), "txtgpj.x");
    }
}
