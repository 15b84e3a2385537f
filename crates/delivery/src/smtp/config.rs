//! What an operator says about the mail server, checked before the first mail is due.

use std::{net::IpAddr, path::PathBuf, str::FromStr, time::Duration};

use secrecy::SecretString;

/// How to reach the mail server. [`super::Smtp::new`] checks every value.
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    /// Host name or address; also the name the server's certificate must carry.
    pub host: String,
    /// TCP port, usually 465 for [`Encryption::Tls`] and 587 for [`Encryption::StartTls`].
    pub port: u16,
    /// Whether and when the connection becomes private.
    pub encryption: Encryption,
    /// PEM file of the only authorities to believe; the system's own when absent.
    pub ca_file: Option<PathBuf>,
    /// Login name and password, where the server asks for them.
    pub login: Option<SmtpLogin>,
    /// The name given in EHLO (RFC 5321, 4.1.1.1); this machine's host name when absent.
    pub hello_name: Option<String>,
    /// The longest wait for any single step: connecting, the greeting, TLS, each command, the content.
    /// More than zero, at most [`SmtpConfig::LONGEST_TIMEOUT`].
    pub timeout: Duration,
    /// The longest time from asking for a connection to the server's last word about one mail.
    /// At least `timeout`, at most [`SmtpConfig::LONGEST_TIMEOUT`].
    pub overall_timeout: Duration,
    /// Connections open at once, 1 to [`SmtpConfig::MOST_CONNECTIONS`].
    pub max_connections: usize,
    /// How long an unused connection is kept for the next mail; zero keeps none.
    pub idle_lifetime: Duration,
}

impl SmtpConfig {
    /// Upper limit of both time-outs: RFC 5321, 4.5.3.2.6, lets a server take ten minutes over the content.
    pub const LONGEST_TIMEOUT: Duration = Duration::from_secs(600);
    /// Upper limit of `max_connections`; relays throttle long before it.
    pub const MOST_CONNECTIONS: usize = 100;

    /// The defaults for everything but the server itself.
    #[must_use]
    pub fn new(host: impl Into<String>, port: u16, encryption: Encryption) -> Self {
        Self {
            host: host.into(),
            port,
            encryption,
            ca_file: None,
            login: None,
            hello_name: None,
            timeout: Duration::from_secs(10),
            overall_timeout: Duration::from_secs(30),
            max_connections: 4,
            idle_lifetime: Duration::from_secs(30),
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigProblem> {
        let names_a_host = self.host.parse::<IpAddr>().is_ok()
            || (!self.host.is_empty()
                && self.host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)));
        if !names_a_host {
            return Err(ConfigProblem::Host(self.host.clone()));
        }
        if self.port == 0 {
            return Err(ConfigProblem::Port);
        }
        if self.encryption == Encryption::None && !is_loopback_name(&self.host) {
            return Err(ConfigProblem::PlainText(self.host.clone()));
        }
        if let Some(name) = self.hello_name.as_deref() {
            let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.[]:".contains(&b));
            if name.is_empty() || name.len() > 255 || !is_plain {
                return Err(ConfigProblem::HelloName(name.to_owned()));
            }
        }
        if self.timeout.is_zero() || self.timeout > Self::LONGEST_TIMEOUT {
            return Err(ConfigProblem::Timeout);
        }
        if self.overall_timeout < self.timeout || self.overall_timeout > Self::LONGEST_TIMEOUT {
            return Err(ConfigProblem::OverallTimeout);
        }
        if !(1..=Self::MOST_CONNECTIONS).contains(&self.max_connections) {
            return Err(ConfigProblem::Connections(self.max_connections));
        }
        Ok(())
    }
}

/// Whether and when the connection to the mail server becomes private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the first byte (RFC 8314, "implicit TLS").
    Tls,
    /// STARTTLS (RFC 3207), required: a server that does not offer it gets no mail.
    StartTls,
    /// Plain text, for a mail server on this machine only.
    None,
}

impl FromStr for Encryption {
    type Err = ConfigProblem;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "tls" => Ok(Self::Tls),
            "starttls" => Ok(Self::StartTls),
            "none" => Ok(Self::None),
            other => Err(ConfigProblem::Encryption(other.to_owned())),
        }
    }
}

/// The account that Vestibule uses at the mail server (SASL PLAIN or LOGIN).
#[derive(Clone, Debug)]
pub struct SmtpLogin {
    /// Login name.
    pub user: String,
    /// Password; never printed.
    pub password: SecretString,
}

