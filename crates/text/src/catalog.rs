//! The languages shipped and their messages, loaded once for the whole process.

use std::sync::LazyLock;

use fluent_bundle::{FluentResource, concurrent::FluentBundle};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

/// How a language is written, for the `dir` attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

impl Direction {
    /// The value of the HTML attribute `dir`.
    #[must_use]
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// A language that the product speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    /// BCP 47 tag, also the name of its folder under `locales/` and the value of the HTML attribute `lang`.
    pub tag: &'static str,
    /// Its name in itself, for the choice of language.
    pub name: &'static str,
    /// The direction it is written in.
    pub direction: Direction,
}

/// The language that every message exists in; others fall back to it message by message.
pub(crate) const ENGLISH: Language = Language { tag: "en", name: "English", direction: Direction::Ltr };

/// A language is shipped when it stands here and has a folder under `locales/`.
const LANGUAGES: &[Language] = &[ENGLISH];

/// The languages shipped, the fallback first.
#[must_use]
pub const fn languages() -> &'static [Language] {
    LANGUAGES
}

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/locales"]
struct Locales;

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<Vec<(Language, Bundle)>> =
    LazyLock::new(|| LANGUAGES.iter().map(|language| (*language, load(*language))).collect());

/// Formats `id` with the bundle of `language` or, when it lacks the message, with the English one.
pub(crate) fn with_bundle<T>(language: Language, id: &str, format: impl FnOnce(&Bundle) -> T) -> Option<T> {
    let of =
        |wanted: Language| BUNDLES.iter().find(|(found, bundle)| *found == wanted && bundle.has_message(id));
    of(language).or_else(|| of(ENGLISH)).map(|(_, bundle)| format(bundle))
}

fn load(language: Language) -> Bundle {
    let tag: LanguageIdentifier = language.tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Isolation is decided for each value in `message`, not for the whole bundle.
    bundle.set_use_isolating(false);
    let folder = format!("{}/", language.tag);
    for path in Locales::iter().filter(|path| path.starts_with(&folder) && path.ends_with(".ftl")) {
        let Some(file) = Locales::get(&path) else { continue };
        let source = String::from_utf8_lossy(&file.data).into_owned();
        // What does not parse, or is named twice, is left out here and found by tests/messages.rs.
        let resource = FluentResource::try_new(source).unwrap_or_else(|(partial, problems)| {
            debug_assert!(problems.is_empty(), "{path}: {problems:?}");
            partial
        });
        let added = bundle.add_resource(resource);
        debug_assert!(added.is_ok(), "{path}: {added:?}");
    }
    bundle
}
