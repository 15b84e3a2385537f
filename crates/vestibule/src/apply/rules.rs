//! What the texts of an apply file have to be.

use domain::{
    role::{Region, Role},
    time::Timestamp,
};
use jiff::{civil::DateTime, tz::TimeZone};

use crate::document::Rule;

pub(crate) const SLUG: Rule<String> = Rule {
    must: "a short name of 2 to 40 lower-case letters, digits and single dashes, beginning with a letter",
    read: slug,
};

pub(super) const REGION: Rule<Region> = Rule { must: SLUG.must, read: |text| slug(text).map(Region) };

pub(crate) const NAME: Rule<String> = Rule {
    must: "one line of 1 to 120 characters",
    read: |text| {
        let name = text.trim();
        let good = (1..=120).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        if good { Ok(name.to_owned()) } else { Err(String::new()) }
    },
};

pub(super) const COUNTRY: Rule<String> = Rule {
    must: "a country's two letters (ISO 3166-1), such as \"ES\"",
    read: |text| {
        let good = text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_uppercase());
        if good { Ok(text.to_owned()) } else { Err(String::new()) }
    },
};

pub(crate) const LANGUAGE: Rule<String> = Rule {
    must: "a language tag, such as \"en\" or \"zh-Hans\"",
    read: |text| {
        let part =
            |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        let primary = text.split('-').next().unwrap_or_default();
        let good = text.split('-').all(part)
            && (2..=3).contains(&primary.len())
            && primary.bytes().all(|letter| letter.is_ascii_lowercase());
        if good { Ok(text.to_owned()) } else { Err(String::new()) }
    },
};

pub(super) const TIME_ZONE: Rule<(String, TimeZone)> = Rule {
    must: "a time zone of the IANA database, such as \"Europe/Madrid\"",
    read: |text| {
        let zone = TimeZone::get(text).map_err(|_| String::new())?;
        Ok((text.to_owned(), zone))
    },
};

pub(super) const HOST: Rule<String> = Rule {
    must: "a host name in lower case, with its port where that is not the usual one, such as \
           \"reconcile.harbour.example\"",
    read: |text| {
        let url = url::Url::parse(&format!("https://{text}/")).map_err(|_| String::new())?;
        let shown = url.port().map_or_else(
            || url.host_str().unwrap_or_default().to_owned(),
            |port| format!("{}:{port}", url.host_str().unwrap_or_default()),
        );
        let named = matches!(url.host(), Some(url::Host::Domain(_)));
        if named && shown == text { Ok(shown) } else { Err(String::new()) }
    },
};

pub(super) const UPSTREAM: Rule<String> = Rule {
    must: "the http or https address where the application listens, such as \"http://10.0.0.7:3000\"",
    read: |text| {
        let url = url::Url::parse(text).map_err(|_| String::new())?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(String::new());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it must not hold a user name or a password".to_owned());
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err("leave out what follows the host: paths are passed on as they come".to_owned());
        }
        Ok(text.trim_end_matches('/').to_owned())
    },
};

pub(crate) const ROLE: Rule<Role> = Rule {
    must: "\"end_user\" or \"program_administrator\"",
    read: |text| match text.parse() {
        Ok(role @ (Role::EndUser | Role::ProgramAdministrator)) => Ok(role),
        _ => Err(String::new()),
    },
};

pub(super) const PHONE: Rule<String> = Rule {
    must: "a telephone number with the country's prefix, such as \"+34 900 555 010\"",
    read: |text| {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let allowed = text.chars().all(|c| c.is_ascii_digit() || "+ -()".contains(c));
        if text.starts_with('+') && allowed && (7..=15).contains(&digits) {
            Ok(text.to_owned())
        } else {
            Err(String::new())
        }
    },
};

pub(crate) const EMAIL: Rule<String> = Rule {
    must: "a mail address, such as \"help@harbour.example\"",
    read: |text| {
        let (local, domain) = text.rsplit_once('@').ok_or_else(String::new)?;
        let plain = !local.is_empty() && !local.contains(|c: char| c.is_control() || " @,;<>\"".contains(c));
        let good = plain && text.len() <= 254 && url::Host::parse(domain).is_ok();
        if good { Ok(text.to_owned()) } else { Err(String::new()) }
    },
};

pub(super) const HOUR: Rule<String> = Rule {
    must: "a time from \"00:00\" to \"23:59\"",
    read: |text| {
        let good = text.len() == 5 && jiff::civil::Time::strptime("%H:%M", text).is_ok();
        if good { Ok(text.to_owned()) } else { Err(String::new()) }
    },
};

/// A date (the day's first moment), a date with a time, or a moment with an offset. Reads what TOML prints.
pub(super) fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Some(Timestamp(moment.as_millisecond()));
    }
    let local: DateTime = text.parse().ok()?;
    let moment = zone.to_ambiguous_zoned(local).compatible().ok()?;
    Some(Timestamp(moment.timestamp().as_millisecond()))
}

/// How dates are written.
pub(super) const MOMENT: &str = "a date such as 2026-12-01 or a date with a time such as 2026-12-01T06:00:00, \
                                 meant in the company's time zone";

fn slug(text: &str) -> Result<String, String> {
    let good = (2..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && !text.contains("--");
    if good { Ok(text.to_owned()) } else { Err(String::new()) }
}
