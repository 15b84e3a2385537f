//! The section `[brand]`: the name, the line under it, and the eight properties a customer may set.

use super::rules;
use crate::document::Section;

/// `[brand]`; what is absent keeps the look that Vestibule comes with. Contrast is checked by the pages.
#[derive(Debug, Clone)]
pub struct Brand {
    /// The name on every page and in every mail.
    pub name: String,
    /// A line under the name.
    pub line: Option<String>,
    /// Buttons and the panel, `#rrggbb`.
    pub accent: Option<String>,
    /// Text on the accent.
    pub on_accent: Option<String>,
    /// The accent on dark pages.
    pub accent_dark: Option<String>,
    /// Text on the dark pages' accent.
    pub on_accent_dark: Option<String>,
    /// Behind the sheet.
    pub ground: Option<String>,
    /// Behind the sheet on dark pages.
    pub ground_dark: Option<String>,
    /// Fonts of headings, as in CSS.
    pub display: Option<String>,
    /// Roundness of corners in thousandths of a text's size, 0 to 1000.
    pub radius: Option<u16>,
}

impl Brand {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let name = section.text("name", &rules::LINE);
        let line = section.text("line", &rules::LINE);
        let mut colour = |key| section.text(key, &rules::COLOUR);
        let brand = Self {
            name: name.unwrap_or_else(|| "Vestibule".to_owned()),
            line,
            accent: colour("accent"),
            on_accent: colour("on_accent"),
            accent_dark: colour("accent_dark"),
            on_accent_dark: colour("on_accent_dark"),
            ground: colour("ground"),
            ground_dark: colour("ground_dark"),
            display: section.text("display", &rules::FONTS),
            radius: section.whole("radius", 0..=1000).and_then(|radius| u16::try_from(radius).ok()),
        };
        section.finish();
        brand
    }
}
