//! A mail server and an inbox for mails that must not leave this machine.
//!
//! The mails arrive over real SMTP, so the demo exercises the same hand-over as a deployment does.

mod dialogue;
pub(super) mod inbox;
mod mailboxes;
mod server;
#[cfg(test)]
mod tests;

pub use mailboxes::{Envelope, Mail, MailId, Mailboxes};
pub use server::{MailServer, Mood};
