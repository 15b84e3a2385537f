//! The forms of a name: canonical for comparing, skeleton for look-alikes, display for people.

use precis_profiles::{
    UsernameCaseMapped,
    precis_core::{Error, profile::PrecisFastInvocation as _},
};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};
use unicode_security::GeneralSecurityProfile as _;

use super::UserIdProblem;

/// Most characters of anything typed at login that are looked at; more cannot be anybody's name.
const MAX_LOGIN: usize = 256;
/// Mapping and folding settle within a few rounds; the bound is for Unicode data not yet made.
const ROUNDS: usize = 8;
/// Zeroes of the kinds of digits; their nine successors follow each. (Unicode, `Nd`, scripts recommended for identifiers)
const ZEROES: [char; 15] = ['0', '٠', '۰', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦', '๐', '໐', '༠'];

/// Whether a character can stand in an Enterprise User ID at all.
pub(super) fn is_allowed(c: char) -> bool {
    let narrow = c.nfkc().next().unwrap_or(c);
    match narrow {
        '.' | '-' => true,
        _ if narrow.is_ascii() => narrow.is_ascii_alphanumeric(),
        _ => {
            (narrow.is_alphabetic() || is_combining_mark(narrow) || zero_of(narrow).is_some())
                && narrow.identifier_allowed()
        }
    }
}

/// UsernameCaseMapped of a name that may become an Enterprise User ID.
pub(super) fn enforce(typed: &str) -> Result<String, UserIdProblem> {
    match UsernameCaseMapped::enforce(typed) {
        Ok(mapped) => Ok(fold_sigma(&mapped)),
        Err(Error::BadCodepoint(bad)) => {
            Err(UserIdProblem::Character { character: char::from_u32(bad.cp).unwrap_or('\u{FFFD}') })
        }
        // Without bad code points only the bidi rule can fail.
        Err(Error::Invalid | Error::Unexpected(_)) => Err(UserIdProblem::Direction),
    }
}

/// The form in which any typed login name is looked up and counted: never fails, at most 256 characters, the same for
/// every way of writing a name that differs in case, width, composition or surrounding space only.
///
/// For an [`EnterpriseUserId`](super::EnterpriseUserId) it is the canonical form; what breaks its rules is folded as far
/// as it goes, because at login a wrong name gets the same answer as a wrong password.
#[must_use]
pub fn canonical_login(typed: &str) -> String {
    let bounded: String = typed.trim().chars().take(MAX_LOGIN).collect();
    if bounded.is_ascii() {
        // What all the rules come to for these, without looking anything up: an import has millions of them.
        return bounded.trim_end().to_ascii_lowercase();
    }
    by_the_rules(bounded)
}

fn by_the_rules(mut form: String) -> String {
    for _ in 0..ROUNDS {
        let next =
            UsernameCaseMapped::enforce(form.as_str()).map_or_else(|_| fold(&form), |m| fold_sigma(&m));
        let next: String = next.trim().chars().take(MAX_LOGIN).collect();
        if next == form {
            break;
        }
        form = next;
    }
    form
}

/// Equal for all strings that look alike (UTS 39 skeleton, capitals ignored); at most 256 characters are looked at.
#[must_use]
pub fn skeleton_of(name: &str) -> String {
    let mut form = canonical_login(name);
    for _ in 0..ROUNDS {
        // The prototype of a small letter can be a capital or a compatibility form (0 → O), so it is folded again.
        let next = canonical_login(&unicode_security::skeleton(&form).collect::<String>());
        if next == form {
            break;
        }
        form = next;
    }
    form
}

/// The typed form, unless its capitals make it look like another name (`pauI` for `paul`).
pub(super) fn display(typed: &str, canonical: &str, skeleton: &str) -> String {
    let typed: String = typed.nfkc().collect();
    let looks = unicode_security::skeleton(&typed).collect::<String>();
    if skeleton_of(&looks) == skeleton { typed } else { canonical.to_owned() }
}

/// Whether digits of more than one kind occur.
pub(super) fn mixes_digits(name: &str) -> bool {
    let mut zeroes = name.chars().filter_map(zero_of);
    zeroes.next().is_some_and(|first| zeroes.any(|other| other != first))
}

/// The zero of the kind of digits that this character belongs to.
fn zero_of(c: char) -> Option<char> {
    ZEROES.into_iter().find(|zero| (*zero as u32..*zero as u32 + 10).contains(&(c as u32)))
}

fn fold(text: &str) -> String {
    fold_sigma(&text.nfkc().flat_map(char::to_lowercase).nfc().collect::<String>())
}

/// The final form of sigma depends on its place, so a name in capitals cannot tell which one is meant.
fn fold_sigma(text: &str) -> String {
    text.replace('ς', "σ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_short_cut_leads_where_the_rules_lead(name in "[ -~\\t\\n\\x00\\x7f]{0,40}") {
            prop_assert_eq!(canonical_login(&name), by_the_rules(name.trim().to_owned()));
        }
    }

    #[test]
    fn the_short_cut_is_bounded_as_the_rules_are() {
        let name = format!("{} {}", "A".repeat(MAX_LOGIN - 1), "B".repeat(9));
        let bounded: String = name.chars().take(MAX_LOGIN).collect();
        assert_eq!(canonical_login(&name), by_the_rules(bounded));
        assert_eq!(canonical_login(&name).len(), MAX_LOGIN - 1, "the space at the end is cut too");
    }
}
