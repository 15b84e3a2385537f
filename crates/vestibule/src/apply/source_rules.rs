//! What the keys of `[[source]]` may hold.

use std::path::PathBuf;

use legacy::source::{LOGIN, PASSWORD, Template};
use url::Url;

use crate::document::Rule;

pub(super) const SECRET: &str =
    "the name of a secret, whose value stands in [secrets] of the configuration file";

pub(super) const CA_FILE: Rule<PathBuf> = Rule {
    must: "the whole path of a PEM file, the same on every node, such as \"/etc/vestibule/crm-ca.pem\"",
    read: |text| {
        let path = PathBuf::from(text);
        if path.is_absolute() { Ok(path) } else { Err(String::new()) }
    },
};

pub(super) const URL: Rule<Url> = Rule {
    must: "an http or https address without a user name or a password, such as \"https://portal.harbour.example/check\"",
    read: |text| {
        let url = Url::parse(text).map_err(|_| String::new())?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(String::new());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(String::new());
        }
        Ok(url)
    },
};

pub(super) const HOST: Rule<String> = Rule {
    must: "a host name or an IP address, such as \"directory.harbour.example\"",
    read: |text| url::Host::parse(text).map(|host| host.to_string()).map_err(|_| String::new()),
};

pub(super) const LINE: Rule<String> =
    Rule { must: "one line of 1 to 512 characters", read: |text| line(text, 512) };

/// PostgreSQL cuts longer ones off.
pub(super) const COLUMN: Rule<String> =
    Rule { must: "a name of 1 to 63 characters", read: |text| line(text, 63) };

pub(super) const ATTRIBUTE: Rule<String> = Rule {
    must: "the name of an attribute, such as \"mail\"",
    read: |text| {
        let good = (1..=63).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b';');
        if good { Ok(text.to_owned()) } else { Err(String::new()) }
    },
};

pub(super) const POINTER: Rule<String> = Rule {
    must: "a JSON pointer, such as \"/user/email\"",
    read: |text| if text.starts_with('/') { line(text, 512) } else { Err(String::new()) },
};

pub(super) const LOGINS: Rule<String> = Rule {
    must: "a text with one * at its beginning or end, such as \"ngs-*\"",
    read: |text| {
        let shaped = text.matches('*').count() == 1 && (text.starts_with('*') || text.ends_with('*'));
        if shaped { line(text, 120) } else { Err(String::new()) }
    },
};

pub(super) const HEADER: Rule<String> = Rule {
    must: "the name of a header, such as \"authorization\"",
    read: |text| {
        let name = http::HeaderName::try_from(text).map_err(|_| String::new())?;
        let ours = ["content-type", "content-length", "host", "transfer-encoding", "connection"];
        if ours.contains(&name.as_str()) {
            Err("that one is Vestibule's".to_owned())
        } else {
            Ok(name.to_string())
        }
    },
};

pub(super) const FILTER: Rule<Template> = Rule {
    must: "an LDAP filter in brackets that holds {login} and not {password}, such as \"(uid={login})\"",
    read: |text| {
        let filter = Template::new(line(text, 512)?);
        let shaped = text.starts_with('(') && text.ends_with(')');
        if shaped && filter.has(LOGIN) && !filter.has(PASSWORD) { Ok(filter) } else { Err(String::new()) }
    },
};

fn line(text: &str, most: usize) -> Result<String, String> {
    let good = (1..=most).contains(&text.chars().count()) && !text.contains(char::is_control);
    if good && !text.trim().is_empty() { Ok(text.to_owned()) } else { Err(String::new()) }
}
