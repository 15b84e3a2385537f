//! Passwords known from break-ins, and what people hang on them to get past a rule.

use std::cmp::Ordering;

use unicode_normalization::UnicodeNormalization as _;

/// Sorted lines; see the README beside it for origin and licences.
static COMMON: &str = include_str!("common.txt");

/// Nothing on the list is longer than 60 characters; decorated, a password can be a little longer.
const LONGEST: usize = 80;
/// More than this around a common password makes another one of it, whose strength zxcvbn judges.
const MOST_DECORATION: usize = 6;
/// Shorter stems say nothing.
const SHORTEST_STEM: usize = 4;
/// Letters and the signs that stand in for them.
const SUBSTITUTES: [(char, char); 10] = [
    ('@', 'a'),
    ('4', 'a'),
    ('3', 'e'),
    ('1', 'i'),
    ('!', 'i'),
    ('0', 'o'),
    ('$', 's'),
    ('5', 's'),
    ('7', 't'),
    ('+', 't'),
];

/// How a password resembles a common one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// It is one, capitals aside.
    Same,
    /// It is one with digits, signs or stand-ins for letters added, or written twice.
    Decorated,
}

/// How a password resembles one that is known from break-ins, if it does.
#[must_use]
pub fn likeness(password: &str) -> Option<Likeness> {
    if password.chars().nth(LONGEST).is_some() {
        return None;
    }
    let plain: String = password.trim().nfkc().flat_map(char::to_lowercase).collect();
    if contains(&plain) {
        return Some(Likeness::Same);
    }
    let spelled = plain_letters(&plain);
    [&plain, &spelled].into_iter().any(|form| is_decorated(form)).then_some(Likeness::Decorated)
}

fn is_decorated(form: &str) -> bool {
    let all = form.chars().count();
    let is_sign = |c: char| !c.is_alphabetic();
    let stems = [form, form.trim_end_matches(is_sign), form.trim_matches(is_sign)];
    stems.into_iter().any(|stem| {
        let length = stem.chars().count();
        let common = contains(stem) || contains(&plain_letters(stem)) || repeats_a_common_one(stem);
        length >= SHORTEST_STEM && all - length <= MOST_DECORATION && common
    })
}

fn repeats_a_common_one(stem: &str) -> bool {
    (2..=4).any(|times| {
        stem.len().is_multiple_of(times)
            && stem.get(..stem.len() / times).is_some_and(|part| contains(part) && part.repeat(times) == stem)
    })
}

fn plain_letters(text: &str) -> String {
    let plain = |c| SUBSTITUTES.iter().find(|(sign, _)| *sign == c).map_or(c, |(_, letter)| *letter);
    text.chars().map(plain).collect()
}

/// Whether a line of the list equals `word`, by binary search over bytes.
pub(super) fn contains(word: &str) -> bool {
    if word.is_empty() || word.contains('\n') {
        return false;
    }
    let list = COMMON.as_bytes();
    let (mut low, mut high) = (0, list.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let start = list[..middle].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let end = list[middle..].iter().position(|b| *b == b'\n').map_or(list.len(), |at| middle + at);
        match list[start..end].cmp(word.as_bytes()) {
            Ordering::Equal => return true,
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_every_line_is_found() {
        let lines: Vec<_> = COMMON.lines().collect();
        assert_eq!(lines.len(), 39_766, "as the README says");
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(lines.iter().all(|line| contains(line)));
        assert!(lines.iter().all(|line| line.chars().count() + MOST_DECORATION <= LONGEST));
        assert!(lines.iter().all(|line| likeness(line) == Some(Likeness::Same)));
    }

    #[test]
    fn what_is_not_a_line_is_not_found() {
        for word in
            ["", "\n", "passwo2rd", "passwords\npassword", "zzzzzzzzzzzzzzzz", "!", "ÿ", "correct horse"]
        {
            assert!(!contains(word), "{word:?}");
        }
    }

    #[test]
    fn decoration_is_seen_through() {
        for (typed, expected) in [
            ("PASSWORD", Likeness::Same),
            ("ＰＡＳＳＷＯＲＤ", Likeness::Same),
            ("password2026!", Likeness::Decorated),
            ("!!Sunshine!!", Likeness::Decorated),
            ("P@$$w0rd2026", Likeness::Decorated),
            ("passwordpassword", Likeness::Decorated),
            ("letmeinletmein1", Likeness::Decorated),
        ] {
            assert_eq!(likeness(typed), Some(expected), "{typed}");
        }
        for typed in
            ["orchard lamp tide", "sunshine8271649035", "7Gq-rain-Vault", "correct horse battery staple"]
        {
            assert_eq!(likeness(typed), None, "{typed}");
        }
        assert_eq!(likeness(&format!("sunshine{}", "!".repeat(6))), Some(Likeness::Decorated));
        assert_eq!(likeness(&format!("sunshine{}", "!".repeat(7))), None, "zxcvbn judges longer decoration");
    }
}
