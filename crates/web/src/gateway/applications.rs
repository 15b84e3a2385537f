//! The applications behind the gateway, found by the host a request names.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::upstream::{Upstream, UpstreamError};

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

    /// The application of this short name.
    #[must_use]
    pub fn named(&self, slug: &str) -> Option<Arc<Upstream>> {
        let hosts = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        hosts.values().find(|upstream| upstream.config().slug == slug).map(Arc::clone)
    }
}

fn by_host(upstreams: Vec<Upstream>) -> Result<HashMap<String, Arc<Upstream>>, UpstreamError> {
    let mut hosts: HashMap<String, Arc<Upstream>> = HashMap::with_capacity(upstreams.len());
    for upstream in upstreams {
        let host = String::from_utf8_lossy(upstream.public_host.as_bytes()).to_ascii_lowercase();
        if let Some(first) = hosts.get(&host) {
            return Err(UpstreamError::HostTaken {
                first: first.config().slug.clone(),
                second: upstream.config().slug.clone(),
                host,
            });
        }
        hosts.insert(host, Arc::new(upstream));
    }
    Ok(hosts)
}

#[cfg(test)]
mod tests {
    use super::{super::upstream::tests::config, *};

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
}
