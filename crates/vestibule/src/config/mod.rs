//! The configuration of an installation: one TOML file, with each key also as an environment variable.
//!
//! [`find`] says which file, [`load`] reads it. Everything is checked before anything starts, and every problem is
//! reported at once, with the line (or variable) it stands in and what to write instead.

mod brand;
mod hooks;
mod load;
mod mail;
mod outgoing;
mod overlay;
mod policy;
mod reach;
mod rules;
mod server;

use std::path::PathBuf;

use domain::policy::Layer;

pub use brand::Brand;
pub use hooks::Hooks;
pub use load::{DEFAULT_FILES, Source, find, load};
pub use mail::{Mail, MailTls, Mailbox};
pub use overlay::PREFIX;
pub(crate) use policy::layer as policy_layer;
pub(crate) use rules::check_answer;
pub use server::{Database, Keys, Log, LogFormat, Server};

/// Everything the configuration says.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file that was read, if there was one.
    pub file: Option<PathBuf>,
    /// Where Vestibule is reached.
    pub server: Server,
    /// Where its data live.
    pub database: Database,
    /// How mail leaves.
    pub mail: Mail,
    /// Where the keys are.
    pub keys: Keys,
    /// How it looks.
    pub brand: Brand,
    /// The installation's own policy values, the lowest layer above the defaults.
    pub policy: Layer,
    /// Who may report from outside.
    pub hooks: Hooks,
    /// What the log looks like.
    pub log: Log,
    /// What legacy sources may reach, and the secrets that they are asked with.
    pub reach: legacy::source::Reach,
}
