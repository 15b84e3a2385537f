//! The section `[mail]`: the relay that takes Vestibule's mail.

use std::{fmt, path::PathBuf, time::Duration};

use secrecy::SecretString;

use super::{load::Files, rules};
use crate::document::{Rule, Section};

/// `[mail]`
#[derive(Debug, Clone)]
pub struct Mail {
    /// The mail server's name, as its certificate has it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether and when the connection becomes private.
    pub tls: MailTls,
    /// The name Vestibule logs in with, if the server asks for one.
    pub username: Option<String>,
    /// And its password.
    pub password: Option<SecretString>,
    /// The sender of every mail.
    pub from: Mailbox,
    /// PEM file of the only authorities to believe; the system's own when absent.
    pub ca_file: Option<PathBuf>,
    /// The longest wait for one step of the dialogue.
    pub timeout: Duration,
    /// Connections open at once, 1 to 100.
    pub connections: usize,
}

/// Whether and when the connection to the mail server becomes private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// TLS from the first byte (RFC 8314), usually on port 465.
    Wrapper,
    /// STARTTLS, required (RFC 3207), usually on port 587.
    StartTls,
    /// None, for a mail server on this machine.
    None,
}

/// A sender: an address, with a name before it if wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The name that mail programs show.
    pub name: Option<String>,
    /// The address.
    pub address: String,
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => f.write_str(&self.address),
        }
    }
}

pub(super) const FROM: Rule<Mailbox> = Rule {
    must: "a mail address, with or without a name before it, such as \
           \"Harbour Commercial Cards <login@harbour.example>\"",
    read: mailbox,
};

const WORDS: [(&str, MailTls); 3] =
    [("wrapper", MailTls::Wrapper), ("starttls", MailTls::StartTls), ("none", MailTls::None)];

impl MailTls {
    /// The port that is usual for it.
    #[must_use]
    pub const fn usual_port(self) -> u16 {
        match self {
            Self::Wrapper => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }

    /// The word for it in the configuration.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Wrapper => "wrapper",
            Self::StartTls => "starttls",
            Self::None => "none",
        }
    }
}

impl Mail {
    pub(super) fn read(mut section: Section<'_>, files: &Files) -> Option<Self> {
        let host = section.text("host", &rules::HOST);
        let host = section.require("host", host, rules::HOST.must);
        let tls = section.choice("tls", &WORDS).unwrap_or(MailTls::Wrapper);
        let port = section.whole("port", 1..=65_535).and_then(|port| u16::try_from(port).ok());
        let place = section.place_of("username");
        let both = section.has("username") == (section.has("password") || section.has("password_file"));
        let username = section.text("username", &rules::LINE);
        let password = files.secret(&mut section, "password", "password_file", &rules::PASSWORD);
        if !both {
            let what = "and `mail.password` (or `mail.password_file`) belong together: give both or neither";
            section.problem_at(place, "username", what);
        }
        let from = section.text("from", &FROM);
        let from = section.require("from", from, FROM.must);
        let ca_file = section.text("ca_file", &rules::FILE);
        let timeout = section.span("timeout", Duration::from_secs(1)..=Duration::from_secs(120));
        let connections = section.whole("connections", 1..=100).unwrap_or(4);
        section.finish();
        Some(Self {
            host: host?,
            port: port.unwrap_or_else(|| tls.usual_port()),
            tls,
            username,
            password,
            from: from?,
            ca_file: ca_file.map(|file| files.path(&file)),
            timeout: timeout.unwrap_or(Duration::from_secs(10)),
            connections: usize::try_from(connections).ok()?,
        })
    }
}

fn mailbox(text: &str) -> Result<Mailbox, String> {
    let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) => {
            (Some(name.trim().trim_matches('"')).filter(|name| !name.is_empty()), address)
        }
        None => (None, text.trim()),
    };
    let inert = |text: &str| !text.chars().any(|c| c.is_control() || "<>\"".contains(c));
    let good = domain_part(address).is_some() && inert(address) && name.is_none_or(inert);
    if !good || text.len() > 320 {
        return Err(String::new());
    }
    Ok(Mailbox { name: name.map(str::to_owned), address: address.to_owned() })
}

/// The part after the at sign, if the address has the shape of one; the mail server has the last word.
fn domain_part(address: &str) -> Option<&str> {
    let (local, domain) = address.rsplit_once('@')?;
    let plain = !local.is_empty() && !local.contains(['@', ' ', ',', ';']);
    (plain && url::Host::parse(domain).is_ok()).then_some(domain)
}
