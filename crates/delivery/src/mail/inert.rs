//! Other people's words in our mails: names, devices and places that can say nothing but themselves.
//!
//! Escaping for HTML and encoding for headers happen where those are written. Here goes what no sink repairs: line
//! breaks that would add lines to the plain-text part, characters that reorder or hide text, endless names, and
//! addresses that a mail program would turn into links.

/// The most characters of a name, device, place or contact that a mail shows.
pub const LONGEST: usize = 80;

/// One line of visible text, at most [`LONGEST`] characters.
pub(super) fn inert(words: &str) -> String {
    let visible = words.chars().filter(|c| !is_invisible(*c)).map(|c| if is_gap(c) { ' ' } else { c });
    // Enough to fill the line even if gaps fall away; the rest of a very long value is not looked at.
    let bounded: String = visible.take(LONGEST * 8).collect();
    let one_line = bounded.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    // Neither a link for mail programs that look for them, nor an encoded word (RFC 2047) for those that decode
    // where they should not.
    shorten(&one_line.replace("://", ": //").replace("=?", "= ?"))
}

fn shorten(line: &str) -> String {
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    let kept: String = line.chars().take(LONGEST - 1).collect();
    format!("{}…", kept.trim_end())
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// Characters without a width that reorder text (UAX #9), hide in it, or mean nothing in public. The joiners U+200C and
/// U+200D stay, because Persian, Indic scripts and emoji are written with them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E000}'..='\u{F8FF}'
        | '\u{E0000}'..='\u{E0FFF}' | '\u{F0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_names_stay_as_they_are() {
        for name in [
            "Amara Okafor",
            "O'Brien & Søn",
            "Firefox on Windows",
            "דנה לוי",
            "山田 太郎",
            "می‌خواهم",
            "J. R. \"Bob\" D.",
        ] {
            assert_eq!(inert(name), name);
        }
    }

    #[test]
    fn line_breaks_of_every_kind_become_spaces() {
        for gap in
            ["\r\n", "\n", "\r", "\t", "\u{0}", "\u{b}", "\u{85}", "\u{2028}", "\u{2029}", "\u{1b}", "  "]
        {
            assert_eq!(inert(&format!("{gap}a{gap}b{gap}")), "a b", "{gap:?}");
        }
    }

    #[test]
    fn nothing_reorders_or_hides() {
        assert_eq!(inert("exe\u{202e}fdp.\u{2066}x\u{2069}\u{200b}\u{feff}\u{e0041}\u{e000}"), "exefdp.x");
    }

    #[test]
    fn neither_links_nor_encoded_words() {
        assert_eq!(inert("see https://evil.example now"), "see https: //evil.example now");
        assert_eq!(inert("=?utf-8?B?QmNjOg==?="), "= ?utf-8?B?QmNjOg== ?=");
        assert_eq!(inert("http:\u{200b}//evil.example"), "http: //evil.example");
    }

    #[test]
    fn length_has_two_sides() {
        assert_eq!(inert(&"ä".repeat(LONGEST)), "ä".repeat(LONGEST));
        let cut = inert(&"ä".repeat(LONGEST + 1));
        assert_eq!(cut.chars().count(), LONGEST);
        assert!(cut.ends_with('…'));
        assert_eq!(inert(&"x".repeat(10_240)).chars().count(), LONGEST);
        assert_eq!(inert(&"\u{202e}".repeat(10_240)), "");
    }
}
