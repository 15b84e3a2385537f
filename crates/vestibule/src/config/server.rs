//! The sections about the server itself: `[server]`, `[database]`, `[keys]` and `[log]`.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

use super::{load::Files, rules};
use crate::document::Section;

/// `[server]`
#[derive(Debug, Clone)]
pub struct Server {
    /// The portal's address in the browser; links in mails and cookies are made from it. No path.
    pub public_url: Url,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Proxies whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<IpNet>,
}

/// `[database]`
#[derive(Debug, Clone)]
pub struct Database {
    /// `sqlite://…` or `postgres://…`; may hold a password.
    pub url: SecretString,
    /// Connections of this process at most, 1 to 1000.
    pub connections: u32,
}

/// `[keys]`
#[derive(Debug, Clone)]
pub struct Keys {
    /// The file that `vestibule init` made.
    pub file: PathBuf,
}

/// `[log]`
#[derive(Debug, Clone)]
pub struct Log {
    /// How each line looks.
    pub format: LogFormat,
    /// A level, with exceptions by target, as `tracing_subscriber::EnvFilter` reads it.
    pub level: String,
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

impl Server {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let public_url = section.text("public_url", &rules::PUBLIC_URL);
        let public_url = section.require("public_url", public_url, rules::PUBLIC_URL.must);
        let listen = section.text("listen", &rules::LISTEN);
        let trusted_proxies = section.list("trusted_proxies", &rules::PROXY);
        section.finish();
        Some(Self {
            public_url: public_url?,
            listen: listen.unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080)),
            trusted_proxies: trusted_proxies.unwrap_or_default(),
        })
    }
}

impl Database {
    pub(super) fn read(mut section: Section<'_>, files: &Files) -> Option<Self> {
        let url = files.secret(&mut section, "url", "url_file", &rules::DATABASE_URL);
        let url = section.require("url", url, rules::DATABASE_URL.must);
        let connections = section.whole("connections", 1..=1000).unwrap_or(16);
        section.finish();
        Some(Self { url: files.in_place(url?), connections: u32::try_from(connections).ok()? })
    }
}

impl Keys {
    pub(super) fn read(mut section: Section<'_>, files: &Files) -> Option<Self> {
        let file = section.text("file", &rules::FILE);
        let file = section.require("file", file, "the path of the key file that `vestibule init` makes");
        section.finish();
        Some(Self { file: files.path(&file?) })
    }
}

impl Log {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let format = section.choice("format", &[("human", LogFormat::Human), ("json", LogFormat::Json)]);
        let level = section.text("level", &rules::LEVEL);
        section.finish();
        Some(Self {
            format: format.unwrap_or(LogFormat::Human),
            level: level.unwrap_or_else(|| "info".to_owned()),
        })
    }
}
