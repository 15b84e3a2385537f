//! Which language to speak: the browser's choice among those shipped.

use fluent_langneg::{
    LanguageIdentifier, NegotiationStrategy, convert_vec_str_to_langids_lossy, negotiate_languages,
};

use crate::{
    Text,
    catalog::{ENGLISH, Language, languages},
};

/// More languages than this in one header come from nobody's browser settings; the rest is not looked at.
const MOST_RANGES: usize = 20;

impl Text {
    /// The shipped language that fits an `Accept-Language` header best (RFC 9110, 12.5.4); English when none does.
    #[must_use]
    pub fn negotiate(accept_language: &str) -> Self {
        let requested: Vec<LanguageIdentifier> =
            convert_vec_str_to_langids_lossy(by_weight(accept_language).into_iter().map(|(range, _)| range));
        let shipped: Vec<LanguageIdentifier> =
            convert_vec_str_to_langids_lossy(languages().iter().map(|l| l.tag));
        let best = negotiate_languages(&requested, &shipped, None, NegotiationStrategy::Lookup);
        Self::of(best.first().and_then(|tag| find(&tag.to_string())).unwrap_or(ENGLISH))
    }

    /// The shipped language with exactly this tag.
    #[must_use]
    pub fn by_tag(tag: &str) -> Option<Self> {
        find(tag).map(Self::of)
    }
}

fn find(tag: &str) -> Option<Language> {
    languages().iter().copied().find(|language| language.tag.eq_ignore_ascii_case(tag))
}

/// The ranges of the header with their weights in thousandths, heaviest first; weight 0 means "not this one".
fn by_weight(header: &str) -> Vec<(&str, u16)> {
    let mut ranges: Vec<(&str, u16)> = header.split(',').take(MOST_RANGES).filter_map(range).collect();
    ranges.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    ranges
}

fn range(part: &str) -> Option<(&str, u16)> {
    let mut fields = part.split(';').map(str::trim);
    let tag = fields.next().filter(|tag| !tag.is_empty())?;
    let weight = fields.find_map(|field| field.strip_prefix("q=")).map_or(Some(1000), thousandths)?;
    (weight > 0).then_some((tag, weight))
}

/// `0.8` is 800. Weights have at most three decimals; anything else is not a weight.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    if !matches!(whole, "0" | "1") || decimals.len() > 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: u16 = format!("{whole}{decimals:0<3}").parse().ok()?;
    (value <= 1000).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_comes_first() {
        assert_eq!(by_weight("de;q=0.7, en-GB;q=0.9, fr"), [("fr", 1000), ("en-GB", 900), ("de", 700)]);
    }

    #[test]
    fn weight_zero_and_nonsense_are_left_out() {
        assert_eq!(by_weight("de;q=0, ;, en;q=2, fr;q=0.1234, ja;q=x"), []);
    }

    #[test]
    fn anything_ends_in_a_shipped_language() {
        for header in
            ["", "en", "en-GB,en;q=0.8", "tlh", "*", "\u{0}", "de-AT-1996;q=0.5", &"x,".repeat(10_000)]
        {
            assert_eq!(Text::negotiate(header).language().tag, "en", "{header:.40}");
        }
    }

    #[test]
    fn a_tag_is_found_whatever_its_case() {
        assert_eq!(Text::by_tag("EN").map(|text| text.language().tag), Some("en"));
        assert_eq!(Text::by_tag("xx"), None);
    }
}
