//! What the texts of the configuration have to be.

use std::{net::SocketAddr, path::PathBuf};

use ipnet::IpNet;
use secrecy::SecretString;
use url::{Host, Url};

use crate::document::Rule;

/// The address in the browser. Plain http would send passwords in the clear, so it is for this machine only.
pub(super) const PUBLIC_URL: Rule<Url> = Rule {
    must: "an https address without a path, such as \"https://login.harbour.example\"; plain http is accepted only for \
           localhost and loopback addresses",
    read: public_url,
};

pub(super) const LISTEN: Rule<SocketAddr> = Rule {
    must: "an IP address with a port, such as \"127.0.0.1:8080\" or \"[::]:8080\"",
    read: |text| text.parse().map_err(|_| String::new()),
};

pub(super) const PROXY: Rule<IpNet> = Rule {
    must: "a network or an address, such as \"10.0.0.0/8\" or \"127.0.0.1\"",
    read: |text| {
        text.parse::<IpNet>()
            .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
            .map_err(|_| String::new())
            .and_then(|network| match network.prefix_len() {
                0 => Err("that trusts everybody".to_owned()),
                _ => Ok(network.trunc()),
            })
    },
};

pub(super) const NETWORK: Rule<IpNet> = Rule {
    must: "a network or an address, such as \"10.0.0.0/8\" or \"127.0.0.1\"",
    read: |text| {
        let network = text.parse::<IpNet>().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from));
        match network {
            Ok(network) if network.prefix_len() == 0 => Err("that allows everything".to_owned()),
            Ok(network) => Ok(network.trunc()),
            Err(_) => Err(String::new()),
        }
    },
};

pub(super) const DATABASE_URL: Rule<SecretString> = Rule {
    must: "a database URL, such as \"sqlite:///var/lib/vestibule/vestibule.db\" or \
           \"postgres://vestibule@localhost/vestibule\"",
    read: |text| {
        let known = ["sqlite://", "postgres://", "postgresql://"];
        let rest = known.iter().find_map(|scheme| text.strip_prefix(scheme));
        rest.filter(|rest| !rest.is_empty()).map(|_| text.to_owned().into()).ok_or_else(String::new)
    },
};

pub(super) const FILE: Rule<PathBuf> = Rule {
    must: "the path of a file",
    read: |text| match text {
        "" => Err(String::new()),
        text => Ok(PathBuf::from(text)),
    },
};

pub(super) const HOST: Rule<String> = Rule {
    must: "a host name or an IP address, such as \"mail.harbour.example\"",
    read: |text| Host::parse(text).map(|_| text.to_owned()).map_err(|_| String::new()),
};

pub(super) const PASSWORD: Rule<SecretString> = Rule {
    must: "a text of 1 to 1024 characters without line breaks",
    read: |text| {
        let good = (1..=1024).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if good { Ok(text.to_owned().into()) } else { Err(String::new()) }
    },
};

pub(super) const LINE: Rule<String> = Rule {
    must: "one line of 1 to 80 characters",
    read: |text| {
        let good = (1..=80).contains(&text.trim().chars().count()) && !text.chars().any(char::is_control);
        if good { Ok(text.trim().to_owned()) } else { Err(String::new()) }
    },
};

pub(super) const COLOUR: Rule<String> = Rule {
    must: "a colour such as \"#2b4162\"",
    read: |text| {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let good = digits.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        if good { Ok(text.to_ascii_lowercase()) } else { Err(String::new()) }
    },
};

pub(super) const FONTS: Rule<String> = Rule {
    must: "a list of font names as in CSS, such as \"Charter, Georgia, serif\", of at most 200 characters",
    read: |text| {
        let allowed = |c: char| c.is_alphanumeric() || " ,-\"'".contains(c);
        let good = (1..=200).contains(&text.len()) && text.chars().all(allowed);
        if good { Ok(text.to_owned()) } else { Err(String::new()) }
    },
};

pub(super) const LEVEL: Rule<String> = Rule {
    must: "a level (\"error\", \"warn\", \"info\", \"debug\" or \"trace\"), with exceptions by target if wanted, such as \
           \"info,sqlx=warn\"",
    read: |text| {
        // EnvFilter takes any word for a target, so a misspelt level would silence the log.
        let level = |part: &str| {
            let level = part.rsplit_once('=').map_or(part, |(_, level)| level);
            ["off", "error", "warn", "info", "debug", "trace"].contains(&level)
        };
        let good = text.split(',').all(level) && tracing_subscriber::EnvFilter::builder().parse(text).is_ok();
        if good { Ok(text.to_owned()) } else { Err(String::new()) }
    },
};

/// Checks a text for one key alone, as `init` does with each answer.
///
/// # Errors
/// What the text has to be.
pub(crate) fn check_answer(key: &str, text: &str) -> Result<(), String> {
    match key {
        "server.public_url" => PUBLIC_URL.check(text),
        "server.listen" => LISTEN.check(text),
        "database.url" => DATABASE_URL.check(text),
        "mail.host" => HOST.check(text),
        "mail.from" => super::mail::FROM.check(text),
        "mail.username" | "brand.name" => LINE.check(text),
        "mail.password" => PASSWORD.check(text),
        _ => Err(format!("`{key}` is asked by nobody")),
    }
}

fn public_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| String::new())?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(String::new()),
    };
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        "http" => {
            return Err("plain http to another machine would show every password to the network".to_owned());
        }
        _ => return Err(String::new()),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it must not hold a user name or a password".to_owned());
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err("leave out what follows the host".to_owned());
    }
    Ok(url)
}
