//! The security code in the forms that bind or choose a factor.

use app::{Zeroizing, factor_code::NotOpened};
use serde::Deserialize;
use text::Text;

use crate::{layout::Layout, view::Problems};

/// What such a form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    #[serde(default)]
    pub(super) security_code: Zeroizing<String>,
}

/// What was wrong with it, at its field.
pub(super) fn words(text: Text, layout: &Layout, why: NotOpened) -> String {
    match why {
        NotOpened::Missing | NotOpened::Disabled => text.get("factor-code-none"),
        NotOpened::Malformed => text.get("factor-channel-malformed"),
        NotOpened::Wrong { left } => {
            text.message("factor-channel-wrong-detail").with("left", left).to_string()
        }
        NotOpened::Paused(until) => {
            text.message("factor-channel-paused").with("until", layout.until(&until)).to_string()
        }
    }
}

/// The same for the page.
pub(super) fn problems(text: Text, layout: &Layout, why: NotOpened) -> Problems {
    let (title, summary) = (text.get("factor-channel-wrong-title"), text.get("factor-channel-wrong"));
    Problems::one(title, "security-code", summary, words(text, layout, why))
}
