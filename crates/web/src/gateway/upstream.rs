//! One application behind the gateway: where users find it, where the gateway finds it, and how patient it is.

use std::time::Duration;

use domain::{id::ApplicationId, path_rule::PathRules};
use http::{
    HeaderValue,
    uri::{Authority, Scheme},
};
use url::Url;

use super::{cookies::CookieNames, session_check::Use};

/// How long the gateway waits for an application. Each limit counts silence, never the length of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeOuts {
    /// From the last byte of the request until the head of the response. Beyond it: 504.
    pub response: Duration,
    /// Silence in the middle of a request's or response's body. Event streams that rest longer need a larger one.
    pub idle: Duration,
    /// Silence on a WebSocket in both directions.
    pub socket_idle: Duration,
}

impl Default for TimeOuts {
    /// 60 s for the head of a response, 5 min in a body, 10 min on a socket.
    fn default() -> Self {
        Self {
            response: Duration::from_secs(60),
            idle: Duration::from_secs(300),
            socket_idle: Duration::from_secs(600),
        }
    }
}

/// Which name the application is told it was asked under.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HostHeader {
    /// The public host, so that links and same-origin checks of the application are right.
    #[default]
    Public,
    /// The host of `base`, for servers that choose a site by it; redirects to it are turned to the public host.
    Base,
}

/// What the gateway needs to know of one application.
#[derive(Clone, Debug)]
pub struct UpstreamConfig {
    /// Whose sessions open it.
    pub application: ApplicationId,
    /// Its short name in addresses, as in `/handoff?app=…`.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Where users find it: scheme, host and port, no path. Its scheme decides about `Secure` cookies.
    pub public: Url,
    /// Where the gateway finds it: scheme, host and port, no path.
    pub base: Url,
    /// Which host it is told.
    pub host_header: HostHeader,
    /// Patience with it.
    pub time_outs: TimeOuts,
    /// Further origins, such as `https://tools.example`, whose pages may open WebSockets to it.
    pub socket_origins: Vec<Url>,
    /// Whether what a user sends on a WebSocket keeps the session from going idle. [`Use::Look`] is the safe choice:
    /// many applications send heartbeats from unattended browsers.
    pub socket_use: Use,
    /// What its paths ask of whoever wants them.
    pub rules: PathRules,
}

/// One application behind the gateway, checked and ready.
#[derive(Debug)]
pub struct Upstream {
    config: UpstreamConfig,
    pub(super) scheme: Scheme,
    pub(super) authority: Authority,
    /// The `Host` sent to the application.
    pub(super) host: HeaderValue,
    pub(super) public_host: HeaderValue,
    pub(super) public_scheme: HeaderValue,
    pub(super) public_port: HeaderValue,
    pub(super) cookies: &'static CookieNames,
}

/// Why an application cannot be put behind the gateway.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum UpstreamError {
    /// An address holds more than scheme, host and port.
    #[error(
        "application {slug}: `{key}` must be http or https with host and port only, as in http://127.0.0.1:3000; got {got}"
    )]
    NotAnOrigin {
        /// The application.
        slug: String,
        /// The key of the configuration: `public` or `base`.
        key: &'static str,
        /// What was found.
        got: String,
    },
    /// Two applications claim one host.
    #[error(
        "applications {first} and {second} have the same public host {host}; give each a host of its own"
    )]
    HostTaken {
        /// The slug that was there first.
        first: String,
        /// The slug that came second.
        second: String,
        /// The host both claim.
        host: String,
    },
}

