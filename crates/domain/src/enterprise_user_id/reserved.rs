//! Names that stand for a function, so that nobody can pose as the help desk.

use std::sync::LazyLock;

use super::forms::skeleton_of;

/// Single words; joined with others and numbered they are reserved too (`help-desk`, `admin.2`).
const WORDS: [&str; 56] = [
    "abuse",
    "account",
    "accounts",
    "admin",
    "administration",
    "administrator",
    "all",
    "anonymous",
    "api",
    "audit",
    "auditor",
    "billing",
    "code",
    "codes",
    "company",
    "compliance",
    "contact",
    "control",
    "daemon",
    "default",
    "desk",
    "enrol",
    "everyone",
    "guest",
    "help",
    "helpdesk",
    "hostmaster",
    "info",
    "login",
    "mail",
    "manager",
    "nobody",
    "noreply",
    "office",
    "official",
    "operator",
    "owner",
    "password",
    "postmaster",
    "privacy",
    "program",
    "root",
    "security",
    "service",
    "servicing",
    "staff",
    "superuser",
    "support",
    "sysadmin",
    "system",
    "team",
    "user",
    "username",
    "vestibule",
    "webmaster",
    "www",
];

/// The words with their skeletons, so that `r00t` is `root`.
static LOOKS: LazyLock<Vec<(String, &str)>> =
    LazyLock::new(|| WORDS.iter().map(|word| (skeleton_of(word), *word)).collect());

/// The reserved word that a name stands for, if every part of it is reserved.
pub(super) fn reserved_word(canonical: &str) -> Option<&'static str> {
    let words = canonical.split(['.', '-']).map(|part| part.trim_matches(|c: char| c.is_numeric()));
    let mut found = None;
    for word in words.filter(|word| !word.is_empty()) {
        found = Some(split_into_words(word)?);
    }
    found
}

/// The last reserved word of a run of them written together, such as `supportteam`.
fn split_into_words(run: &str) -> Option<&'static str> {
    let run = skeleton_of(run);
    // ends[i]: the last word of some way to cut the first i bytes into reserved words.
    let mut ends: Vec<Option<&'static str>> = vec![None; run.len() + 1];
    for end in 1..=run.len() {
        let Some(head) = run.get(..end) else { continue };
        let fits = |look: &str| {
            head.strip_suffix(look).is_some_and(|rest| rest.is_empty() || ends[rest.len()].is_some())
        };
        ends[end] = LOOKS.iter().find(|(look, _)| fits(look)).map(|(_, word)| *word);
    }
    ends.pop().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_reserved_and_people_are_not() {
        for name in [
            "administrator",
            "help-desk",
            "admin.2",
            "support.team",
            "supportteam",
            "adrnin1",
            "r00t.user",
            "1.admin",
        ] {
            assert!(reserved_word(name).is_some(), "{name}");
        }
        for name in ["amara.okafor", "john.root", "ada.admin-smith", "teamleader", "helpful", "123456"] {
            assert_eq!(reserved_word(name), None, "{name}");
        }
    }
}
