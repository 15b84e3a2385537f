//! Configurations of other proxies for forward-auth, complete and ready to use: templates with what is registered put in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use clap::ValueEnum;
use url::Url;

/// A proxy that a configuration can be written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Proxy {
    /// nginx, by `auth_request`
    Nginx,
    /// Caddy, by `forward_auth`
    Caddy,
    /// Traefik, by `forwardAuth`
    Traefik,
    /// HAProxy, by a Lua action
    Haproxy,
    /// Envoy, by `ext_authz`
    Envoy,
    /// Apache httpd, in front of the gateway
    Apache,
}

/// Where everything is.
#[derive(Debug, Clone)]
pub struct Places {
    /// The application's short name.
    pub slug: String,
    /// The application's name.
    pub name: String,
    /// Where users find the application: scheme, host and port.
    pub public: Url,
    /// Where the application listens: scheme, host and port.
    pub upstream: Url,
    /// Where Vestibule listens.
    pub vestibule: SocketAddr,
}

/// The text of a configuration.
#[must_use]
pub fn write(proxy: Proxy, places: &Places) -> String {
    let template = match proxy {
        Proxy::Nginx => include_str!("nginx.conf"),
        Proxy::Caddy => include_str!("Caddyfile"),
        Proxy::Traefik => include_str!("traefik.yml"),
        Proxy::Haproxy => include_str!("haproxy.cfg"),
        Proxy::Envoy => include_str!("envoy.yaml"),
        Proxy::Apache => include_str!("apache.conf"),
    };
    let mut text = template.to_owned();
    for (mark, value) in values(proxy, places) {
        text = text.replace(&format!("@{mark}@"), &value);
    }
    text
}

fn values(proxy: Proxy, places: &Places) -> [(&'static str, String); 23] {
    let Places { slug, name, public, upstream, vestibule } = places;
    let vestibule = reachable(*vestibule);
    let own = |url: &Url| url.host_str().unwrap_or_default().to_owned();
    let port = |url: &Url| url.port_or_known_default().unwrap_or(80);
    let origin = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
    let is_https = public.scheme() == "https";
    let address = format!("{}:{}", own(upstream), port(upstream));
    let by_tls = upstream.scheme() == "https";
    let host = public.port().map_or_else(|| own(public), |port| format!("{}:{port}", own(public)));
    [
        ("NAME", name.replace(char::is_control, " ")),
        ("SLUG", slug.clone()),
        ("ID", slug.replace('-', "_")),
        (
            "TRUST",
            "`server.trusted_proxies` of Vestibule has to name the address that this proxy asks from."
                .to_owned(),
        ),
        ("HOST", host),
        ("SERVER_NAME", own(public)),
        ("SCHEME", public.scheme().to_owned()),
        ("ORIGIN", origin(public)),
        ("PORT", port(public).to_string()),
        ("LISTEN", listen(proxy, &own(public), port(public), is_https)),
        ("MODULES", if is_https { ", ssl".to_owned() } else { String::new() }),
        ("ENTRY", if is_https { "websecure" } else { "web" }.to_owned()),
        ("TLS", if is_https { "\n      tls: {}".to_owned() } else { String::new() }),
        ("VESTIBULE", vestibule.to_string()),
        ("VESTIBULE_HOST", vestibule.ip().to_string()),
        ("VESTIBULE_PORT", vestibule.port().to_string()),
        ("UPSTREAM_SCHEME", upstream.scheme().to_owned()),
        ("UPSTREAM_ORIGIN", origin(upstream)),
        ("UPSTREAM_ADDRESS", if by_tls { origin(upstream) } else { address.clone() }),
        ("UPSTREAM", address),
        ("UPSTREAM_HOST", own(upstream)),
        ("UPSTREAM_PORT", port(upstream).to_string()),
        (
            "UPSTREAM_TLS",
            if by_tls { " ssl verify required ca-file @system-ca".to_owned() } else { String::new() },
        ),
    ]
}

/// What listens everywhere is reached on this machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

fn listen(proxy: Proxy, host: &str, port: u16, is_https: bool) -> String {
    let file = format!("/etc/ssl/vestibule/{host}");
    match (proxy, is_https) {
        (Proxy::Nginx, false) => format!("    listen {port};"),
        (Proxy::Nginx, true) => format!(
            "    listen {port} ssl http2;\n    ssl_certificate     {file}.crt;\n    ssl_certificate_key {file}.key;"
        ),
        (Proxy::Haproxy, false) => format!("    bind :{port}"),
        (Proxy::Haproxy, true) => format!("    bind :{port} ssl crt {file}.pem alpn h2,http/1.1"),
        (Proxy::Apache, false) => format!("Listen {port}\n<VirtualHost *:{port}>"),
        (Proxy::Apache, true) => format!(
            "<VirtualHost *:{port}>\n    SSLEngine On\n    SSLCertificateFile    {file}.crt\n    \
             SSLCertificateKeyFile {file}.key\n    RequestHeader set X-Forwarded-Proto https"
        ),
        (Proxy::Caddy | Proxy::Traefik | Proxy::Envoy, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(public: &str, upstream: &str, listen: &str) -> Places {
        Places {
            slug: "harbour-reconcile".to_owned(),
            name: "Harbour Reconcile".to_owned(),
            public: public.parse().unwrap(),
            upstream: upstream.parse().unwrap(),
            vestibule: listen.parse().unwrap(),
        }
    }

    #[test]
    fn every_mark_is_filled_in() {
        for (public, upstream) in [
            ("https://reconcile.harbour.example", "http://10.0.0.7:3000"),
            ("http://a.example:8080", "https://b.example"),
        ] {
            for proxy in Proxy::value_variants() {
                let text = write(*proxy, &places(public, upstream, "0.0.0.0:8080"));
                let marks: Vec<_> = text
                    .split('@')
                    .filter(|part| part.len() > 1 && part.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
                    .collect();
                assert!(marks.is_empty(), "{proxy:?}: {marks:?}");
                assert!(text.contains("127.0.0.1") && !text.contains("0.0.0.0:8080"), "{proxy:?}");
            }
        }
    }

    #[test]
    fn a_name_stays_within_its_comment() {
        let hostile = Places {
            name: "x\nserver {}".to_owned(),
            ..places("https://a.example", "http://b.example", "[::]:1")
        };
        for proxy in Proxy::value_variants() {
            assert!(!write(*proxy, &hostile).contains("\nserver {}"), "{proxy:?}");
        }
        assert!(write(Proxy::Nginx, &hostile).contains("[::1]:1"));
    }
}
