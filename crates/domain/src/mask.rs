//! Addresses shown to somebody who has not proved yet that they are theirs: enough to recognise, too little to learn.

use std::fmt;

/// What is put where characters are left out.
const GAP: &str = "•••";
/// Most characters of a domain that are shown.
const DOMAIN_SHOWN: usize = 5;

/// A masked e-mail address: `a•••r@north•••.example`. Its parts make the sentence for screen readers, which do not read
/// the dots well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskedEmail {
    /// First character before the @; `None` when there is only one.
    pub first: Option<char>,
    /// Last character before the @; `None` when there are fewer than four.
    pub last: Option<char>,
    /// How the domain begins; at most half of its first label.
    pub domain_begins: String,
    /// The last label of the domain: `example`; empty for an address literal.
    pub domain_ends: String,
}

impl MaskedEmail {
    /// Masks an address. What is no address is masked whole.
    #[must_use]
    pub fn new(address: &str) -> Self {
        let (local, domain) = address.trim().rsplit_once('@').unwrap_or_default();
        let characters = local.chars().count();
        let (labels, top) = match domain.rsplit_once('.') {
            Some((labels, top)) if !domain.starts_with('[') => (labels, top),
            Some(_) => ("", ""),
            None => (domain, ""),
        };
        let label = labels.split('.').next().unwrap_or_default();
        let shown = (label.chars().count() / 2).min(DOMAIN_SHOWN);
        Self {
            first: local.chars().next().filter(|_| characters > 1),
            last: local.chars().last().filter(|_| characters > 3),
            domain_begins: label.chars().take(shown).collect(),
            domain_ends: top.to_owned(),
        }
    }
}

impl fmt::Display for MaskedEmail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |c: Option<char>| c.map(String::from).unwrap_or_default();
        write!(f, "{}{GAP}{}@{}{GAP}", show(self.first), show(self.last), self.domain_begins)?;
        if self.domain_ends.is_empty() { Ok(()) } else { write!(f, ".{}", self.domain_ends) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn enough_to_recognise_too_little_to_learn() {
        for (address, shown) in [
            ("amara.okafor@northgate-shipping.example", "a•••r@north•••.example"),
            ("anna@ng.example", "a•••a@n•••.example"),
            ("ann@ngs.example", "a•••@n•••.example"),
            ("a@n.example", "•••@•••.example"),
            ("anna@mail.northgate.co.example", "a•••a@ma•••.example"),
            ("\"a@b\"@northgate.example", "\"•••\"@nort•••.example"),
            ("山田太郎@北門海運.example", "山•••郎@北門•••.example"),
            ("root@localhost", "r•••t@loca•••"),
            ("root@[127.0.0.1]", "r•••t@•••"),
            ("no address", "•••@•••"),
            ("", "•••@•••"),
        ] {
            assert_eq!(MaskedEmail::new(address).to_string(), shown, "{address}");
        }
    }

    #[test]
    fn parts_serve_the_sentence_for_screen_readers() {
        let masked = MaskedEmail::new("amara.okafor@northgate-shipping.example");
        assert_eq!((masked.first, masked.last), (Some('a'), Some('r')));
        assert_eq!((masked.domain_begins.as_str(), masked.domain_ends.as_str()), ("north", "example"));
    }

    proptest! {
        #[test]
        fn at_most_two_characters_of_the_name_and_half_of_the_domain_are_shown(
            local in "[a-z0-9.]{1,30}", label in "[a-z0-9-]{1,30}"
        ) {
            let masked = MaskedEmail::new(&format!("{local}@{label}.example"));
            let of_name = usize::from(masked.first.is_some()) + usize::from(masked.last.is_some());
            prop_assert!(of_name <= 2 && of_name * 2 <= local.len());
            prop_assert!(masked.domain_begins.len() <= DOMAIN_SHOWN && masked.domain_begins.len() * 2 <= label.len());
            prop_assert!(!masked.to_string().contains(&local) || local.len() < 3);
        }
    }
}
