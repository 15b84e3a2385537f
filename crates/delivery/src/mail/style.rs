//! The stylesheet of mails, copied rule by rule into `style` attributes, because many mail programs read nothing else.

use super::brand::Brand;

const CSS: &str = include_str!("../../templates/mail.css");

/// The rules in the colours of a brand.
pub(super) struct Style {
    rules: Vec<(&'static str, String)>,
    head: String,
}

impl Style {
    pub(super) fn new(brand: &Brand) -> Self {
        let (flat, dark) = CSS.split_at(CSS.find("@media").unwrap_or(CSS.len()));
        let rules = flat.lines().filter_map(rule).map(|(class, rule)| (class, paint(rule, brand))).collect();
        Self { rules, head: paint(dark.trim_end(), brand) }
    }

    /// The declarations of a class.
    pub(super) fn of(&self, class: &str) -> &str {
        let found = self.rules.iter().find(|(name, _)| *name == class);
        debug_assert!(found.is_some(), "mail.css has no rule for {class}");
        found.map_or("", |(_, rule)| rule)
    }

    /// What cannot be an attribute. Made of the stylesheet and of colours, so it is safe as it is.
    pub(super) fn head(&self) -> &str {
        &self.head
    }
}

fn rule(line: &'static str) -> Option<(&'static str, &'static str)> {
    let (class, rest) = line.strip_prefix('.')?.split_once(" { ")?;
    Some((class, rest.strip_suffix(" }")?))
}

/// The longer words first, since they begin with the shorter ones.
fn paint(css: &str, brand: &Brand) -> String {
    css.replace("$accent-dark", &brand.accent_dark.to_string())
        .replace("$accent", &brand.accent.to_string())
        .replace("$ground-dark", &brand.ground_dark.to_string())
        .replace("$ground", &brand.ground.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Sender;

    #[test]
    fn every_rule_is_found_and_painted() {
        let mut brand = Brand::neutral("Harbour", Sender::new("", "login@harbourcards.example").unwrap());
        brand.accent = "#123456".parse().unwrap();
        brand.accent_dark = "#abcdef".parse().unwrap();
        let style = Style::new(&brand);
        assert_eq!(style.rules.len(), CSS.lines().filter(|line| line.starts_with('.')).count());
        assert!(style.of("mail-code").contains("color: #123456"), "{}", style.of("mail-code"));
        assert!(style.head().contains(".mail-code { color: #abcdef !important; }"));
        assert!(!style.rules.iter().any(|(_, rule)| rule.contains('$')) && !style.head().contains('$'));
        assert_eq!(style.head().matches('{').count(), style.head().matches('}').count());
    }
}
