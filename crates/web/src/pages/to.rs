//! Carrying "where the user wants to go" from page to page.

use serde::Deserialize;

/// `?to=`, unchecked.
#[derive(Debug, Default, Deserialize)]
pub struct To {
    /// An address; checked before use, dropped when it is not ours.
    #[serde(default)]
    pub to: Option<String>,
    /// Why the user finds themselves here.
    #[serde(default)]
    pub ended: Option<String>,
}

/// A path with `?to=`, where there is something to carry.
pub(super) fn with_to(path: &str, to: Option<&str>) -> String {
    match to {
        Some(to) => {
            let query: String =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("to", to).finish();
            format!("{path}?{query}")
        }
        None => path.to_owned(),
    }
}
