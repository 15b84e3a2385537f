//! The known word that a misspelt one was probably meant to be.

/// The candidate that is most like `word`, if one is like it at all.
#[must_use]
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let likeness = |candidate: &str| strsim::jaro_winkler(&word.to_lowercase(), candidate);
    candidates
        .into_iter()
        .map(|candidate| (likeness(candidate), candidate))
        .filter(|(likeness, _)| *likeness >= 0.75)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn misspelt_words_find_their_neighbour_and_foreign_ones_none() {
        let keys = ["listen", "public_url", "trusted_proxies"];
        assert_eq!(nearest("lisen", keys), Some("listen"));
        assert_eq!(nearest("PublicUrl", keys), Some("public_url"));
        assert_eq!(nearest("proxies_trusted", keys), None);
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest("", keys), None);
    }
}
