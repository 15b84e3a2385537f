//! The section `[hooks]`: who may report to this installation from outside.

use crypto::webhook::WebhookSecret;
use secrecy::{ExposeSecret, SecretString};

use super::load::Files;
use crate::document::{Rule, Section};

/// `[hooks]`
#[derive(Debug, Clone, Default)]
pub struct Hooks {
    /// The secret of `/hooks/bounce`; without it nothing is taken there.
    pub bounce_secret: Option<WebhookSecret>,
}

const SECRET: Rule<SecretString> = Rule {
    must: "a webhook's secret: whsec_ and the base64 of 24 to 64 bytes, such as `echo whsec_$(openssl rand -base64 32)` prints",
    read: |text| match WebhookSecret::parse(text) {
        Ok(_) => Ok(text.to_owned().into()),
        Err(_) => Err(String::new()),
    },
};

impl Hooks {
    pub(super) fn read(mut section: Section<'_>, files: &Files) -> Self {
        let secret = files.secret(&mut section, "bounce_secret", "bounce_secret_file", &SECRET);
        section.finish();
        let bounce_secret = secret.and_then(|secret| WebhookSecret::parse(secret.expose_secret()).ok());
        Self { bounce_secret }
    }
}
