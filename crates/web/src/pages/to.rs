//! Carrying "where the user wants to go" from page to page.

use app::{Fault, confirm_identity::Asks};
use serde::Deserialize;

use crate::site::Site;

const LONGEST_PATH: usize = 200;

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

/// The page of the account that `to` names; the account's first page where it names none. Only plain paths pass, so that
/// nothing leads elsewhere.
pub(crate) fn account_page(to: Option<&str>) -> &str {
    const HOME: &str = "/account";
    let plain = |path: &&str| {
        let mut rest = path.strip_prefix(HOME).unwrap_or("?").split('/');
        rest.next() == Some("")
            && rest.all(|part| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            })
    };
    to.filter(|path| path.len() <= LONGEST_PATH).filter(plain).unwrap_or(HOME)
}

/// Where a fresh proof leads: a page of a registered application, or one of the account.
pub(crate) async fn goal(site: &Site, to: Option<&str>) -> Result<String, Fault> {
    let of_application = site.checked_return(to).await?;
    Ok(of_application.unwrap_or_else(|| account_page(to).to_owned()))
}

/// The page that leads to the form that was sent to `path`: itself, or for a part of a page, that page.
pub(crate) fn page_of_form(path: &str) -> &str {
    match path.match_indices('/').nth(2) {
        Some((end, _)) => account_page(path.get(..end)),
        None => account_page(Some(path)),
    }
}

/// How much has to be proven afresh for this page of the account. Each page asks again by its own extractor: this says which
/// way leads there.
pub(crate) fn asks(page: &str) -> Asks {
    const BY_BOTH: [&str; 5] = [
        "/account/authenticator-app",
        "/account/channel",
        "/account/passkeys",
        "/account/recovery-codes",
        "/account/security-code",
    ];
    if BY_BOTH.contains(&page_of_form(page)) { Asks::Both } else { Asks::Stage }
}

/// A path with `?to=`, where there is something to carry.
pub(crate) fn with_to(path: &str, to: Option<&str>) -> String {
    match to {
        Some(to) => {
            let query: String =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("to", to).finish();
            format!("{path}?{query}")
        }
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_pages_of_the_account_are_gone_on_to() {
        for page in ["/account", "/account/password", "/account/passkeys/add", "/account/security-code"] {
            assert_eq!(account_page(Some(page)), page);
        }
        for elsewhere in [
            "",
            "/",
            "/accounts",
            "/login",
            "//evil.example",
            "/account//evil.example",
            "/account/../login",
            "/account/%2e%2e",
            "/account\\evil",
            "/account?to=x",
            "https://evil.example/account",
            "account",
            "/account/",
            "/account/a#b",
            "/account@evil.example",
        ] {
            assert_eq!(account_page(Some(elsewhere)), "/account", "{elsewhere}");
        }
        let (longest, longer) =
            (format!("/account/{}", "a".repeat(191)), format!("/account/{}", "a".repeat(192)));
        assert_eq!(account_page(Some(&longest)), longest);
        assert_eq!(account_page(Some(&longer)), "/account");
        assert_eq!(account_page(None), "/account");
    }

    #[test]
    fn factors_ask_for_both_proofs() {
        for page in ["/account/channel", "/account/authenticator-app/set-up", "/account/security-code"] {
            assert_eq!(asks(page), Asks::Both, "{page}");
        }
        for page in ["/account", "/account/password", "/account/data"] {
            assert_eq!(asks(page), Asks::Stage, "{page}");
        }
    }

    #[test]
    fn a_form_leads_back_to_its_page() {
        for (form, page) in [
            ("/account/password", "/account/password"),
            ("/account/passkeys/remove", "/account/passkeys"),
            ("/account/passkeys/add/finish", "/account/passkeys"),
            ("/account", "/account"),
        ] {
            assert_eq!(page_of_form(form), page);
        }
    }
}
