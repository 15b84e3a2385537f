//! A mail server and an inbox for mails that must not leave this machine.
//!
//! The mails arrive over real SMTP, so the demo exercises the same hand-over as a deployment does.

mod dialogue;
pub(super) mod inbox;
mod letter;
mod mailboxes;
mod server;
#[cfg(test)]
mod tests;

pub use letter::{Envelope, Mail, MailId};
pub use mailboxes::Mailboxes;
pub use server::{MailServer, Mood};
