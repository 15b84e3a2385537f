//! What a source says about a person beside yes or no, read with care: it comes from outside.

use domain::{
    enterprise_user_id::{LegacyLogin, canonical_login},
    role::Role,
};
use serde::{Deserialize, Serialize};

/// The longest value that is looked at, in characters, as in an import.
const LONGEST_NAME: usize = 120;
/// The longest mail address (RFC 5321, 4.5.3.1.3).
const LONGEST_ADDRESS: usize = 254;

/// Where the details stand: JSON pointers for HTTP, attributes for LDAP, columns for SQL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileMap {
    /// The login name as the application writes it, for a user who is made just in time.
    pub login: Option<String>,
    /// Which login names its users have, so that one company's source gives nobody another company's: one text with one
    /// `*` at its beginning or end, such as `ngs-*`; `*` alone where all names of the application are the source's.
    #[serde(default)]
    pub logins: Option<String>,
    /// The person's name.
    pub name: Option<String>,
    /// Their business e-mail address.
    pub email: Option<String>,
    /// Their language (BCP 47).
    pub language: Option<String>,
    /// Where it says what they are.
    pub role: Option<String>,
    /// What stands there for a Program Administrator; everybody else is an End User.
    pub administrators: Vec<String>,
}

/// The details of one person. What is malformed or too long is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// The login name as the application writes it.
    pub login: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// End User, or Program Administrator where the mapping says so.
    pub role: Option<Role>,
}

impl ProfileMap {
    /// Whether users of this login name may be made. None may where nothing is said about it.
    #[must_use]
    pub fn owns(&self, login: &LegacyLogin) -> bool {
        let (login, fixed) = (login.canonical(), canonical_login);
        let Some(pattern) = self.logins.as_deref() else { return false };
        match (pattern.strip_suffix('*'), pattern.strip_prefix('*')) {
            (Some(start), _) => {
                login.strip_prefix(fixed(start).as_str()).is_some_and(|rest| !rest.is_empty())
            }
            (None, Some(end)) => login.strip_suffix(fixed(end).as_str()).is_some_and(|rest| !rest.is_empty()),
            (None, None) => false,
        }
    }

    /// All places, in a fixed order.
    pub(super) fn places(&self) -> Vec<&str> {
        let places = [&self.login, &self.name, &self.email, &self.language, &self.role];
        places.into_iter().flatten().map(String::as_str).collect()
    }

    /// Reads a profile; `values` gives all values at a place.
    pub(super) fn read(&self, values: impl Fn(&str) -> Vec<String>) -> Profile {
        let first =
            |place: &Option<String>| place.as_deref().and_then(|place| values(place).into_iter().next());
        let line = |place: &Option<String>| first(place).and_then(|text| one_line(&text));
        let role = self.role.as_deref().map(|place| {
            let said = values(place);
            let is_administrator = said.iter().any(|value| self.administrators.contains(value));
            if is_administrator { Role::ProgramAdministrator } else { Role::EndUser }
        });
        Profile {
            login: line(&self.login),
            name: line(&self.name),
            email: line(&self.email).filter(|email| is_address(email)),
            language: line(&self.language).filter(|tag| is_language(tag)),
            role,
        }
    }
}

fn one_line(text: &str) -> Option<String> {
    let text = text.trim();
    let good = !text.contains(char::is_control) && text.chars().nth(LONGEST_ADDRESS).is_none();
    (good && !text.is_empty()).then(|| text.to_owned())
}

impl Profile {
    /// The name, if it is no longer than a page can show.
    #[must_use]
    pub fn short_name(&self) -> Option<&str> {
        self.name.as_deref().filter(|name| name.chars().nth(LONGEST_NAME).is_none())
    }
}

/// The shape of an address; whether mail arrives is shown by the code that is sent there.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = !local.is_empty() && !local.contains(|c: char| " @,;<>\"".contains(c));
    plain && text.len() <= LONGEST_ADDRESS && url::Host::parse(domain).is_ok()
}

fn is_language(tag: &str) -> bool {
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let primary = tag.split('-').next().unwrap_or_default();
    tag.split('-').all(part)
        && (2..=3).contains(&primary.len())
        && primary.bytes().all(|letter| letter.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map() -> ProfileMap {
        let place = |name: &str| Some(name.to_owned());
        ProfileMap {
            login: place("uid"),
            logins: None,
            name: place("cn"),
            email: place("mail"),
            language: place("lang"),
            role: place("group"),
            administrators: vec!["card-admins".to_owned()],
        }
    }

    fn read(values: &[(&str, &str)]) -> Profile {
        let at = |place: &str| {
            values.iter().filter(|(name, _)| *name == place).map(|(_, value)| (*value).to_owned()).collect()
        };
        map().read(at)
    }

    #[test]
    fn what_is_malformed_is_left_out() {
        let profile = read(&[
            ("cn", "Ana\r\nBcc: all@x.example"),
            ("mail", "ana@@x.example"),
            ("lang", "Spanish!"),
            ("uid", "   "),
        ]);
        assert_eq!(profile, Profile { role: Some(Role::EndUser), ..Profile::default() });
    }

    #[test]
    fn the_first_of_several_values_counts_and_any_group_makes_an_administrator() {
        let profile = read(&[
            ("cn", " Ana Ruiz "),
            ("mail", "ana@north-quay.example"),
            ("mail", "other@north-quay.example"),
            ("lang", "es"),
            ("group", "staff"),
            ("group", "card-admins"),
        ]);
        assert_eq!(profile.name.as_deref(), Some("Ana Ruiz"));
        assert_eq!(profile.email.as_deref(), Some("ana@north-quay.example"));
        assert_eq!(profile.language.as_deref(), Some("es"));
        assert_eq!(profile.role, Some(Role::ProgramAdministrator));
        for other in ["operator", "Card-Admins", ""] {
            assert_eq!(read(&[("group", other)]).role, Some(Role::EndUser), "{other}");
        }
    }

    #[test]
    fn a_source_owns_the_names_of_its_pattern_and_no_other() {
        let owns = |pattern: &str, login: &str| {
            let map = ProfileMap { logins: Some(pattern.to_owned()), ..map() };
            map.owns(&LegacyLogin::parse(login).unwrap())
        };
        for (pattern, own, other) in [
            ("ngs-*", "NGS-9100", "cfo-b"),
            ("NGS-*", "ngs-1", "ngs-"),
            ("*@A.example", "cfo@a.example", "cfo@b.example"),
        ] {
            assert!(owns(pattern, own) && !owns(pattern, other), "{pattern}");
        }
        assert!(owns("*", "cfo-b") && !owns("cfo-b", "cfo-b"));
        assert!(!map().owns(&LegacyLogin::parse("cfo-b").unwrap()), "nothing is said");
    }

    #[test]
    fn lengths_have_two_sides() {
        let name = "n".repeat(120);
        assert_eq!(read(&[("cn", &name)]).short_name(), Some(name.as_str()));
        assert_eq!(read(&[("cn", &(name + "n"))]).short_name(), None);
        let address = |letters: usize| format!("{}@x.example", "a".repeat(letters));
        assert!(read(&[("mail", &address(244))]).email.is_some());
        assert!(read(&[("mail", &address(245))]).email.is_none());
    }
}
