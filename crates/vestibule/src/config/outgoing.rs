//! The configuration of mail in the terms of those who send it.

use delivery::{
    mail,
    smtp::{ConfigProblem, Encryption, Smtp, SmtpConfig, SmtpLogin},
};
use secrecy::ExposeSecret;

use super::{Config, Mail, MailTls};

impl Mail {
    /// The mail server, ready to be connected to.
    ///
    /// # Errors
    /// What the mail server's client does not accept, in words for the operator.
    pub fn server(&self) -> Result<Smtp, ConfigProblem> {
        let encryption = match self.tls {
            MailTls::Wrapper => Encryption::Tls,
            MailTls::StartTls => Encryption::StartTls,
            MailTls::None => Encryption::None,
        };
        let mut config = SmtpConfig::new(self.host.clone(), self.port, encryption);
        config.ca_file.clone_from(&self.ca_file);
        config.timeout = self.timeout;
        config.overall_timeout = config.overall_timeout.max(self.timeout);
        config.max_connections = self.connections;
        config.login = self
            .username
            .clone()
            .zip(self.password.clone())
            .map(|(user, password)| SmtpLogin { user, password: password.expose_secret().to_owned().into() });
        Smtp::new(config)
    }
}

impl Config {
    /// The looks and the sender of all mails.
    ///
    /// # Errors
    /// When the sender's address cannot be used.
    pub fn mail_brand(&self) -> Result<mail::Brand, mail::AddressProblem> {
        let from = &self.mail.from;
        let sender = mail::Sender::new(from.name.as_deref().unwrap_or(&self.brand.name), &from.address)?;
        let mut brand = mail::Brand::neutral(self.brand.name.clone(), sender);
        for (part, colour) in [
            (&mut brand.accent, &self.brand.accent),
            (&mut brand.accent_dark, &self.brand.accent_dark),
            (&mut brand.ground, &self.brand.ground),
            (&mut brand.ground_dark, &self.brand.ground_dark),
        ] {
            if let Some(colour) = colour.as_ref().and_then(|colour| colour.parse().ok()) {
                *part = colour;
            }
        }
        Ok(brand)
    }
}