/// Why a mail server's configuration cannot be used. Each sentence says what to write instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigProblem {
    /// The host is empty or no host name.
    #[error("`{0}` is not a host name or an address: name the mail server, for example smtp.company.example")]
    Host(String),
    /// Port 0.
    #[error("the mail server's port must be 1 to 65535: 465 for TLS, 587 for STARTTLS")]
    Port,
    /// An unknown word for the encryption.
    #[error(
        "`{0}` is not a kind of encryption: use \"tls\", \"starttls\" or, on this machine only, \"none\""
    )]
    Encryption(String),
    /// No encryption to another machine.
    #[error(
        "mail to `{0}` would cross the network in plain text: use \"tls\" or \"starttls\"; \"none\" is for localhost"
    )]
    PlainText(String),
    /// A name for EHLO that the protocol does not know.
    #[error("`{0}` cannot be said in EHLO: use this machine's full host name, up to 255 characters")]
    HelloName(String),
    /// A step's time-out out of range.
    #[error("the mail server's time-out must be more than 0 and at most 600 seconds")]
    Timeout,
    /// The overall time-out out of range.
    #[error("the overall time-out must be at least the time-out of one step and at most 600 seconds")]
    OverallTimeout,
    /// Too few or too many connections.
    #[error("{0} connections to the mail server: choose 1 to 100")]
    Connections(usize),
    /// The file of authorities cannot be read or holds no certificate.
    #[error("cannot read certificates from {}: {reason}; give a PEM file with at least one", path.display())]
    CaFile {
        /// The configured file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The system's own authorities cannot be used.
    #[error(
        "cannot use this system's certificate authorities: {0}; install ca-certificates or name a CA file"
    )]
    Authorities(String),
}

/// Whether a configured host can only mean this machine.
fn is_loopback_name(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(host: &str) -> SmtpConfig {
        SmtpConfig::new(host, 25, Encryption::None)
    }

    #[test]
    fn plain_text_is_for_this_machine_only() {
        for host in ["localhost", "LOCALHOST.", "mail.localhost", "127.0.0.1", "127.9.9.9", "::1"] {
            assert!(plain(host).check().is_ok(), "{host}");
        }
        for host in
            ["mail.company.example", "127.0.0.1.company.example", "10.0.0.1", "localhost.example", "::2"]
        {
            assert!(matches!(plain(host).check(), Err(ConfigProblem::PlainText(_))), "{host}");
            assert!(SmtpConfig { encryption: Encryption::StartTls, ..plain(host) }.check().is_ok(), "{host}");
        }
    }

    #[test]
    fn hosts_and_names_hold_no_commands() {
        for host in ["", "a b", "mail\r\nQUIT", "mail/x", "häfen.example"] {
            assert!(matches!(plain(host).check(), Err(ConfigProblem::Host(_))), "{host:?}");
        }
        for name in ["", "a b", "x\r\nRSET", &"a".repeat(256)] {
            let config = SmtpConfig { hello_name: Some(name.to_owned()), ..plain("localhost") };
            assert!(matches!(config.check(), Err(ConfigProblem::HelloName(_))), "{name:?}");
        }
        let config = SmtpConfig { hello_name: Some("a".repeat(255)), ..plain("localhost") };
        assert!(config.check().is_ok());
    }

    #[test]
    fn every_number_has_two_ends() {
        let base = plain("localhost");
        let step = |timeout, overall_timeout| SmtpConfig { timeout, overall_timeout, ..base.clone() }.check();
        let (zero, tick) = (Duration::ZERO, Duration::from_millis(1));
        let longest = SmtpConfig::LONGEST_TIMEOUT;
        assert!(step(tick, tick).is_ok());
        assert!(step(longest, longest).is_ok());
        assert!(matches!(step(zero, tick), Err(ConfigProblem::Timeout)));
        assert!(matches!(step(longest + tick, longest + tick), Err(ConfigProblem::Timeout)));
        assert!(matches!(step(tick * 2, tick), Err(ConfigProblem::OverallTimeout)));
        assert!(matches!(step(tick, longest + tick), Err(ConfigProblem::OverallTimeout)));

        let connections = |max_connections| SmtpConfig { max_connections, ..base.clone() }.check();
        assert!(connections(1).is_ok());
        assert!(connections(100).is_ok());
        assert!(matches!(connections(0), Err(ConfigProblem::Connections(0))));
        assert!(matches!(connections(101), Err(ConfigProblem::Connections(101))));

        let port = |port| SmtpConfig { port, ..base.clone() }.check();
        assert!(matches!(port(0), Err(ConfigProblem::Port)));
        assert!(port(1).is_ok());
        assert!(port(65_535).is_ok());
    }

    #[test]
    fn an_unknown_encryption_names_the_known_ones() {
        assert_eq!("tls".parse::<Encryption>().unwrap(), Encryption::Tls);
        assert_eq!("starttls".parse::<Encryption>().unwrap(), Encryption::StartTls);
        assert_eq!("none".parse::<Encryption>().unwrap(), Encryption::None);
        let problem = "ssl".parse::<Encryption>().unwrap_err().to_string();
        assert!(problem.contains("\"tls\", \"starttls\""), "{problem}");
    }

    #[test]
    fn a_password_is_never_printed() {
        let login = SmtpLogin { user: "relay".to_owned(), password: "hunter2hunter2".to_owned().into() };
        let config = SmtpConfig { login: Some(login), ..plain("localhost") };
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
