//! A company's look: names and colours, checked for contrast before anything is served with them.

use serde::Deserialize;

use super::colour::{Colour, NotAColour};
use crate::assets;

/// The lowest contrast accepted, on paper and on ink: WCAG 2.2, 1.4.6 (AAA).
const LEAST_CONTRAST: f64 = 7.0;

/// Colours of the stylesheet that a brand's colours meet; the test below keeps them equal to `vestibule.css`.
const SHEET: Colour = Colour::rgb(0xff, 0xff, 0xff);
const SHEET_DARK: Colour = Colour::rgb(0x14, 0x1c, 0x1c);
const INK: Colour = Colour::rgb(0x14, 0x20, 0x1f);
const INK_DARK: Colour = Colour::rgb(0xe9, 0xef, 0xed);

/// A brand as it is written in the configuration. Colours are `#rrggbb`; those left out are the neutral ink blue.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BrandSpec {
    /// The first line beside the mark, for example "Harbour".
    pub name: String,
    /// The second, smaller line, for example "Commercial Cards"; may be empty.
    pub line: String,
    /// Links, buttons and doors on white.
    pub accent: String,
    /// Words on the accent.
    pub on_accent: String,
    /// The accent on dark paper.
    pub accent_dark: String,
    /// Words on the dark accent.
    pub on_accent_dark: String,
    /// The tint behind the sheet.
    pub ground: String,
    /// The tint behind the dark sheet.
    pub ground_dark: String,
}

impl Default for BrandSpec {
    fn default() -> Self {
        Self {
            name: "Vestibule".into(),
            line: String::new(),
            accent: "#2b4162".into(),
            on_accent: "#ffffff".into(),
            accent_dark: "#a9c3ec".into(),
            on_accent_dark: "#0c1626".into(),
            ground: "#eceff3".into(),
            ground_dark: "#0d1116".into(),
        }
    }
}

/// A brand whose colours can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    /// The first line beside the mark.
    pub name: String,
    /// The second, smaller line; may be empty.
    pub line: String,
    stylesheet: String,
    mark: String,
    fingerprint: String,
}

/// Why a brand is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BrandProblem {
    /// A name is needed: it stands on every page.
    #[error("brand.name is empty: give the name that users know")]
    NoName,
    /// A value is not a colour.
    #[error("brand.{key} is \"{value}\": {problem}")]
    Colour {
        /// Its key.
        key: &'static str,
        /// What was written.
        value: String,
        /// What to write.
        problem: NotAColour,
    },
    /// Two colours that meet are too alike to read.
    #[error(
        "brand.{key} has a contrast of {contrast:.2} to 1 with {against}; at least 7 to 1 is needed, so choose a {wanted} colour"
    )]
    Contrast {
        /// The key to change.
        key: &'static str,
        /// What it meets.
        against: &'static str,
        /// The contrast found, 1.0 to 21.0, rounded down to hundredths.
        contrast: f64,
        /// "darker" or "lighter".
        wanted: &'static str,
    },
}