impl Upstream {
    /// Checks the addresses and prepares what every request needs.
    ///
    /// # Errors
    /// When `public` or `base` is not plain scheme, host and port.
    pub fn new(config: UpstreamConfig) -> Result<Self, UpstreamError> {
        let (_, public_host) = origin(&config, "public", &config.public)?;
        let (scheme, authority) = origin(&config, "base", &config.base)?;
        let not_an_origin = |key, url: &Url| UpstreamError::NotAnOrigin {
            slug: config.slug.clone(),
            key,
            got: url.to_string(),
        };
        let value =
            |text: &str| HeaderValue::from_str(text).map_err(|_| not_an_origin("public", &config.public));
        let public_host = value(public_host.as_str())?;
        Ok(Self {
            host: match config.host_header {
                HostHeader::Public => public_host.clone(),
                HostHeader::Base => value(authority.as_str())?,
            },
            public_host,
            public_scheme: value(config.public.scheme())?,
            public_port: HeaderValue::from(config.public.port_or_known_default().unwrap_or(443)),
            cookies: CookieNames::for_scheme(config.public.scheme()),
            scheme,
            authority,
            config,
        })
    }

    /// Whose sessions open it.
    #[must_use]
    pub fn application(&self) -> ApplicationId {
        self.config.application
    }

    /// Its configuration.
    #[must_use]
    pub fn config(&self) -> &UpstreamConfig {
        &self.config
    }

    /// Where users find it.
    #[must_use]
    pub fn public(&self) -> &Url {
        &self.config.public
    }

    /// May pages of this origin open WebSockets here?
    pub(super) fn admits_socket_from(&self, origin: &str) -> bool {
        let Ok(origin) = Url::parse(origin) else { return false };
        let origin = origin.origin();
        origin.is_tuple()
            && (origin == self.config.public.origin()
                || self.config.socket_origins.iter().any(|allowed| allowed.origin() == origin))
    }
}

fn origin(
    config: &UpstreamConfig,
    key: &'static str,
    url: &Url,
) -> Result<(Scheme, Authority), UpstreamError> {
    let error =
        || UpstreamError::NotAnOrigin { slug: config.slug.clone(), key, got: url.as_str().to_owned() };
    let plain = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let scheme = match url.scheme() {
        "http" => Scheme::HTTP,
        "https" => Scheme::HTTPS,
        _ => return Err(error()),
    };
    let host = url.host_str().filter(|_| plain).ok_or_else(error)?;
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    Ok((scheme, authority.parse().map_err(|_| error())?))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn config(slug: &str, public: &str, base: &str) -> UpstreamConfig {
        UpstreamConfig {
            application: ApplicationId("00000000-0000-0000-0000-000000000001".parse().unwrap()),
            slug: slug.into(),
            name: slug.into(),
            public: public.parse().unwrap(),
            base: base.parse().unwrap(),
            host_header: HostHeader::Public,
            time_outs: TimeOuts::default(),
            socket_origins: vec!["https://tools.example".parse().unwrap()],
            socket_use: Use::Look,
            rules: PathRules::default(),
        }
    }

    #[test]
    fn addresses_hold_scheme_host_and_port_only() {
        for bad in [
            "http://h/app",
            "http://h/?q",
            "http://u@h/",
            "http://u:p@h/",
            "http://h/#f",
            "ftp://h/",
            "file:///x",
        ] {
            let error = Upstream::new(config("a", "https://a.example", bad)).unwrap_err();
            assert!(error.to_string().contains("`base` must be http or https"), "{error}");
            Upstream::new(config("a", bad, "http://127.0.0.1:1")).unwrap_err();
        }
        Upstream::new(config("a", "https://a.example", "https://[::1]:3000/")).unwrap();
    }

    #[test]
    fn sockets_open_from_the_own_origin_and_listed_ones() {
        let upstream = Upstream::new(config("a", "https://a.example", "http://127.0.0.1:3000")).unwrap();
        assert!(upstream.admits_socket_from("https://a.example"));
        assert!(upstream.admits_socket_from("https://tools.example"));
        for stranger in
            ["http://a.example", "https://a.example:8443", "https://b.a.example", "null", "", "data:,x"]
        {
            assert!(!upstream.admits_socket_from(stranger), "{stranger}");
        }
    }
}
