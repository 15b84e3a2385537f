//! The applications behind the gateway, found by the host a request names.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use domain::id::ApplicationId;
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

/// All applications of this installation; the set can be replaced while requests are under way.
#[derive(Debug)]
pub struct Applications(RwLock<Arc<HashMap<String, Arc<Upstream>>>>);

impl Applications {
    /// A set of applications.
    ///
    /// # Errors
    /// When two claim one host.
    pub fn new(upstreams: Vec<Upstream>) -> Result<Self, UpstreamError> {
        Ok(Self(RwLock::new(Arc::new(by_host(upstreams)?))))
    }

    /// Puts another set in place. Requests under way finish with what they began with.
    ///
    /// # Errors
    /// When two claim one host; the old set then stays.
    pub fn replace(&self, upstreams: Vec<Upstream>) -> Result<(), UpstreamError> {
        let fresh = Arc::new(by_host(upstreams)?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// The application of a `Host` header: case does not matter, nor does a default port that is spelled out.
    #[must_use]
    pub fn find(&self, host: &str) -> Option<Arc<Upstream>> {
        let hosts = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        if let Some(found) = hosts.get(host) {
            return Some(Arc::clone(found));
        }
        let host = host.to_ascii_lowercase();
        let found = hosts.get(&host).or_else(|| {
            let (name, port) = host.rsplit_once(':')?;
            hosts.get(name).filter(|upstream| upstream.public_port == port)
        })?;
        Some(Arc::clone(found))
    }
}

fn by_host(upstreams: Vec<Upstream>) -> Result<HashMap<String, Arc<Upstream>>, UpstreamError> {
    let mut hosts: HashMap<String, Arc<Upstream>> = HashMap::with_capacity(upstreams.len());
    for upstream in upstreams {
        let host = String::from_utf8_lossy(upstream.public_host.as_bytes()).to_ascii_lowercase();
        if let Some(first) = hosts.get(&host) {
            return Err(UpstreamError::HostTaken {
                first: first.config.slug.clone(),
                second: upstream.config.slug,
                host,
            });
        }
        hosts.insert(host, Arc::new(upstream));
    }
    Ok(hosts)
}

#[cfg(test)]
mod tests {
    use domain::id::ApplicationId;

    use super::*;

    fn config(slug: &str, public: &str, base: &str) -> UpstreamConfig {
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
        }
    }

    fn upstream(slug: &str, public: &str) -> Upstream {
        Upstream::new(config(slug, public, "http://127.0.0.1:3000")).unwrap()
    }

    #[test]
    fn the_host_header_finds_the_application() {
        let applications = Applications::new(vec![
            upstream("reconcile", "https://reconcile.example"),
            upstream("local", "http://local.example:8080"),
        ])
        .unwrap();
        let slug = |host| applications.find(host).map(|found| found.config().slug.clone());
        assert_eq!(slug("reconcile.example").as_deref(), Some("reconcile"));
        assert_eq!(slug("RECONCILE.example").as_deref(), Some("reconcile"));
        assert_eq!(slug("reconcile.example:443").as_deref(), Some("reconcile"));
        assert_eq!(slug("local.example:8080").as_deref(), Some("local"));
        for stranger in [
            "reconcile.example:8443",
            "reconcile.example:",
            "local.example",
            "local.example:80",
            "x.reconcile.example",
            "",
        ] {
            assert_eq!(slug(stranger), None, "{stranger}");
        }
    }

    #[test]
    fn a_host_belongs_to_one_application() {
        let two = vec![upstream("a", "https://one.example"), upstream("b", "https://ONE.example:443")];
        let error = Applications::new(two).unwrap_err();
        assert_eq!(
            error.to_string(),
            "applications a and b have the same public host one.example; give each a host of its own"
        );
    }

    #[test]
    fn the_set_can_be_replaced_and_a_bad_one_changes_nothing() {
        let applications = Applications::new(vec![upstream("a", "https://a.example")]).unwrap();
        applications.replace(vec![upstream("b", "https://b.example")]).unwrap();
        assert!(applications.find("a.example").is_none());
        let bad = vec![upstream("c", "https://c.example"), upstream("d", "https://c.example")];
        applications.replace(bad).unwrap_err();
        assert!(applications.find("b.example").is_some() && applications.find("c.example").is_none());
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
        let upstream = upstream("a", "https://a.example");
        assert!(upstream.admits_socket_from("https://a.example"));
        assert!(upstream.admits_socket_from("https://tools.example"));
        for stranger in
            ["http://a.example", "https://a.example:8443", "https://b.a.example", "null", "", "data:,x"]
        {
            assert!(!upstream.admits_socket_from(stranger), "{stranger}");
        }
    }
}