impl Brand {
    /// Checks a brand and makes its stylesheet.
    ///
    /// # Errors
    /// Every problem found, so that a brand is mended in one go.
    pub fn new(spec: &BrandSpec) -> Result<Self, Vec<BrandProblem>> {
        let mut problems = Vec::new();
        if spec.name.trim().is_empty() {
            problems.push(BrandProblem::NoName);
        }
        let mut colour = |key, value: &str| match value.parse() {
            Ok(colour) => Some(colour),
            Err(problem) => {
                problems.push(BrandProblem::Colour { key, value: value.to_owned(), problem });
                None
            }
        };
        let accent = colour("accent", &spec.accent);
        let on_accent = colour("on_accent", &spec.on_accent);
        let accent_dark = colour("accent_dark", &spec.accent_dark);
        let on_accent_dark = colour("on_accent_dark", &spec.on_accent_dark);
        let ground = colour("ground", &spec.ground);
        let ground_dark = colour("ground_dark", &spec.ground_dark);
        let mut meet = |key, against, wanted, pair: (Option<Colour>, Option<Colour>)| {
            let (Some(own), Some(other)) = pair else { return };
            let contrast = own.contrast(other);
            if contrast < LEAST_CONTRAST {
                let contrast = (contrast * 100.0).floor() / 100.0;
                problems.push(BrandProblem::Contrast { key, against, contrast, wanted });
            }
        };
        meet("accent", "white", "darker", (accent, Some(SHEET)));
        meet("on_accent", "brand.accent", "lighter", (on_accent, accent));
        meet("accent_dark", "the dark sheet", "lighter", (accent_dark, Some(SHEET_DARK)));
        meet("on_accent_dark", "brand.accent_dark", "darker", (on_accent_dark, accent_dark));
        meet("ground", "the text", "lighter", (ground, Some(INK)));
        meet("ground_dark", "the text", "darker", (ground_dark, Some(INK_DARK)));
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self::from_checked(spec))
    }

    /// Where this brand's layer is served: the address changes with its content.
    #[must_use]
    pub fn stylesheet_address(&self) -> String {
        format!("/assets/brand.{}.css", self.fingerprint)
    }

    /// Where this brand's mark is served, as the page's icon.
    #[must_use]
    pub fn mark_address(&self) -> String {
        format!("/assets/mark.{}.svg", self.fingerprint)
    }

    /// The layer "brand" of the stylesheet.
    #[must_use]
    pub fn stylesheet(&self) -> &str {
        &self.stylesheet
    }

    /// The mark in the brand's accent, as an SVG file.
    #[must_use]
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// Both lines in one: "Harbour Commercial Cards".
    #[must_use]
    pub fn full_name(&self) -> String {
        if self.line.is_empty() { self.name.clone() } else { format!("{} {}", self.name, self.line) }
    }

    fn from_checked(spec: &BrandSpec) -> Self {
        let stylesheet = format!(
            "@layer brand {{\n  :root {{\n    --brand-accent: {};\n    --brand-on-accent: {};\n    --brand-accent-dark: {};\n    \
             --brand-on-accent-dark: {};\n    --brand-ground: {};\n    --brand-ground-dark: {};\n  }}\n}}\n",
            spec.accent, spec.on_accent, spec.accent_dark, spec.on_accent_dark, spec.ground, spec.ground_dark
        );
        let mark = include_str!("mark.svg").replace("currentColor", &spec.accent);
        let fingerprint = assets::fingerprint(&hash(&stylesheet).to_be_bytes());
        let trim = |words: &str| words.trim().to_owned();
        Self { name: trim(&spec.name), line: trim(&spec.line), stylesheet, mark, fingerprint }
    }
}

/// FNV-1a, 32 bits: tells one stylesheet from the next, nothing more.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn harbour() -> BrandSpec {
        BrandSpec {
            name: "Harbour".into(),
            line: "Commercial Cards".into(),
            accent: "#00574f".into(),
            accent_dark: "#7bd5c5".into(),
            on_accent_dark: "#04211d".into(),
            ground: "#e9f0ee".into(),
            ground_dark: "#0b1212".into(),
            ..BrandSpec::default()
        }
    }

    #[test]
    fn a_readable_brand_becomes_a_layer() {
        let brand = Brand::new(&harbour()).unwrap();
        assert!(brand.stylesheet().starts_with("@layer brand {\n  :root {\n    --brand-accent: #00574f;"));
        assert!(brand.mark().contains("#00574f") && !brand.mark().contains("currentColor"));
        assert_eq!(brand.full_name(), "Harbour Commercial Cards");
        assert!(Brand::new(&BrandSpec::default()).is_ok());
    }

    #[test]
    fn the_address_changes_with_the_colours() {
        let neutral = Brand::new(&BrandSpec::default()).unwrap();
        assert_ne!(neutral.stylesheet_address(), Brand::new(&harbour()).unwrap().stylesheet_address());
    }

    #[test]
    fn seven_to_one_is_enough_and_less_is_not() {
        // Greys around 7:1 on white: #595959 has 7.00, #5a5a5a has 6.90.
        let with = |accent: &str| Brand::new(&BrandSpec { accent: accent.into(), ..harbour() });
        assert!(with("#595959").is_ok());
        let problems = with("#5a5a5a").unwrap_err();
        assert_eq!(
            problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                "brand.accent has a contrast of 6.89 to 1 with white; at least 7 to 1 is needed, so choose a darker colour",
                "brand.on_accent has a contrast of 6.89 to 1 with brand.accent; at least 7 to 1 is needed, so choose a lighter colour",
            ]
        );
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let spec =
            BrandSpec { name: " ".into(), accent: "teal".into(), ground: "#444444".into(), ..harbour() };
        let problems = Brand::new(&spec).unwrap_err();
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert_eq!(
            problems[1].to_string(),
            "brand.accent is \"teal\": write a colour as # and six hexadecimal digits, for example #00574f"
        );
    }

    #[test]
    fn a_brand_cannot_smuggle_styles() {
        let spec = BrandSpec { accent: "#00574f; } body { display: none".into(), ..harbour() };
        assert!(Brand::new(&spec).is_err());
    }

    #[test]
    fn the_colours_met_are_those_of_the_stylesheet() {
        let css = include_str!("../../assets/vestibule.css");
        for (name, colour) in
            [("--sheet", SHEET), ("--sheet", SHEET_DARK), ("--ink", INK), ("--ink", INK_DARK)]
        {
            assert!(css.contains(&format!("{name}: {colour};")), "{name}: {colour}");
        }
    }
}
