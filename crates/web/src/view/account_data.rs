//! `/account/data` and `/account/language`.

use askama::Template;
use text::Language;

use crate::layout::Layout;

/// `/account/data`: a copy of one's own data.
#[derive(Clone, Debug, Template)]
#[template(path = "account-data.html")]
pub struct AccountData {
    /// The frame.
    pub layout: Layout,
}

/// `/account/language`.
#[derive(Clone, Debug, Template)]
#[template(path = "account-language.html")]
pub struct AccountLanguage {
    /// The frame.
    pub layout: Layout,
    /// The languages there are.
    pub languages: &'static [Language],
    /// The one chosen; empty when the browser decides.
    pub chosen: String,
    /// Whether it was chosen just now.
    pub done: bool,
}
