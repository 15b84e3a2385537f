//! Which addresses may be reached.
//!
//! Whoever can edit a source's description could point it at a metadata service or at a neighbour behind the firewall.
//! So only public addresses are reached, and private ones only where the configuration file lists them. A name is
//! resolved once for each connection, what it gave is checked, and the connection goes to what was checked.

use std::{
    fmt,
    future::Future,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use tokio::net::TcpStream;

use super::Trouble;

/// Addresses that are tried for one name.
const MOST_ADDRESSES: usize = 4;

/// IPv4 networks that are not public (IANA special-purpose registry, RFC 6890).
const NOT_PUBLIC_V4: [Ipv4Net; 15] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
];

/// All of IPv6 that is public lies in this network; the tunnels of the ones below lead to any IPv4 address.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0], 3);
const NOT_PUBLIC_V6: [Ipv6Net; 4] =
    [v6([0x2001, 0, 0], 23), v6([0x2001, 0xdb8, 0], 32), v6([0x2002, 0, 0], 16), v6([0x3fff, 0, 0], 20)];

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([a, b, c]: [u16; 3], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), length)
}

/// A look-up in progress.
pub type Looking = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// How names become addresses.
pub trait Lookup: Send + Sync {
    /// The addresses of a name, each with this port.
    fn look_up(&self, host: String, port: u16) -> Looking;
}

struct System;

impl Lookup for System {
    fn look_up(&self, host: String, port: u16) -> Looking {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) })
    }
}

/// The cage. Clones share everything; the default one lets out to public addresses only.
#[derive(Clone)]
pub struct Cage {
    allow: Arc<[IpNet]>,
    lookup: Arc<dyn Lookup>,
}

impl Default for Cage {
    fn default() -> Self {
        Self::new([])
    }
}

impl fmt::Debug for Cage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cage").field("allow", &self.allow).finish_non_exhaustive()
    }
}

impl Cage {
    /// Lets out to public addresses and to these networks; names are resolved by the system.
    #[must_use]
    pub fn new(allow: impl IntoIterator<Item = IpNet>) -> Self {
        Self { allow: allow.into_iter().collect(), lookup: Arc::new(System) }
    }

    /// The same with names resolved otherwise.
    #[must_use]
    pub fn with_lookup(self, lookup: Arc<dyn Lookup>) -> Self {
        Self { lookup, ..self }
    }

    /// Whether the configuration lists the address.
    #[must_use]
    pub fn lists(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.allow.iter().any(|network| network.contains(&address))
    }

    /// Whether the address may be reached.
    #[must_use]
    pub fn admits(&self, address: IpAddr) -> bool {
        is_public(address.to_canonical()) || self.lists(address)
    }

    /// The addresses of a host that may be reached; each may be connected to as it is, without another look-up.
    ///
    /// # Errors
    /// [`Trouble`] when the name has none.
    pub async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Trouble> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found = match bare.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, port)],
            Err(_) => self
                .lookup
                .look_up(host.to_owned(), port)
                .await
                .map_err(|error| Trouble::Unreachable(format!("{host} does not resolve: {error}")))?,
        };
        let refused = found.first().map(|address| address.ip());
        let admitted: Vec<_> =
            found.into_iter().filter(|address| self.admits(address.ip())).take(MOST_ADDRESSES).collect();
        match (admitted.is_empty(), refused) {
            (false, _) => Ok(admitted),
            (true, Some(address)) => Err(Trouble::NotAllowed { host: host.to_owned(), address }),
            (true, None) => Err(Trouble::Unreachable(format!("{host} has no address"))),
        }
    }

    /// Refuses a connection without TLS to an address that the configuration does not list.
    ///
    /// # Errors
    /// [`Trouble::Unprotected`].
    pub fn check_unprotected(&self, host: &str, address: IpAddr) -> Result<(), Trouble> {
        if self.lists(address) {
            return Ok(());
        }
        Err(Trouble::Unprotected { host: host.to_owned(), address })
    }

    /// Connects to the first of the host's addresses that answers.
    ///
    /// # Errors
    /// [`Trouble`] when none may be reached or none does.
    pub async fn connect(&self, host: &str, port: u16) -> Result<(TcpStream, SocketAddr), Trouble> {
        let mut said = String::new();
        for address in self.resolve(host, port).await? {
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    // Requests are small and answers awaited; without it each would wait for an acknowledgement.
                    let _ = stream.set_nodelay(true);
                    return Ok((stream, address));
                }
                Err(error) => said = format!("{address}: {error}"),
            }
        }
        Err(Trouble::Unreachable(said))
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC_V4.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL_V6.contains(&address) && !NOT_PUBLIC_V6.iter().any(|network| network.contains(&address))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn private_and_special_addresses_are_refused_with_both_sides_of_each_network() {
        let cage = Cage::default();
        for refused in [
            "0.0.0.0",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.0",
            "172.31.255.255",
            "192.168.0.0",
            "192.168.255.255",
            "198.18.0.1",
            "198.19.255.255",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
        ] {
            assert!(!cage.admits(address(refused)), "{refused}");
        }
        for public in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "2001:200::1",
            "2003::1",
            "2606:4700::1",
            "2a00::1",
        ] {
            assert!(cage.admits(address(public)), "{public}");
        }
    }

    #[test]
    fn what_the_file_lists_is_admitted_and_nothing_beside_it() {
        let cage = Cage::new(["10.0.0.0/30".parse().unwrap(), "fd00::/64".parse().unwrap()]);
        assert!(cage.admits(address("10.0.0.3")) && cage.admits(address("::ffff:10.0.0.3")));
        assert!(!cage.admits(address("10.0.0.4")) && !cage.admits(address("::ffff:10.0.0.4")));
        assert!(cage.admits(address("fd00::1")) && !cage.admits(address("fd00:0:0:1::1")));
    }

    struct Answers(Vec<&'static str>);

    impl Lookup for Answers {
        fn look_up(&self, _: String, port: u16) -> Looking {
            let found = self.0.iter().map(|text| SocketAddr::new(address(text), port)).collect();
            Box::pin(async move { Ok(found) })
        }
    }

    #[tokio::test]
    async fn of_a_name_with_several_addresses_the_private_ones_are_left_out() {
        let cage = Cage::default().with_lookup(Arc::new(Answers(vec!["10.0.0.1", "1.1.1.1", "127.0.0.1"])));
        let found = cage.resolve("directory.example", 636).await.unwrap();
        assert_eq!(found, [SocketAddr::new(address("1.1.1.1"), 636)]);
    }

    #[tokio::test]
    async fn a_name_for_a_private_address_is_refused_unless_the_file_lists_it() {
        let private = Arc::new(Answers(vec!["10.0.0.1"]));
        let cage = Cage::default().with_lookup(private.clone());
        let refused = cage.resolve("directory.example", 636).await.unwrap_err();
        assert_eq!(
            refused.to_string(),
            "directory.example is at 10.0.0.1, which is no public address: list it in the configuration file, as in \
             [outgoing] allow = [\"10.0.0.1\"], if it is meant"
        );
        let listed = Cage::new(["10.0.0.0/8".parse().unwrap()]).with_lookup(private);
        assert!(listed.resolve("directory.example", 636).await.is_ok());
    }

    #[tokio::test]
    async fn an_address_in_place_of_a_name_is_checked_too() {
        let cage = Cage::default();
        for literal in ["127.0.0.1", "::1", "[::1]", "169.254.169.254"] {
            assert!(matches!(cage.resolve(literal, 80).await, Err(Trouble::NotAllowed { .. })), "{literal}");
        }
    }
}
